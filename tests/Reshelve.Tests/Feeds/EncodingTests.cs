using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class EncodingTests
{
    private const string Text = "id,name\n1,Größe €\n2,日本 😀\n";

    private static readonly string[] Rows = ["1,Größe €", "2,日本 😀"];

    public static TheoryData<byte[]> Utf16 =>
    [
        (byte[])[0xff, 0xfe, .. Encoding.Unicode.GetBytes(Text)],
        (byte[])[0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes(Text)],
        Encoding.Unicode.GetBytes(Text),
        Encoding.BigEndianUnicode.GetBytes(Text),
    ];

    [Theory]
    [MemberData(nameof(Utf16))]
    public void UTF16_is_recognised_by_its_mark_or_the_zero_beside_the_first_character(byte[] bytes)
    {
        using var plain = new FeedOnDisk(bytes);
        plain.ReadTexts(Some.Csv, chunkBytes: 64).ShouldBe(Rows);
        using var gzip = new FeedOnDisk(FeedOnDisk.Gzip(bytes));
        gzip.ReadTexts(Some.Csv).ShouldBe(Rows);
        gzip.ReadTexts(Some.Jsonl)[1..].ShouldBe(Rows);
    }

    [Fact]
    public void Text_longer_than_a_block_is_transcoded_without_a_seam()
    {
        var line = "{\"a\":\"" + new string('ü', 333) + "😀\"}";
        var text = string.Concat(Enumerable.Repeat(line + "\n", 1000));
        foreach (var encoding in (Encoding[])[new UnicodeEncoding(false, true), new UnicodeEncoding(true, true)])
        {
            using var feed = new FeedOnDisk([.. encoding.GetPreamble(), .. "x"u8[1..], .. encoding.GetBytes("\n" + text)]);
            feed.ReadTexts(Some.Jsonl).ShouldBe(Enumerable.Repeat(line, 1000));
        }
    }

    [Fact]
    public void The_definition_says_what_nothing_else_does()
    {
        using var latin = new FeedOnDisk(Encoding.Latin1.GetBytes("\"Größe\"\n\"\u0080\""));
        latin.ReadTexts(Some.Jsonl with { Encoding = FeedEncoding.Latin1 }).ShouldBe(["\"Größe\"", "\"\u0080\""]);
        using var utf16 = new FeedOnDisk(Encoding.Unicode.GetBytes("日本\n2"));
        utf16.ReadTexts(Some.Jsonl with { Encoding = FeedEncoding.Utf16 }).ShouldBe(["日本", "2"]);
        using var utf8 = new FeedOnDisk([0xef, 0xbb, 0xbf, .. "[1]"u8]);
        utf8.ReadTexts(Some.Json with { Encoding = FeedEncoding.Utf8 }).ShouldBe(["1"]);
        utf8.Read(Some.Json)[0].Offset.ShouldBe(4);
    }

    [Fact]
    public void A_definition_that_contradicts_the_mark_is_refused()
    {
        using var utf8 = new FeedOnDisk([0xef, 0xbb, 0xbf, .. "[1]"u8]);
        foreach (var encoding in (FeedEncoding[])[FeedEncoding.Latin1, FeedEncoding.Utf16])
            Should.Throw<FeedRefusedException>(() => utf8.Read(Some.Json with { Encoding = encoding })).Message.ShouldContain("mark of Utf8");
    }

    [Theory]
    [InlineData("utf-8", "ü")]
    [InlineData("UTF-16", "ü")]
    [InlineData("iso-8859-1", "Ã¼")]
    [InlineData("Windows-1252", "Ã¼")]
    public void XML_is_read_in_the_encoding_it_declares(string encoding, string expected)
    {
        using var feed = new FeedOnDisk($"<?xml version=\"1.0\" encoding = '{encoding}'?><r><i>ü</i></r>");
        feed.ReadTexts(Some.Xml).ShouldBe([$"<i>{expected}</i>"]);
    }

    [Fact]
    public void Windows_1252_has_the_euro_and_typographic_quotes()
    {
        using var feed = new FeedOnDisk([.. "<?xml version='1.0' encoding='windows-1252'?><r><i>"u8, 0x80, 0x93, 0xe9, 0x81, .. "</i></r>"u8]);
        feed.ReadTexts(Some.Xml).ShouldBe(["<i>€“é\u0081</i>"]);
    }

    [Fact]
    public void Encodings_that_cannot_be_read_are_refused_by_name()
    {
        using var feed = new FeedOnDisk("<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><r/>");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.Xml)).Message.ShouldContain("EBCDIC-CP-US");
        using var utf32 = new FeedOnDisk(Encoding.UTF32.GetPreamble());
        Should.Throw<FeedRefusedException>(() => utf32.Read(Some.Jsonl)).Message.ShouldContain("UTF-32");
    }

    [Fact]
    public void Half_a_character_at_the_end_makes_the_feed_incomplete()
    {
        using var feed = new FeedOnDisk([0xff, 0xfe, .. Encoding.Unicode.GetBytes("1\n2"), 0x31]);
        Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Jsonl)).Message.ShouldContain("middle of a UTF-16 character");
    }

    [Fact]
    public void A_lone_surrogate_is_not_made_into_text()
    {
        byte[] lone = [0x00, 0xd8];
        byte[] bytes = [0xff, 0xfe, .. Encoding.Unicode.GetBytes("id\na"), .. lone, .. Encoding.Unicode.GetBytes("b\nc\n"), .. lone];
        using var feed = new FeedOnDisk(bytes);
        feed.ReadJson(Some.Csv).ShouldSatisfyAllConditions(
            read => read[0].ShouldContain("not valid UTF-8"),
            read => read[1].ShouldBe("{\"id\":\"c\"}"),
            read => read[2].ShouldContain("not valid UTF-8"));
    }
}
