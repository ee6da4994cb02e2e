using System.Text;
using Reshelve.Mapping;

namespace Reshelve.Tests.Mapping;

/// <summary>
/// Spelling a string canonically in one go gives what taking its text out and writing it gives. A failure names its seed:
/// replay it with
/// RESHELVE_TEST_SEED=&lt;seed&gt;.
/// </summary>
public sealed class JsonTextTests
{
    private static readonly string[] Parts =
    [
        "a", "bc", " ", "a stretch of plain text that is longer than one vector", "ä", "語", "😀", "\\n", "\\/", "\\\\", "\\\"", "\\b", "\\u0041", "\\u00e4", "\\u8A9e",
        "\\u0000", "\\u001f", "\\u000a", "\\u0022", "\\u005C", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\x", "\\u12", "\\u12g4", "\\u", "\\U0041",
    ];

    [Fact]
    public void One_go_gives_what_two_give()
    {
        foreach (var seed in Seeds.Of(30_000))
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Parts[random.Next(random.Next(3) == 0 ? Parts.Length : 15)]));
            var before = new string('x', random.Next(4));
            var literal = Encoding.UTF8.GetBytes($"\"{text}\"");
            byte[] json = [.. Encoding.UTF8.GetBytes(before), .. literal, .. new byte[random.Next(70)]];
            var output = new ByteBuffer(16);
            output.Append("before"u8);
            var isGood = JsonText.TryAppendCanonical(json, before.Length, literal.Length, output, out var hasEscapes);
            var spelled = Encoding.UTF8.GetString(output.Written);
            (isGood ? spelled : null).ShouldBe(InTwo(literal), $"Seed {seed}: {text}");
            if (isGood)
                hasEscapes.ShouldBe(spelled.Contains('\\'), $"Seed {seed}: {text}");
            else
                spelled.ShouldBe("before", $"Seed {seed}: {text}");
        }
    }

    [Theory]
    [InlineData("\"\"", true)]
    [InlineData("\"\\ud800\"", true)]
    [InlineData("\"\\u12aF\\t\\\\\"", true)]
    [InlineData("\"\\u12a\"", false)]
    [InlineData("\"\\u12ag\"", false)]
    [InlineData("\"\\a\"", false)]
    [InlineData("\"\\0\"", false)]
    public void Escapes_are_those_of_JSON(string literal, bool good) => JsonText.HasGoodEscapes(Encoding.UTF8.GetBytes(literal)).ShouldBe(good);

    private static string? InTwo(byte[] literal)
    {
        var text = new ByteBuffer();
        var output = new ByteBuffer();
        output.Append("before"u8);
        if (!JsonText.TryUnescape(literal, text))
            return null;
        JsonText.AppendQuoted(text.Written, output);
        return Encoding.UTF8.GetString(output.Written);
    }
}
