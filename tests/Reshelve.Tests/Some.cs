using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests;

/// <summary>Builders for what tests need some of.</summary>
internal static class Some
{
    public static FieldDefinition Field(string name, FieldType type = FieldType.Text) =>
        new() { Name = name, From = FieldPath.Of(name), Type = type };

    public static CatalogDefinition Catalog(params FieldDefinition[] fields) => new()
    {
        Name = "shop",
        Source = new SourceDefinition { Path = "feed.jsonl" },
        Format = new FeedFormat { Kind = FeedFormatKind.Jsonl },
        Id = FieldPath.Of("id"),
        Fields = fields.Length > 0
            ? fields
            : [Field("name"), Field("price", FieldType.Number) with { Volatile = true }, Field("tags", FieldType.Keyword) with { List = true }],
    };
}
