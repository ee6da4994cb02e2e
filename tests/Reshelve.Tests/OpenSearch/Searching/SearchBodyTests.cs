using System.Text.Json.Nodes;
using Reshelve.OpenSearch.Searching;
using Reshelve.Searching;

namespace Reshelve.Tests.OpenSearch.Searching;

public sealed class SearchBodyTests
{
    [Fact]
    public void All_documents_come_in_the_order_of_their_ids_and_are_counted_exactly()
    {
        var body = Body(new SearchRequest { Offset = 20, Limit = 10 });
        body["query"]!.ToJsonString().ShouldBe("""{"match_all":{}}""");
        body["sort"]!.ToJsonString().ShouldBe("""[{"reshelve_id":{"order":"asc"}}]""");
        body["from"]!.GetValue<int>().ShouldBe(20);
        body["size"]!.GetValue<int>().ShouldBe(10);
        body["track_total_hits"]!.GetValue<bool>().ShouldBeTrue();
        body["highlight"].ShouldBeNull();
        body["aggs"].ShouldBeNull();
    }

    [Fact]
    public void Every_word_must_be_in_some_text_field_and_ranks_by_its_weight()
    {
        var body = Body(new SearchRequest { Query = "red wi-fi ", Boosts = new Dictionary<string, double> { ["title"] = 2.5, ["topic"] = double.NaN } });
        body["query"]!.ToJsonString().ShouldBe(
            """{"bool":{"must":[{"multi_match":{"query":"red","type":"best_fields","fields":["title^2.5","topic"],"tie_breaker":0.3}},"""
            + """{"multi_match":{"query":"wi fi","type":"phrase","fields":["title^2.5","topic"],"tie_breaker":0.3}}]}}""");
        body["sort"]!.ToJsonString().ShouldBe("""[{"_score":{"order":"desc"}},{"reshelve_id":{"order":"asc"}}]""");
    }

    [Fact]
    public void An_unfinished_word_also_matches_whole_and_an_unfinished_phrase_by_its_last_word()
    {
        var must = Body(new SearchRequest { Query = "hea" })["query"]!["bool"]!["must"]!;
        must[0]!["bool"]!["must"]![0]!["multi_match"]!["type"]!.GetValue<string>().ShouldBe("bool_prefix");
        must[0]!["bool"]!["should"]![0]!["multi_match"]!["type"]!.GetValue<string>().ShouldBe("best_fields");
        var phrase = Body(new SearchRequest { Query = "\"red hea" })["query"]!["bool"]!["must"]![0]!["multi_match"]!;
        phrase["type"]!.GetValue<string>().ShouldBe("phrase_prefix");
        phrase["max_expansions"]!.GetValue<int>().ShouldBe(1000);
    }

    [Fact]
    public void One_word_of_several_is_enough_when_asked_and_what_is_excluded_never_ranks()
    {
        var query = Body(new SearchRequest { Query = "red blue -green ", Match = TermMatch.Any })["query"]!["bool"]!;
        query["should"]!.AsArray().Count.ShouldBe(2);
        query["minimum_should_match"]!.GetValue<int>().ShouldBe(1);
        query["must_not"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void Nothing_is_ranked_where_nobody_asks_for_the_rank()
    {
        var request = new SearchRequest { Query = "red blue ", Sort = [new SortKey("price", true), new SortKey("_id", true), new SortKey("stock", false)] };
        var body = Body(request);
        body["query"]!["bool"]!["filter"]!.AsArray().Count.ShouldBe(2);
        body["sort"]!.ToJsonString().ShouldBe("""[{"price":{"order":"desc","missing":"_last"}},{"reshelve_id":{"order":"desc"}}]""");
        Body(request with { Match = TermMatch.Any })["query"]!["bool"]!["filter"]![0]!["bool"]!["should"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public void Filters_stand_beside_the_words_and_never_rank()
    {
        var query = Body(new SearchRequest { Query = "red ", Filters = [new ValuesFilter("brand", ["x"])] })["query"]!["bool"]!;
        query["must"]!.AsArray().Count.ShouldBe(1);
        query["filter"]!.ToJsonString().ShouldBe("""[{"terms":{"brand":["x"]}}]""");
        Body(new SearchRequest { Filters = [new ValuesFilter("brand", ["x"])] })["query"]!.ToJsonString().ShouldBe("""{"bool":{"filter":[{"terms":{"brand":["x"]}}]}}""");
        Body(new SearchRequest { Query = "❤", Filters = [new ValuesFilter("brand", ["x"])] })["query"]!.ToJsonString().ShouldBe("""{"match_none":{}}""");
    }

    [Fact]
    public void Facets_are_counted_by_frequency_then_value_under_names_of_our_own()
    {
        var body = Body(new SearchRequest { Limit = 0, Facets = ["price", "brand", "price"], FacetSize = 5 });
        body["aggs"]!.ToJsonString().ShouldBe(
            """{"f0":{"terms":{"field":"price.facet","size":5,"shard_size":1005,"order":[{"_count":"desc"},{"_key":"asc"}]}}"""
            + ""","f1":{"terms":{"field":"brand","size":5,"shard_size":1005,"order":[{"_count":"desc"},{"_key":"asc"}]}}}""");
        body["size"]!.GetValue<int>().ShouldBe(1);
        body["_source"]!.GetValue<bool>().ShouldBeFalse();
        Body(new SearchRequest { Facets = ["price"], FacetSize = 0 })["aggs"].ShouldBeNull();
    }

    [Fact]
    public void Matches_are_marked_in_every_text_field_only_when_there_are_words()
    {
        var request = new SearchRequest { Query = "red", Highlight = true };
        Body(request)["highlight"]!["fields"]!.ToJsonString().ShouldBe("""{"title":{},"topic":{}}""");
        Body(request with { Query = "-red" })["highlight"].ShouldBeNull();
    }

    [Fact]
    public void Words_leave_room_for_the_filters()
    {
        var days = Enumerable.Range(0, 400).Select(i => new DateOnly(2024, 1, 1).AddDays(2 * i).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        var search = new PreparedSearch(
            new SearchRequest { Query = "\"" + string.Join(' ', Enumerable.Repeat("a", 2000)), Filters = [new ValuesFilter("released", [.. days])] }, Shelf.Schema);
        search.Text.Wanted.ShouldHaveSingleItem().Words.Count.ShouldBe(300);
    }

    [Theory]
    [InlineData("red <b>\uFDD0hearts\uFDD1</b> & more", "red &lt;b&gt;<em>hearts</em>&lt;/b&gt; &amp; more")]
    [InlineData("\uFDD0red\uFDD1 \uFDD0hearts\uFDD1", "<em>red</em> <em>hearts</em>")]
    [InlineData("\uFDD0red", "<em>red</em>")]
    [InlineData("\uFDD1red\uFDD0\uFDD0x\uFDD1", "red<em>x</em>")]
    [InlineData("", "")]
    public void A_marked_excerpt_is_well_formed_whatever_the_text_held(string marked, string html) => Excerpt.ToHtml(marked).ShouldBe(html);

    private static JsonNode Body(SearchRequest request) => Shelf.Json(SearchBody.Write(new PreparedSearch(request, Shelf.Schema)));
}
