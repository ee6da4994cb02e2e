using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Indexing;

namespace Reshelve.Tests.OpenSearch.Indexing;

public sealed class FieldNamesTests
{
    [Theory]
    [InlineData("reshelve_id")]
    [InlineData("_id")]
    [InlineData("_source")]
    [InlineData("_score")]
    [InlineData("a*")]
    [InlineData("a^2")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a. .b")]
    [InlineData(" ")]
    [InlineData("other.x")]
    public void A_name_that_a_server_cannot_have_is_refused_by_name(string name)
    {
        var refusal = Should.Throw<ReshelveException>(() => FieldNames.Check(SchemaOf(name)));
        refusal.Message.ShouldContain($"'{name}'");
        refusal.Message.ShouldContain("another name");
    }

    [Theory]
    [InlineData("a \"b\" 'c'; DROP TABLE docs--")]
    [InlineData("_private")]
    [InlineData("other")]
    [InlineData("preis.brutto")]
    [InlineData("größe?")]
    public void Any_other_name_is_taken(string name) => FieldNames.Check(SchemaOf(name));

    [Fact]
    public void A_field_cannot_be_a_value_and_an_object_at_once()
    {
        FieldNames.Check(SchemaOf("price.net", "price.gross", "pricex"));
        Should.Throw<ReshelveException>(() => FieldNames.Check(SchemaOf("price.net", "price"))).Message.ShouldContain("'price'");
        Should.Throw<ReshelveException>(() => FieldNames.Check(SchemaOf("brand", "brand.facet"))).Message.ShouldContain("'brand.facet'");
    }

    [Fact]
    public void Facets_of_texts_numbers_and_dates_have_a_field_of_their_own() =>
        Shelf.Schema.Fields.Where(f => f.Facet).Select(FieldNames.OfFacet).ShouldBe(["topic.facet", "brand", "price.facet", "available", "released.facet"]);

    private static IndexSchema SchemaOf(params string[] names) => new([.. names.Select(name => Shelf.Field(name, FieldType.Keyword))]);
}
