using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.Contracts.Indexing;

/// <summary>Builds documents and changes for the suites.</summary>
internal static class Products
{
    public static IndexSchema Schema { get; } = new(
    [
        Field("title", FieldType.Text),
        Field("description", FieldType.Text),
        Field("tags", FieldType.Text) with { List = true },
        Field("note", FieldType.Text) with { Volatile = true },
        Field("brand", FieldType.Keyword) with { Facet = true },
        Field("categories", FieldType.Keyword) with { List = true, Facet = true },
        Field("sku", FieldType.Keyword),
        Field("price", FieldType.Number) with { Volatile = true },
        Field("stock", FieldType.Integer) with { Volatile = true },
        Field("sizes", FieldType.Integer) with { List = true },
        Field("available", FieldType.Boolean) with { Facet = true },
        Field("released", FieldType.Date),
        Field("link", FieldType.Url),
        Field("images", FieldType.Image) with { List = true },
        Field("dimensions", FieldType.Object),
    ]);

    public static FieldDefinition Field(string name, FieldType type) =>
        new() { Name = name, From = FieldPath.Of(name), Type = type };

    public static Change Add(string id, object document) => new(ChangeKind.Add, id, Bytes(document));

    public static Change Replace(string id, object document) => new(ChangeKind.Replace, id, Bytes(document));

    public static Change Patch(string id, object document) => new(ChangeKind.Patch, id, Bytes(document));

    public static Change Remove(string id) => new(ChangeKind.Remove, id, default);

    public static byte[] Bytes(object document) => document switch
    {
        byte[] bytes => bytes,
        string json => Encoding.UTF8.GetBytes(json),
        JsonNode node => Encoding.UTF8.GetBytes(node.ToJsonString()),
        _ => JsonSerializer.SerializeToUtf8Bytes(document),
    };
}
