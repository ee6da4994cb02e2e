using Reshelve.OpenSearch.Searching;
using Reshelve.Searching;

namespace Reshelve.Tests.OpenSearch.Searching;

public sealed class FilterClausesTests
{
    [Theory]
    [InlineData("brand", "x|y|x", """{"terms":{"brand":["x","y"]}}""")]
    [InlineData("topic", "x", """{"terms":{"topic.facet":["x"]}}""")]
    [InlineData("price", "10.50|-3", """{"terms":{"price":[10.5,-3]}}""")]
    [InlineData("price", "Infinity", """{"match_none":{}}""")]
    [InlineData("stock", "1|2.0|1e2", """{"terms":{"stock":[1,2,100]}}""")]
    [InlineData("stock", "1.5", """{"match_none":{}}""")]
    [InlineData("stock", "9223372036854775807|9223372036854775808", """{"terms":{"stock":[9223372036854775807]}}""")]
    [InlineData("available", "TRUE", """{"terms":{"available":[true]}}""")]
    [InlineData("released", "2024-05-01", """{"range":{"released":{"gte":"2024-05-01T00:00:00.000Z","lte":"2024-05-01T23:59:59.999Z","format":"strict_date_optional_time"}}}""")]
    [InlineData("released", "2024-05-01T02:00:00.1234567+02:00", """{"range":{"released":{"gte":"2024-05-01T00:00:00.123Z","lte":"2024-05-01T00:00:00.123Z","format":"strict_date_optional_time"}}}""")]
    public void A_field_has_one_of_these_values(string field, string values, string clause) =>
        Write(new ValuesFilter(field, values.Split('|'))).ShouldBe(clause);

    [Theory]
    [InlineData("price", "5", "10", """{"range":{"price":{"gte":5,"lte":10}}}""")]
    [InlineData("price", null, null, """{"exists":{"field":"price"}}""")]
    [InlineData("topic", null, null, """{"exists":{"field":"topic.facet"}}""")]
    [InlineData("price", "10", "5", """{"match_none":{}}""")]
    [InlineData("price", "5", "5", """{"terms":{"price":[5]}}""")]
    [InlineData("stock", "0.5", "1e1", """{"range":{"stock":{"gte":1,"lte":10}}}""")]
    [InlineData("stock", "-0.5", "0.5", """{"terms":{"stock":[0]}}""")]
    [InlineData("stock", "0.2", "0.8", """{"match_none":{}}""")]
    [InlineData("stock", "-1e300", "1e300", """{"range":{"stock":{"gte":-9223372036854775808,"lte":9223372036854775807}}}""")]
    [InlineData("stock", "1e300", null, """{"match_none":{}}""")]
    [InlineData("brand", "F", null, """{"range":{"brand":{"gte":"F"}}}""")]
    [InlineData("available", "false", null, """{"terms":{"available":[false,true]}}""")]
    [InlineData("available", "true", "false", """{"match_none":{}}""")]
    [InlineData("released", "2024-05-02", "2024-05-01", """{"match_none":{}}""")]
    public void A_field_has_a_value_between_these(string field, string? from, string? to, string clause) =>
        Write(new RangeFilter(field, from, to)).ShouldBe(clause);

    [Fact]
    public void No_values_match_nothing_and_very_many_are_asked_for_in_portions()
    {
        Write(new ValuesFilter("brand", [])).ShouldBe("""{"match_none":{}}""");
        var many = Shelf.Json(System.Text.Encoding.UTF8.GetBytes(Write(new ValuesFilter("brand", [.. Enumerable.Range(0, 70_000).Select(i => $"b{i}")]))));
        many["bool"]!["should"]!.AsArray().Select(part => part!["terms"]!["brand"]!.AsArray().Count).ShouldBe([65_536, 4464]);
    }

    [Fact]
    public void Days_that_follow_one_another_are_asked_for_together_and_too_many_others_are_refused()
    {
        var first = new DateOnly(2024, 1, 1);
        Of(new ValuesFilter("released", [.. Enumerable.Range(0, 5000).Select(i => Day(first.AddDays(i % 365)))])).Count.ShouldBe(1);
        Of(new ValuesFilter("released", [.. Enumerable.Range(0, 500).Select(i => Day(first.AddDays(2 * i)))])).Count.ShouldBe(500);
        Should.Throw<SearchRequestException>(() => Of(new ValuesFilter("released", [.. Enumerable.Range(0, 501).Select(i => Day(first.AddDays(2 * i)))])))
            .Message.ShouldContain("'released'");
    }

    [Fact]
    public void Half_of_a_surrogate_pair_can_be_asked_for() =>
        Write(new ValuesFilter("brand", ["a\ud800"])).ShouldStartWith("""{"terms":{"brand":[""");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static FilterClauses Of(SearchFilter filter) => FilterClauses.Of(new SearchFields(Shelf.Schema).ToFilter(filter.Field), filter);

    private static string Write(SearchFilter filter) => Shelf.Text(Shelf.Bytes(Of(filter).Write));
}
