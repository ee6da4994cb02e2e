using System.Text;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Reading;
using Reshelve.OpenSearch.Writing;

namespace Reshelve.Tests.OpenSearch.Reading;

public sealed class SearchAnswerTests
{
    private const string Shards = """ "_shards":{"total":1,"successful":1,"skipped":0,"failed":0} """;

    [Fact]
    public void Documents_are_cut_out_byte_for_byte()
    {
        const string Document = """{ "title" : "caf\u00e9 \"x\"" , "price":1.50,"other":{"deep":[1,{"a":null}],"ünï":"😀"} }""";
        var spliced = """{"reshelve_id":"a",""" + Document[1..];
        var answer = Read($$$"""
            {"took":1,"timed_out":false,{{{Shards}}},"_scroll_id":"next","hits":{"total":{"value":7,"relation":"eq"},"max_score":null,"hits":[
            {"_index":"p-shop_1","_type":"_doc","_id":"a","_score":null,"_ignored":["x"],"_source":{{{spliced}}},"sort":["a"],"highlight":{"title":["one","two"]}},
            {"_index":"p-shop_1","_id":"b","_score":1.5,"_source":{ }} ] },"aggregations":{"f0":{"buckets":[] } } }
            """);
        answer.Total.ShouldBe(7);
        answer.Scroll.ShouldBe("next");
        Shelf.Text(answer.Aggregations).ShouldBe("""{"f0":{"buckets":[] } }""");
        answer.Hits.Select(h => (h.Index, h.Id, h.Score)).ShouldBe([("p-shop_1", "a", 0), ("p-shop_1", "b", 1.5)]);
        Shelf.Text(SplicedDocument.Restore(answer.Hits[0].Source)).ShouldBe(Document);
        Shelf.Text(SplicedDocument.Restore(answer.Hits[1].Source)).ShouldBe("{ }");
        answer.Hits[0].Highlights["title"].ShouldBe("one");
    }

    [Theory]
    [InlineData("""{"timed_out":true,"_shards":{"failed":0},"hits":{"total":{"value":1},"hits":[]}}""", "in time")]
    [InlineData("""{"timed_out":false,"_shards":{"failed":2,"failures":[{"reason":{"reason":"disk"}}]},"hits":{"total":{"value":1},"hits":[]}}""", "disk")]
    [InlineData("""{"acknowledged":true}""", "no hits")]
    [InlineData("<html>", "not what a search engine answers")]
    [InlineData("""{"hits":{"total":{},"hits":[]}}""", "not what a search engine answers")]
    [InlineData("""{"hits":{"total":{"value":1},"hits":[{"_id":1}]}}""", "not what a search engine answers")]
    [InlineData("""{"hits":{"total":{"value":1},"hits":[{"_id":"a","_source":{"x":""", "not what a search engine answers")]
    public void An_answer_that_is_late_or_lacks_a_part_or_is_none_is_an_error(string body, string said)
    {
        var message = Should.Throw<ReshelveException>(() => Read(body)).Message;
        message.ShouldContain(said);
        message.ShouldContain("search 'shop'");
    }

    [Fact]
    public void An_id_is_a_text_that_is_not_empty_and_whole()
    {
        foreach (var id in new[] { "a", " ", "\0😀", "\uFFFD" })
            DocumentIds.CanBe(id).ShouldBeTrue(id);
        foreach (var id in new[] { "", "\ud800", "a\udc00b" })
            DocumentIds.CanBe(id).ShouldBeFalse(id);
    }

    [Fact]
    public void An_id_has_at_most_512_bytes()
    {
        DocumentIds.CanBe(new string('x', 512)).ShouldBeTrue();
        DocumentIds.CanBe(new string('x', 513)).ShouldBeFalse();
        DocumentIds.CanBe(new string('ü', 256)).ShouldBeTrue();
        DocumentIds.CanBe(new string('ü', 257)).ShouldBeFalse();
    }

    private static SearchAnswer Read(string body) => SearchAnswer.Read("search 'shop'", new ServerAnswer(200, Encoding.UTF8.GetBytes(body), new Uri("http://node")));
}
