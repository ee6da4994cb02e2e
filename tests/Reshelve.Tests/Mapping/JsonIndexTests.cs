using System.Text;
using Reshelve.Mapping;

namespace Reshelve.Tests.Mapping;

/// <summary>
/// The index of a record's tokens is that of a loop over its bytes, with vectors of every width. A failure names its seed:
/// replay it with
/// RESHELVE_TEST_SEED=&lt;seed&gt;.
/// </summary>
public sealed class JsonIndexTests
{
    private static readonly byte[] Alphabet = Encoding.UTF8.GetBytes("\"\"\"\\\\\\\\{}[]:,   \n\r\taé1x\u0001\u007f{[");

    [Fact]
    public void Every_width_of_vectors_finds_the_tokens_that_a_loop_finds()
    {
        var indexes = new[] { new JsonIndex(), new JsonIndex(), new JsonIndex() };
        foreach (var seed in Seeds.Of(30_000))
        {
            var random = new Random(seed);
            var json = new byte[random.Next(400)];
            foreach (ref var value in json.AsSpan())
                value = Alphabet[random.Next(random.Next(4) == 0 ? 9 : Alphabet.Length)];
            if (json.Length > 0)
                json[0] = (byte)'{';
            var expected = Tokens(json);
            Found(indexes[0], indexes[0].TryBuild<ByteMasks512>(json)).ShouldBe(expected, $"512 bits, seed {seed}: {Encoding.UTF8.GetString(json)}");
            Found(indexes[1], indexes[1].TryBuild<ByteMasks256>(json)).ShouldBe(expected, $"256 bits, seed {seed}: {Encoding.UTF8.GetString(json)}");
            Found(indexes[2], indexes[2].TryBuild<ByteMasks128>(json)).ShouldBe(expected, $"128 bits, seed {seed}: {Encoding.UTF8.GetString(json)}");
            if (expected is not null)
            {
                indexes[0].HasEscapes.ShouldBe(json.Contains((byte)'\\'));
                indexes[0].IsAscii.ShouldBe(json.All(value => value < 128));
            }
        }
    }

    [Fact]
    public void Who_reads_past_the_last_token_finds_the_first()
    {
        var index = new JsonIndex();
        index.TryBuild("  {"u8).ShouldBeTrue();
        index.Count.ShouldBe(1);
        index.Places.ToArray().ShouldBe([2, 2, 2, 2, 2]);
    }

    [Fact]
    public void A_record_beyond_the_limit_is_not_indexed()
    {
        var json = new byte[JsonIndex.MaxLength + 1];
        json.AsSpan().Fill((byte)' ');
        json[0] = (byte)'{';
        new JsonIndex().TryBuild(json).ShouldBeFalse();
        new JsonIndex().TryBuild(json.AsSpan(0, JsonIndex.MaxLength)).ShouldBeTrue();
    }

    private static int[]? Found(JsonIndex index, bool built) => built ? index.Places[..index.Count].ToArray() : null;

    private static int[]? Tokens(byte[] json)
    {
        var tokens = new List<int>();
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var value = json[i];
            if (value < ' ' && (inString || value is not ((byte)'\n' or (byte)'\r' or (byte)'\t')))
                return null;
            var isEscaped = i > 0 && json.Take(i).Reverse().TakeWhile(before => before == '\\').Count() % 2 == 1;
            if (value == '"' && !isEscaped)
            {
                tokens.Add(i);
                inString = !inString;
            }
            else if (!inString && value > ' ')
            {
                var isOperator = "{}[]:,"u8.Contains(value);
                if (isOperator || i == 0 || IsEnd(json, i - 1, tokens))
                    tokens.Add(i);
            }
        }

        return inString || tokens.Count == 0 || json[tokens[0]] != '{' ? null : [.. tokens];
    }

    /// <summary>Whether what begins behind this byte is a token of its own.</summary>
    private static bool IsEnd(byte[] json, int at, List<int> tokens) =>
        json[at] <= ' ' || "{}[]:,"u8.Contains(json[at]) || (json[at] == '"' && tokens[^1] == at);
}
