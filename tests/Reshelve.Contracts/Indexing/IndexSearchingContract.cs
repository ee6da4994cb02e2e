using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Contracts.Indexing;

/// <summary>What searches find, in which order, and what they say of it.</summary>
public abstract class IndexSearchingContract : IndexEngineContract
{
    private static readonly Change[] Shop =
    [
        Products.Add("1", new { title = "Red heart", description = "A warm symbol of love", brand = "Noto", price = 5, stock = 3, available = true, released = "2024-05-01", categories = new[] { "symbols", "love" }, sku = "A-1", sizes = new[] { 1, 2 }, link = "https://x/1", images = new[] { "https://x/1.png", "https://x/1b.png" } }),
        Products.Add("2", new { title = "Blue heart", description = "A cold red symbol", brand = "Noto", price = 10.5, stock = 0, available = false, released = "2024-05-01T23:30:00Z", categories = new[] { "symbols" }, sku = "A-2", sizes = new[] { 2, 3 }, link = "https://x/2" }),
        Products.Add("3", new { title = "Heartbreak hotel", description = "A song", brand = "Elvis", price = 9, stock = 12, available = true, released = "2024-05-02T00:00:00.5Z", categories = new[] { "music" }, sku = "B-1" }),
        Products.Add("4", new { title = "Wi-Fi router C++ edition", description = "Crème brûlée inside", tags = new[] { "alpha beta", "gamma" }, brand = "Ärger", price = -3, released = "2024-05-02T00:00:00Z" }),
    ];

