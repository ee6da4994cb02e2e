using Reshelve.Host;
using Reshelve.Host.Commands;
using Reshelve.Searching;

namespace Reshelve.Tests.Host;

public sealed class SearchSyntaxTests
{
    [Theory]
    [InlineData("brand=Acme", "Acme")]
    [InlineData("brand = Acme ", "Acme")]
    [InlineData("brand=Acme,Nord", "Acme|Nord")]
    [InlineData("brand=\"Smith, Jones\",Nord", "Smith, Jones|Nord")]
    [InlineData("brand=\"5\"\" pipe\"", "5\" pipe")]
    [InlineData("brand=\"\"", "")]
    [InlineData("brand=\"1..2\"", "1..2")]
    [InlineData("brand=a=b", "a=b")]
    [InlineData("brand=a,", "a|")]
    public void A_condition_names_values(string text, string values)
    {
        var filter = SearchSyntax.Filter(text).ShouldBeOfType<ValuesFilter>();

        filter.Field.ShouldBe("brand");
        filter.Values.ShouldBe(values.Split('|'));
    }

    [Theory]
    [InlineData("price=10..20", "10", "20")]
    [InlineData("price=10..", "10", null)]
    [InlineData("price=..20", null, "20")]
    [InlineData("price=-3..-1.5", "-3", "-1.5")]
    [InlineData("price>=10", "10", null)]
    [InlineData("price <= 20", null, "20")]
    [InlineData("price<=\"a\"", null, "a")]
    [InlineData("price=2024-01-01..2024-06-30", "2024-01-01", "2024-06-30")]
    public void Or_a_range(string text, string? from, string? to) =>
        SearchSyntax.Filter(text).ShouldBe(new RangeFilter("price", from, to));

    [Theory]
    [InlineData("")]
    [InlineData("price")]
    [InlineData("=3")]
    [InlineData("price=")]
    [InlineData("price=..")]
    [InlineData("price>10")]
    [InlineData("price<10")]
    [InlineData("price>=")]
    [InlineData("price!=3")]
    [InlineData("brand=\"Acme")]
    [InlineData("brand=\"Acme\"x")]
    [InlineData("price>=\"1\",2")]
    public void Anything_else_is_told_with_the_way_to_write_it(string text) =>
        Should.Throw<UsageException>(() => SearchSyntax.Filter(text)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain($"'{text}'"),
            message => message.ShouldContain("field=10..20"));

    [Theory]
    [InlineData("price", "price", false)]
    [InlineData("price:asc", "price", false)]
    [InlineData("price:DESC", "price", true)]
    [InlineData("_score", "_score", true)]
    [InlineData("_score:asc", "_score", false)]
    public void A_sort_key_may_say_its_direction(string text, string field, bool descending) =>
        SearchSyntax.Sort(text).ShouldBe(new SortKey(field, descending));

    [Fact]
    public void A_direction_is_up_or_down() =>
        Should.Throw<UsageException>(() => SearchSyntax.Sort("price:up")).Message.ShouldContain("asc or desc");
}
