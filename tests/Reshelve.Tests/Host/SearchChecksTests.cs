using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Host;
using Reshelve.Host.Commands;
using Reshelve.Searching;

namespace Reshelve.Tests.Host;

public sealed class SearchChecksTests
{
    private static readonly CatalogDefinition Shop = new()
    {
        Name = "shop",
        Source = new SourceDefinition { Path = "shop.jsonl" },
        Format = new FeedFormat { Kind = FeedFormatKind.Jsonl },
        Id = FieldPath.Of("id"),
        Fields =
        [
            Field("title", FieldType.Text),
            Field("brand", FieldType.Keyword) with { Facet = true },
            Field("tags", FieldType.Keyword) with { List = true },
            Field("price", FieldType.Number),
            Field("offer", FieldType.Object),
        ],
    };

    [Fact]
    public void What_the_fields_can_do_passes() => SearchChecks.Check(
        new SearchRequest
        {
            Filters = [new ValuesFilter("tags", ["a"]), new RangeFilter("price", "1", null)],
            Facets = ["brand"],
            Sort = [new SortKey("price", true), new SortKey("_score", true), new SortKey("_id", false)],
            Offset = 9_990,
        },
        Shop);

    [Fact]
    public void An_unknown_field_is_told_with_the_one_that_was_meant() =>
        Problem(new SearchRequest { Filters = [new ValuesFilter("prise", ["1"])] }).ShouldContain("Did you mean 'price'?");

    [Fact]
    public void Words_are_searched_rather_than_filtered() =>
        Problem(new SearchRequest { Filters = [new ValuesFilter("title", ["x"])] }).ShouldContain("Search for its words");

    [Fact]
    public void A_field_that_is_no_facet_is_told_with_those_that_are() =>
        Problem(new SearchRequest { Facets = ["price"] }).ShouldSatisfyAllConditions(
            message => message.ShouldContain("Facets are: brand."),
            message => message.ShouldContain("catalogs/shop.yaml"));

    [Fact]
    public void Several_values_give_no_order() => Problem(new SearchRequest { Sort = [new SortKey("tags", false)] }).ShouldContain("give no order");

    [Fact]
    public void An_object_has_no_order_either() => Problem(new SearchRequest { Sort = [new SortKey("offer", false)] }).ShouldContain("object");

    [Fact]
    public void A_page_beyond_the_reach_is_refused() => Problem(new SearchRequest { Offset = int.MaxValue, Limit = int.MaxValue }).ShouldContain("10,000");

    private static FieldDefinition Field(string name, FieldType type) => new() { Name = name, From = FieldPath.Of(name), Type = type };

    private static string Problem(SearchRequest request) => Should.Throw<UsageException>(() => SearchChecks.Check(request, Shop)).Message;
}
