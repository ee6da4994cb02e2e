using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class JsonFeedTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData("[1]", "1")]
    [InlineData(" [ 1 , \"a,]\" ,null,\n[1,[2]] , {} ] ", "1", "\"a,]\"", "null", "[1,[2]]", "{}")]
    [InlineData("[{\"id\":1,\"a\":tru}, {\"id\":2}]", "{\"id\":1,\"a\":tru}", "{\"id\":2}")]
    [InlineData("[{\"id\":1} {\"id\":2},3]", "{\"id\":1} {\"id\":2}", "3")]
    [InlineData("[{\"id\":1}},{\"id\":2}]", "{\"id\":1}}", "{\"id\":2}")]
    [InlineData("[1,,2]", "1", ",", "2")]
    [InlineData("[1,]", "1", "]")]
    [InlineData("[,]", ",", "]")]
    [InlineData("[\"\\\\\",\"\\\"\",\"\\\\\\\"]\"]", "\"\\\\\"", "\"\\\"\"", "\"\\\\\\\"]\"")]
    public void An_array_is_cut_into_what_stands_between_its_commas(string text, params string[] records)
    {
        for (var padding = 0; padding < 70; padding++)
        {
            using var feed = new FeedOnDisk(new string(' ', padding) + text);
            feed.ReadTexts(Some.Json, chunkBytes: 64).ShouldBe(records);
        }
    }

    [Theory]
    [InlineData("[1,2] x")]
    [InlineData("[1,2]]")]
    [InlineData("[1][2]")]
    [InlineData("[1,2")]
    [InlineData("[{\"a\":1]")]
    [InlineData("[\"a]")]
    [InlineData("[")]
    [InlineData("   ")]
    public void An_array_that_is_not_closed_or_followed_by_something_is_incomplete(string text)
    {
        using var feed = new FeedOnDisk(text);
        Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Json)).Message.ShouldContain(feed.Files[0]);
    }

    [Fact]
    public void An_object_instead_of_an_array_is_refused_with_the_remedy()
    {
        using var feed = new FeedOnDisk("{\"items\":[]}");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.Json)).Message.ShouldContain("'records'");
        using var array = new FeedOnDisk("[1]");
        Should.Throw<FeedRefusedException>(() => array.Read(Some.JsonAt("items"))).Message.ShouldContain("remove 'records'");
        using var text = new FeedOnDisk("id,name\n1,a\n");
        Should.Throw<FeedRefusedException>(() => text.Read(Some.Json)).Message.ShouldContain("not JSON");
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_refused_with_the_names_that_are_there()
    {
        using var feed = new FeedOnDisk("{\"meta\":{\"items\":[1]},\"data\":{\"products\":[1],\"offers\":[2]}}");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.JsonAt("data.items"))).Message
            .ShouldSatisfyAllConditions(m => m.ShouldContain("'products', 'offers'"), m => m.ShouldContain("in 'data'"));
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.JsonAt("items"))).Message.ShouldContain("'meta', 'data'");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.JsonAt("data"))).Message.ShouldContain("an object at 'data'");
        feed.ReadTexts(Some.JsonAt("meta.items")).ShouldBe(["1"]);
    }

    [Fact]
    public void Two_arrays_under_the_same_path_are_refused()
    {
        using var feed = new FeedOnDisk("{\"items\":[1],\"items\":[2]}");
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.JsonAt("items"))).Message.ShouldContain("twice");
    }

    [Theory]
    [InlineData("{\"total\":2,\"items\":[1,2]}")]
    [InlineData("{\"items\":[1,2],\"total\":\"2\"}")]
    public void A_feed_with_as_many_records_as_it_says_is_complete(string text)
    {
        using var feed = new FeedOnDisk(text);
        feed.ReadTexts(Some.JsonAt("items", "total")).ShouldBe(["1", "2"]);
    }

    [Theory]
    [InlineData("{\"total\":3,\"items\":[1,2]}", "3 records, and has 2")]
    [InlineData("{\"items\":[1,2],\"total\":1}", "1 records, and has 2")]
    [InlineData("{\"items\":[1,2]}", "no number of records at 'total'")]
    [InlineData("{\"items\":[1,2],\"total\":{}}", "not a whole number")]
    [InlineData("{\"items\":[1,2],\"x\":{\"total\":2}}", "no number of records at 'total'")]
    public void A_feed_with_another_number_of_records_than_it_says_is_incomplete(string text, string message)
    {
        using var feed = new FeedOnDisk(text);
        Should.Throw<FeedIncompleteException>(() => feed.Read(Some.JsonAt("items", "total"))).Message.ShouldContain(message);
    }

    [Fact]
    public void What_is_around_the_records_must_be_whole_JSON()
    {
        string[] texts =
        [
            "{\"items\":[1] x}", "{\"items\":[1]]", "{\"items\":[1]} {}", "{\"a\":tru,\"items\":[1]}",
            "{\"items\":[1],}", "{\"\\ud800\":1,\"items\":[1]}",
        ];
        foreach (var text in texts)
        {
            using var feed = new FeedOnDisk(text);
            Should.Throw<FeedIncompleteException>(() => feed.Read(Some.JsonAt("items")), text).Message.ShouldContain("byte");
        }
    }

    [Fact]
    public void Nesting_of_any_depth_is_no_danger()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);
        using var feed = new FeedOnDisk("[1," + deep + ",2]");
        feed.ReadTexts(Some.Json).ShouldBe(["1", deep, "2"]);
        using var open = new FeedOnDisk("[1," + deep[..150_000] + ",2]");
        Should.Throw<FeedIncompleteException>(() => open.Read(Some.Json)).Message.ShouldMatch("brackets? open");
        using var around = new FeedOnDisk("{\"x\":" + deep + ",\"items\":[]}");
        Should.Throw<FeedIncompleteException>(() => around.Read(Some.JsonAt("items")));
    }

    [Fact]
    public void Invalid_UTF8_is_passed_on_as_it_is()
    {
        using var feed = new FeedOnDisk([.. "[\""u8, 0xff, 0xc3, .. "\",2]"u8]);
        feed.Read(Some.Json)[0].Bytes.ShouldBe([(byte)'"', 0xff, 0xc3, (byte)'"']);
    }

    [Fact]
    public void Any_amount_of_whitespace_between_records_is_passed_in_bounded_memory()
    {
        var blank = new string(' ', 3_000_000);
        using var feed = new FeedOnDisk("[" + blank + "1," + blank + "2,\n" + blank + "3]" + blank);
        feed.ReadTexts(Some.Json, new FeedLimits { RecordBytes = 10_000 }).ShouldBe(["1", "2", "3"]);
        using var lines = new FeedOnDisk(FeedOnDisk.Gzip(System.Text.Encoding.UTF8.GetBytes("1\n" + blank + "2\n" + blank + "\n3")));
        lines.ReadTexts(Some.Jsonl, new FeedLimits { RecordBytes = 10_000 }).ShouldBe(["1", "2", "3"]);
    }
}
