using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Mapping;

namespace Reshelve.Tests.Catalogs;

/// <summary>
/// A drafted definition must not reject a record of the feed that it was drafted from: drafting and mapping agree on types.
/// </summary>
public sealed class DraftMappingTests : IDisposable
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "-0", "12", "1.5", "1.0", "1e3", "1E-2", "9223372036854775807", "9223372036854775808", "1e308",
        "1e309", "\"\"", "\" \"", "\"0\"", "\"1\"", "\"007\"", "\"12\"", "\" 12 \"", "\"+5\"", "\"1.50\"", "\"yes\"", "\"No\"", "\"TRUE\"",
        "\"20230101\"", "\"2023-01-01\"", "\"2023-01-01T10:00\"", "\"2023-01-01T10:00:00Z\"", "\"2023-01-01 10:00:00.5+02:00\"",
        "\"2023-01-01T10:00:00.1234567890Z\"", "\"2023-01-01T10:00:00+0200\"", "\"2023-01-01T24:00\"", "\"2023/01/01\"",
        "\"2023/01/01 10:00\"", "\"0001-01-01T00:00:00+14:00\"", "\"http://a/b.jpg\"", "\"http://a/b c\"", "\"a/b.png\"", "\"a\\tb.png\"",
        "\" x.gif\\n\"", "\"two words\"", "\"{}\"", "\"{\\\"a\\\":1}\"", "\"\\u0000\"", "\"\\u007f\"", "[]", "[1]", "[1,\"2\"]", "[true,null]",
        "[[]]", "[{}]", "[{\"a\":1}]", "{}", "{\"a\":1}", "{\"a\":\"x\"}", "{\"a\":[1,2]}", "{\"a\":{\"b\":1}}",
    ];

    private static readonly string[] Names =
        ["value", "price", "date", "image", "title", "tags", "url", "quantity", "code", "description"];

    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("grocery-daily/mpreis-2023-10-19T052623.jsonl.gz")]
    [InlineData("electronics/products.jsonl.gz")]
    [InlineData("stickers/stickers.jsonl")]
    public void No_record_of_a_real_feed_is_rejected(string feed) => Rejected(SharedData.File(feed)).ShouldBeEmpty();

    [Fact]
    public void No_record_is_rejected_whatever_values_a_field_mixes()
    {
        var random = new Random(5);
        for (var run = 0; run < 500; run++)
        {
            var name = Names[random.Next(Names.Length)];
            var pool = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Values[random.Next(Values.Length)]).ToArray();
            var lines = Enumerable.Range(0, random.Next(1, 25)).Select(i => $$"""{"id":"x{{i}}","{{name}}":{{pool[random.Next(pool.Length)]}}}""");
            _workspace.With("f.jsonl", string.Join('\n', lines));
            Rejected(Path.Combine(_workspace.Folder, "f.jsonl")).ShouldBeEmpty(string.Join(" | ", pool));

            var texts = pool.Select(p => p.Trim('"')).Where(p => !p.Contains('\\') && !p.Contains('"')).DefaultIfEmpty("z").ToArray();
            var rows = Enumerable.Range(0, random.Next(1, 25)).Select(i => $"x{i};{texts[random.Next(texts.Length)]};q");
            _workspace.With("f.csv", $"id;{name};z\n" + string.Join('\n', rows));
            Rejected(Path.Combine(_workspace.Folder, "f.csv")).ShouldBeEmpty(string.Join(" | ", texts));
        }
    }

    private static List<string> Rejected(string file)
    {
        var definition = CatalogDraft.From(file).Definition;
        var mapper = new DocumentMapper(definition, KeyedHash.Derive(new byte[KeyedHash.SeedBytes]));
        using var reader = FeedReaders.Open([file], definition.Format, new FeedLimits());
        var converter = reader.CreateConverter();
        var chunk = new FeedChunk();
        var rejected = new List<string>();
        while (reader.TryReadChunk(chunk, TestContext.Current.CancellationToken))
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                if (!converter.TryConvert(chunk[i], chunk.Context, out var json, out var problem))
                    rejected.Add(problem!);
                else if (mapper.Map(json) is { Outcome: MappingOutcome.Rejected } record)
                    rejected.Add($"{record.Field}: {record.Reason} in {Encoding.UTF8.GetString(json)}");
            }
        }

        return rejected;
    }
}
