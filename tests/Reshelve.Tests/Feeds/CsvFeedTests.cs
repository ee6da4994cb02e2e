using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class CsvFeedTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "{\"a\":\"1\",\"b\":\"2\"}")]
    [InlineData("a,b\r\n1,2\r\n\r\n3,4", "{\"a\":\"1\",\"b\":\"2\"}", "{\"a\":\"3\",\"b\":\"4\"}")]
    [InlineData("\uFEFFa,b\n1,2", "{\"a\":\"1\",\"b\":\"2\"}")]
    [InlineData("\n\na,b\n,\n", "{\"a\":\"\",\"b\":\"\"}")]
    [InlineData("a,b\n\"1\n2\",\" \"\"x\"\" \"\n", "{\"a\":\"1\\n2\",\"b\":\" \\\"x\\\" \"}")]
    [InlineData("a,b\n 1 , \"2\" \n", "{\"a\":\" 1 \",\"b\":\" \\\"2\\\" \"}")]
    [InlineData("a,b\n5\" pipe,6\"\n\"\"\"\",\"\"", "{\"a\":\"5\\\" pipe\",\"b\":\"6\\\"\"}", "{\"a\":\"\\\"\",\"b\":\"\"}")]
    [InlineData("a,b\n\"x\"y\"z,\"w\"\n", "{\"a\":\"xy\\\"z\",\"b\":\"w\"}")]
    [InlineData("\"a\nb\",\"c,d\"\n1,2", "{\"a\\nb\":\"1\",\"c,d\":\"2\"}")]
    [InlineData("a,,b\n1,2,3", "{\"a\":\"1\",\"column2\":\"2\",\"b\":\"3\"}")]
    [InlineData("a\n\n1\n", "{\"a\":\"1\"}")]
    public void Rows_become_objects_of_strings(string text, params string[] json)
    {
        using var feed = new FeedOnDisk(text);
        for (var size = 1; size < 70; size++)
            feed.ReadJson(Some.Csv, size).ShouldBe(json);
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void Other_delimiters_are_as_good_as_the_comma(char delimiter)
    {
        using var feed = new FeedOnDisk($"a{delimiter}b\n1,1{delimiter}\"{delimiter}\"\n");
        feed.ReadJson(Some.Csv with { Delimiter = delimiter }).ShouldBe(["{\"a\":\"1,1\",\"b\":\"" + (delimiter == '\t' ? "\\t" : delimiter) + "\"}"]);
        Should.Throw<FeedRefusedException>(() => feed.Open(Some.Csv with { Delimiter = ':' })).Message.ShouldContain("':'");
    }

    [Fact]
    public void A_row_with_more_or_fewer_fields_than_the_header_is_a_problem_of_that_row_alone()
    {
        using var feed = new FeedOnDisk("a,b\n1\n1,2,3\n1,2\n1,2,\n");
        feed.ReadJson(Some.Csv).ShouldSatisfyAllConditions(
            read => read.Count.ShouldBe(4),
            read => read[0].ShouldStartWith("!the row has 1 field where the header has 2"),
            read => read[1].ShouldStartWith("!the row has 3 fields"),
            read => read[2].ShouldBe("{\"a\":\"1\",\"b\":\"2\"}"),
            read => read[3].ShouldStartWith("!the row has 3 fields"));
    }

    [Fact]
    public void The_columns_are_in_the_context()
    {
        using var feed = new FeedOnDisk("id,\"the \"\"name\"\"\",\n1,2,3\n", "x\n1\n");
        var read = feed.Read(Some.Csv);
        read[0].Context.Columns.ShouldBe(["id", "the \"name\"", "column3"]);
        read[1].Context.Columns.ShouldBe(["x"]);
    }

    [Theory]
    [InlineData("a,b,a\n1,2,3\n", "two columns named 'a' (1 and 3)")]
    [InlineData("column2,\n1,2\n", "two columns named 'column2'")]
    [InlineData("a,b\r1,2\r3,4\r", "carriage returns alone")]
    public void A_header_that_cannot_be_understood_is_refused(string text, string message)
    {
        using var feed = new FeedOnDisk(text);
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.Csv)).Message.ShouldContain(message);
    }

    [Fact]
    public void A_header_over_the_record_limit_is_refused()
    {
        using var feed = new FeedOnDisk("id,\"" + new string('x', 100_000) + "\"\n1,2\n");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.Csv, new FeedLimits { RecordBytes = 1000 })).Message.ShouldContain("header row");
    }

    [Fact]
    public void A_quote_that_is_never_closed_makes_the_feed_incomplete()
    {
        using var feed = new FeedOnDisk("a,b\n1,2\n3,\"4\n5,6\n");
        Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Csv)).Message
            .ShouldSatisfyAllConditions(m => m.ShouldContain("byte 8"), m => m.ShouldContain("quoted"));
    }

    [Fact]
    public void Invalid_UTF8_is_a_problem_of_its_row()
    {
        using var feed = new FeedOnDisk([.. "a\nx"u8, 0xe9, .. "\ny\n"u8]);
        var read = feed.ReadJson(Some.Csv);
        read[0].ShouldStartWith("!the bytes at 1 in the record are not valid UTF-8 (0xE9)");
        read[1].ShouldBe("{\"a\":\"y\"}");
        feed.Read(Some.Csv)[0].Bytes.ShouldBe([(byte)'x', 0xe9]);
        feed.ReadJson(Some.Csv with { Encoding = FeedEncoding.Latin1 })[0].ShouldBe("{\"a\":\"xé\"}");
    }

    [Fact]
    public void Converting_allocates_nothing_once_it_is_warm()
    {
        using var feed = new FeedOnDisk("id,name\n1,\"a \"\"b\"\"\"\n");
        using var reader = feed.Open(Some.Csv);
        var chunk = new FeedChunk();
        reader.TryReadChunk(chunk, CancellationToken.None).ShouldBeTrue();
        var converter = reader.CreateConverter();
        converter.TryConvert(chunk[0], chunk.Context, out _, out _).ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            converter.TryConvert(chunk[0], chunk.Context, out _, out _);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);
    }
}
