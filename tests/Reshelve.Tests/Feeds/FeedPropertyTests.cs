using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class FeedPropertyTests
{
    private static readonly Gen<int> ChunkSize = Gen.OneOf(Gen.Choose(1, 200), Gen.Constant(FeedReaders.ChunkBytes));

    /// <summary>Texts of the characters that cutting depends on.</summary>
    private static Gen<string> TextOf(string alphabet) =>
        Gen.Elements(alphabet.EnumerateRunes().Select(rune => rune.ToString())).ListOf().Select(string.Concat);

    [Fact]
    public void Any_table_written_as_CSV_is_read_back()
    {
        var row = TextOf("ab\",;\n\r ü😀").Two().Zip(TextOf("x\"\n,1"), (two, third) => new[] { two.Item1, two.Item2, third });
        var values = row.ListOf().Zip(ChunkSize).Zip(Gen.Elements(true, false).Two());
        Property.Holds(values, value =>
        {
            var ((rows, size), (gzip, crlf)) = value;
            var end = crlf ? "\r\n" : "\n";
            var text = "a,\"b\",c" + end + string.Join(end, rows.Select(fields => string.Join(',', fields.Select(Quoted))));
            using var feed = Feed(text, gzip);
            feed.ReadJson(Some.Csv, size).Select(json => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.Values.ToArray())
                .ShouldBe(rows, new ArrayComparer());
        });
    }

    [Fact]
    public void Any_JSON_array_is_cut_into_its_elements()
    {
        var blank = Gen.Elements("", "", " ", "\n", "\t \r\n");
        var scalar = Gen.OneOf(TextOf("a\"\\[]{},:ü").Select(text => JsonSerializer.Serialize(text)), Gen.Elements("1", "-2.5e3", "null", "true"));
        var nested = Gen.Sized(size => Element(scalar, blank, Math.Min(size, 12)));
        var values = nested.Zip(blank.Two()).Select(e => (Bare: e.Item1, Padded: e.Item2.Item1 + e.Item1 + e.Item2.Item2)).ListOf()
            .Zip(ChunkSize).Zip(Gen.Elements(true, false).Two());
        Property.Holds(values, value =>
        {
            var ((elements, size), (gzip, wrapped)) = value;
            var text = "[" + string.Join(',', elements.Select(element => element.Padded)) + "]";
            if (wrapped)
                text = "{\"a\":[[]],\"b\":{\"n\":" + elements.Count + ",\"r\":" + text + "}}";
            using var feed = Feed(text, gzip);
            feed.ReadTexts(wrapped ? Some.JsonAt("b.r", "b.n") : Some.Json, chunkBytes: size).ShouldBe(elements.Select(element => element.Bare));
        });
    }

    [Fact]
    public void Any_XML_is_cut_into_its_elements()
    {
        var elementsOfSize = Gen.Sized(size => Gen.Choose(0, 4).SelectMany(count => Xml(Math.Min(size, 10)).ListOf(count)));
        var values = elementsOfSize.Zip(ChunkSize).Zip(Gen.Elements(true, false));
        Property.Holds(values, value =>
        {
            var ((elements, size), gzip) = value;
            var texts = elements.Select(element => element.ToString(SaveOptions.DisableFormatting)).ToList();
            using var feed = Feed("<r><!-- <i/> -->" + string.Join("\n ", texts) + "</r>", gzip);
            feed.ReadTexts(Some.Xml, chunkBytes: size).ShouldBe(texts);
            feed.ReadJson(Some.Xml, size).ShouldAllBe(json => json.StartsWith('{'));
        });
    }

    [Fact]
    public void Any_bytes_end_in_records_or_in_an_error_for_people()
    {
        var bytes = Gen.Elements("[]{}\",:\\<>/!-?=' \n\r;a1\0\uFEFFü".EnumerateRunes().Select(rune => rune.ToString())).ListOf()
            .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        var values = bytes.Zip(ChunkSize).Zip(Gen.Elements(Enum.GetValues<FeedFormatKind>()));
        Property.Holds(values, value =>
        {
            var ((text, size), kind) = value;
            using var feed = new FeedOnDisk(text);
            try
            {
                feed.ReadJson(new FeedFormat { Kind = kind }, size);
            }
            catch (ReshelveException exception)
            {
                exception.Message.ShouldContain(feed.Files[0]);
            }
        }, times: 1000);
    }

    [Fact]
    public void Lines_are_the_same_whether_read_in_parallel_ranges_or_one_after_the_other()
    {
        var values = TextOf("ab \r\n\n\t").Zip(ChunkSize).Zip(Gen.Choose(1, 20));
        Property.Holds(values, value =>
        {
            var ((text, size), limit) = value;
            using var plain = Feed(text, gzip: false);
            using var gzip = Feed(text, gzip: true);
            var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
            plain.ReadTexts(Some.Jsonl, chunkBytes: size).ShouldBe(lines);
            gzip.ReadTexts(Some.Jsonl, chunkBytes: size).ShouldBe(lines);
            plain.Read(Some.Jsonl, new FeedLimits { RecordBytes = limit }, size).Count(record => !record.TooLarge)
                .ShouldBeInRange(lines.Count(line => line.Length + 40 < limit), lines.Count(line => line.Length <= limit));
        });
    }

    private static FeedOnDisk Feed(string text, bool gzip)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new FeedOnDisk(gzip ? FeedOnDisk.Gzip(bytes) : bytes);
    }

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny("\",\r\n") >= 0 || field.Length == 0
            ? "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
            : field;

    private static Gen<string> Element(Gen<string> scalar, Gen<string> blank, int size)
    {
        if (size <= 1)
            return scalar;
        var inner = Element(scalar, blank, size / 3).Zip(blank, (element, space) => space + element + space).ListOf(3);
        return Gen.OneOf(
            scalar,
            inner.Select(elements => "[" + string.Join(',', elements) + "]"),
            inner.Select(elements => "{" + string.Join(',', elements.Select((element, i) => $"\"k{i}}}\":{element}")) + "}"));
    }

    private static Gen<XElement> Xml(int size)
    {
        var name = Gen.Elements("a", "b", "item");
        var text = TextOf("x<>&'\" ü/");
        var children = size <= 1
            ? Gen.Constant(new List<XElement>())
            : Gen.Choose(0, 3).SelectMany(count => Xml(size / 2).ListOf(count)).Select(list => list.ToList());
        return name.Zip(text.Two()).Zip(children, (head, inner) => new XElement(
            head.Item1,
            new XAttribute("t", head.Item2.Item1),
            inner,
            new XText(head.Item2.Item2),
            new XComment("<item>"),
            new XCData("</item>"),
            new XProcessingInstruction("p", "<")));
    }

    private sealed class ArrayComparer : IEqualityComparer<string[]>
    {
        public bool Equals(string[]? x, string[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(string[] obj) => obj.Length;
    }
}