    [Theory]
    [InlineData("", "1,2,3,4")]
    [InlineData("   \t\n ", "1,2,3,4")]
    [InlineData("heart ", "1,2")]
    [InlineData("HEART ", "1,2")]
    [InlineData("heart", "1,2,3")]
    [InlineData("hear", "1,2,3")]
    [InlineData("hear ", "")]
    [InlineData("heart* ", "1,2,3")]
    [InlineData("red heart ", "1,2")]
    [InlineData("\"red heart\"", "1")]
    [InlineData("\"red hea", "1")]
    [InlineData("\"heart red\"", "")]
    [InlineData("heart -blue", "1")]
    [InlineData("-blue heart", "1,3")]
    [InlineData("heart -\"blue heart\"", "1")]
    [InlineData("-heart", "3,4")]
    [InlineData("-hear*", "4")]
    [InlineData("-heart -song", "4")]
    [InlineData("creme brulee", "4")]
    [InlineData("CRÈME BRÛLÉE ", "4")]
    [InlineData("wi-fi", "4")]
    [InlineData("wifi", "")]
    [InlineData("\"wi fi\" router", "4")]
    [InlineData("fi wi ", "4")]
    [InlineData("\"fi wi\"", "")]
    [InlineData("C++ ", "4")]
    [InlineData("C++", "4")]
    [InlineData("beta gamma ", "4")]
    [InlineData("\"beta gamma\"", "4")]
    [InlineData("heart AND", "")]
    [InlineData("NOT", "")]
    [InlineData("title:heart ", "")]
    [InlineData("red ❤ heart ", "1,2")]
    [InlineData("❤", "")]
    [InlineData("*", "")]
    [InlineData("-", "")]
    [InlineData("\"", "1,2,3,4")]
    [InlineData("\"\"", "1,2,3,4")]
    [InlineData("(red OR", "")]
    public async Task A_typed_query_finds(string query, string ids)
    {
        await FillAsync(Shop);
        (await IdsAsync(query)).Order().ShouldBe(ids.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Any_word_may_be_enough_and_more_are_better()
    {
        await FillAsync(Shop);
        var ids = await IdsAsync(new SearchRequest { Query = "song heart red ", Match = TermMatch.Any });
        ids.Order().ShouldBe(["1", "2", "3"]);
        (await IdsAsync(new SearchRequest { Query = "router heart -blue ", Match = TermMatch.Any })).Order().ShouldBe(["1", "4"]);
        (await IdsAsync(new SearchRequest { Query = "❤ song ", Match = TermMatch.Any })).ShouldBe(["3"]);
    }

    [Fact]
    public async Task The_last_word_is_whole_when_asked()
    {
        await FillAsync(Shop);
        (await IdsAsync(new SearchRequest { Query = "hear", PrefixLast = false })).ShouldBeEmpty();
        (await IdsAsync(new SearchRequest { Query = "hear*", PrefixLast = false })).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Boosts_decide_the_rank()
    {
        await FillAsync(Shop);
        var request = new SearchRequest { Query = "red " };
        (await IdsAsync(request with { Boosts = new Dictionary<string, double> { ["title"] = 10 } })).ShouldBe(["1", "2"]);
        (await IdsAsync(request with { Boosts = new Dictionary<string, double> { ["description"] = 10 } })).ShouldBe(["2", "1"]);
        var hits = (await SearchAsync(request)).Hits;
        hits[0].Score.ShouldBeGreaterThanOrEqualTo(hits[1].Score);
        hits[1].Score.ShouldBeGreaterThan(0);
        (await SearchAsync(new SearchRequest())).Hits.ShouldAllBe(h => h.Score == 0);
    }

    public static TheoryData<string, string, string> Values => new()
    {
        { "brand", "Noto", "1,2" },
        { "brand", "noto", "" },
        { "brand", "Noto|Elvis", "1,2,3" },
        { "brand", "Ärger", "4" },
        { "sku", "A-1|B-1|none", "1,3" },
        { "categories", "symbols", "1,2" },
        { "categories", "love|music", "1,3" },
        { "sizes", "2", "1,2" },
        { "sizes", "3|4", "2" },
        { "price", "10.50", "2" },
        { "price", "5|9.0|-3", "1,3,4" },
        { "stock", "0", "2" },
        { "available", "true", "1,3" },
        { "available", "FALSE", "2" },
        { "released", "2024-05-01", "1,2" },
        { "released", "2024-05-02T02:00:00+02:00", "4" },
        { "link", "https://x/2", "2" },
        { "images", "https://x/1b.png", "1" },
        { "images", "https://x/2.png", "" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_filter_takes_values(string field, string values, string ids)
    {
        await FillAsync(Shop);
        (await IdsAsync(new SearchRequest { Filters = [new ValuesFilter(field, values.Split('|'))] }))
            .ShouldBe(ids.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    public static TheoryData<string, string?, string?, string> Ranges => new()
    {
        { "price", "5", "10", "1,3" },
        { "price", null, "5", "1,4" },
        { "price", "9.5", null, "2" },
        { "price", null, null, "1,2,3,4" },
        { "stock", null, null, "1,2,3" },
        { "stock", "0.5", "1e1", "1" },
        { "released", "2024-05-02", null, "3,4" },
        { "released", null, "2024-05-01", "1,2" },
        { "released", "2024-05-01T12:00:00Z", "2024-05-02T00:00:00Z", "2,4" },
        { "released", "2024-05-02", "2024-05-02", "3,4" },
        { "brand", "F", "O", "1,2" },
        { "sku", "A-2", "B", "2" },
        { "categories", "m", "n", "3" },
        { "sizes", "3", null, "2" },
        { "link", "https://x/2", null, "2" },
        { "price", "10", "5", "" },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task A_filter_takes_ranges(string field, string? from, string? to, string ids)
    {
        await FillAsync(Shop);
        (await IdsAsync(new SearchRequest { Filters = [new RangeFilter(field, from, to)] }))
            .ShouldBe(ids.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task All_filters_must_be_met_along_with_the_query()
    {
        await FillAsync(Shop);
        var request = new SearchRequest { Query = "heart", Filters = [new ValuesFilter("brand", ["Noto"]), new RangeFilter("price", "6", null)] };
        (await IdsAsync(request)).ShouldBe(["2"]);
        (await IdsAsync(request with { Query = "-blue" })).ShouldBeEmpty();
        (await IdsAsync(new SearchRequest { Filters = [new ValuesFilter("brand", [])] })).ShouldBeEmpty();
        (await IdsAsync(new SearchRequest { Query = "heart", Filters = [new ValuesFilter("images", ["https://x/1.png"])] })).ShouldBe(["1"]);
        var many = Enumerable.Range(0, 5000).Select(i => $"A-{i}").ToList();
        (await IdsAsync(new SearchRequest { Filters = [new ValuesFilter("sku", many)] })).ShouldBe(["1", "2"]);
        (await IdsAsync(new SearchRequest { Filters = [new ValuesFilter("brand", [.. many, "Elvis"])] })).ShouldBe(["3"]);
    }

    [Fact]
    public async Task A_request_that_names_the_wrong_field_says_which_are_right()
    {
        await FillAsync(Shop);
        var wrong = new (SearchRequest Request, string[] Named)[]
        {
            (new() { Filters = [new ValuesFilter("colour", ["x"])] }, ["colour", "brand"]),
            (new() { Filters = [new ValuesFilter("title", ["x"])] }, ["title", "brand"]),
            (new() { Filters = [new RangeFilter("dimensions", "x", null)] }, ["dimensions", "price"]),
            (new() { Filters = [new RangeFilter("price", "cheap", null)] }, ["price", "cheap"]),
            (new() { Filters = [new RangeFilter("released", null, "soon")] }, ["released", "soon"]),
            (new() { Filters = [new ValuesFilter("available", ["maybe"])] }, ["available", "maybe"]),
            (new() { Facets = ["sku"] }, ["sku", "facet: true", "brand"]),
            (new() { Facets = ["colour"] }, ["colour", "brand"]),
            (new() { Sort = [new("categories", false)] }, ["categories", "price"]),
            (new() { Sort = [new("title", false)] }, ["title", "price"]),
            (new() { Sort = [new("colour", false)] }, ["colour", "price"]),
            (new() { Offset = 9_999, Limit = 2 }, ["10,000"]),
            (new() { Offset = -1 }, ["negative"]),
            (new() { Limit = -1 }, ["negative"]),
            (new() { Offset = int.MaxValue, Limit = int.MaxValue }, ["10,000"]),
        };
        foreach (var (request, named) in wrong)
        {
            var refusal = await Should.ThrowAsync<SearchRequestException>(() => SearchAsync(request));
            foreach (var name in named)
                refusal.Message.ShouldContain(name);
        }
    }

    [Theory]
    [InlineData("price", false, "4,1,3,2")]
    [InlineData("price", true, "2,3,1,4")]
    [InlineData("stock", false, "2,1,3,4")]
    [InlineData("stock", true, "3,1,2,4")]
    [InlineData("brand", false, "3,1,2,4")]
    [InlineData("brand", true, "4,1,2,3")]
    [InlineData("released", false, "1,2,4,3")]
    [InlineData("released", true, "3,4,2,1")]
    [InlineData("link", true, "2,1,3,4")]
    [InlineData("available", false, "2,1,3,4")]
    [InlineData("_id", true, "4,3,2,1")]
    [InlineData("_id", false, "1,2,3,4")]
    public async Task Hits_are_sorted_and_those_without_a_value_come_last(string field, bool descending, string ids)
    {
        await FillAsync(Shop);
        (await IdsAsync(new SearchRequest { Sort = [new SortKey(field, descending)] })).ShouldBe(ids.Split(','));
    }

    [Fact]
    public async Task Several_sort_keys_decide_one_after_the_other()
    {
        await FillAsync(Shop);
        (await IdsAsync(new SearchRequest { Sort = [new("available", true), new("price", true)] })).ShouldBe(["3", "1", "2", "4"]);
        (await IdsAsync(new SearchRequest { Sort = [new("available", true), new("_id", true)] })).ShouldBe(["3", "1", "2", "4"]);
        (await IdsAsync(new SearchRequest { Query = "heart", Sort = [new("_id", true)] })).ShouldBe(["3", "2", "1"]);
        (await IdsAsync(new SearchRequest { Query = "red ", Sort = [new("_score", false)] })).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Facets_count_all_matches_whatever_page_is_given()
    {
        await FillAsync(Shop);
        var result = await SearchAsync(new SearchRequest { Query = "a", Limit = 1, Facets = ["brand", "categories", "available"] });
        result.Total.ShouldBe(4);
        result.Hits.Count.ShouldBe(1);
        result.Facets["brand"].ShouldBe([new("Noto", 2), new("Elvis", 1), new("Ärger", 1)]);
        result.Facets["categories"].ShouldBe([new("symbols", 2), new("love", 1), new("music", 1)]);
        result.Facets["available"].ShouldBe([new("true", 2), new("false", 1)]);
        (await SearchAsync(new SearchRequest { Limit = 0, Facets = ["brand"], FacetSize = 2 })).Facets["brand"]
            .ShouldBe([new("Noto", 2), new("Elvis", 1)]);
        (await SearchAsync(new SearchRequest { Query = "nothing here", Facets = ["brand"] })).Facets["brand"].ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repeat()
    {
        await FillAsync([.. Enumerable.Range(0, 95).Select(i => Products.Add($"{i:D2}", new { title = "same words", stock = i % 3 }))]);
        foreach (var request in new SearchRequest[]
        {
            new() { Query = "same" }, new(), new() { Sort = [new("stock", true)] }, new() { Filters = [new RangeFilter("stock", "0", null)] },
        })
        {
            var paged = new List<string>();
            for (var offset = 0; offset < 100; offset += 10)
                paged.AddRange((await SearchAsync(request with { Offset = offset, Limit = 10 })).Hits.Select(h => h.Id));
            paged.ShouldBe(await IdsAsync(request));
            paged.Distinct().Count().ShouldBe(95);
        }
    }

    [Fact]
    public async Task Matches_are_marked_in_escaped_text()
    {
        await FillAsync(
            Products.Add("1", new { title = "<b>Red</b> & \"green\" hearts", description = "nothing of the kind", tags = new[] { "red wine", "x" } }));
        var marked = (await SearchAsync(new SearchRequest { Query = "red heart", Highlight = true })).Hits[0].Highlights;
        marked.Keys.Order().ShouldBe(["tags", "title"]);
        marked["title"].ShouldBe("&lt;b&gt;<em>Red</em>&lt;/b&gt; &amp; &quot;green&quot; <em>hearts</em>");
        marked["tags"].ShouldStartWith("<em>red</em> wine");
        (await SearchAsync(new SearchRequest { Query = "red" })).Hits[0].Highlights.ShouldBeEmpty();
        (await SearchAsync(new SearchRequest { Highlight = true })).Hits[0].Highlights.ShouldBeEmpty();
        (await SearchAsync(new SearchRequest { Query = "red", Highlight = true })).Hits[0].Highlights.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_excerpt_of_a_long_text_holds_the_match()
    {
        var text = string.Join(' ', Enumerable.Range(0, 500).Select(i => $"word{i}"));
        await FillAsync(Products.Add("1", new { title = text }));
        var excerpt = (await SearchAsync(new SearchRequest { Query = "word300 ", Highlight = true })).Hits[0].Highlights["title"];
        excerpt.ShouldContain("<em>word300</em>");
        excerpt.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Patched_values_are_found_filtered_sorted_and_counted()
    {
        await FillAsync(Shop);
        await WriteAsync(
            2,
            Products.Patch("1", new { title = "Red heart", note = "special offer", brand = "Noto", price = 100, stock = 7, categories = new[] { "new" } }));
        (await IdsAsync("special ")).ShouldBe(["1"]);
        (await IdsAsync("symbol love")).ShouldBeEmpty();
        (await IdsAsync(new SearchRequest { Sort = [new("price", true)] })).First().ShouldBe("1");
        (await IdsAsync(new SearchRequest { Filters = [new ValuesFilter("price", ["5"])] })).ShouldBeEmpty();
        (await IdsAsync(new SearchRequest { Filters = [new ValuesFilter("stock", ["7"])] })).ShouldBe(["1"]);
        (await SearchAsync(new SearchRequest { Facets = ["categories"] })).Facets["categories"]
            .ShouldBe([new("music", 1), new("new", 1), new("symbols", 1)]);
    }

    [Fact]
    public async Task A_schema_without_text_or_without_any_field_works()
    {
        await Engine.CreateAsync(First, Alias, new([Products.Field("stock", Reshelve.Catalogs.FieldType.Integer)]), IndexOrigin.None, default);
        await Engine.WriteAsync(First, [Products.Add("1", new { stock = 1 })], 1, default);
        await Engine.PromoteAsync(Alias, First, default);
        (await IdsAsync("")).ShouldBe(["1"]);
        (await IdsAsync("word")).ShouldBeEmpty();
        (await IdsAsync("-word")).ShouldBe(["1"]);
        await Engine.CreateAsync(Second, Alias, new([]), IndexOrigin.None, default);
        await Engine.WriteAsync(Second, [Products.Add("2", new { other = new { a = 1 } })], 1, default);
        await Engine.RefreshAsync(Second, default);
        await Engine.PromoteAsync(Alias, Second, default);
        (await IdsAsync("")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Fields_may_have_any_name()
    {
        const string Odd = "a \"b\" 'c'; DROP TABLE docs--";
        await Engine.CreateAsync(
            First, Alias, new([Products.Field(Odd, Reshelve.Catalogs.FieldType.Keyword), Products.Field("docs", Reshelve.Catalogs.FieldType.Text)]), IndexOrigin.None, default);
        await Engine.WriteAsync(First, [Products.Add("1", new Dictionary<string, string> { [Odd] = "x", ["docs"] = "y" })], 1, default);
        await Engine.PromoteAsync(Alias, First, default);
        (await IdsAsync(new SearchRequest { Query = "y", Filters = [new ValuesFilter(Odd, ["x"])], Sort = [new(Odd, false)] })).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_search_that_nobody_waits_for_is_cancelled()
    {
        await FillAsync(Shop);
        await Should.ThrowAsync<OperationCanceledException>(
            () => Engine.SearchAsync(Alias, new SearchRequest(), new CancellationToken(canceled: true)));
    }
}
