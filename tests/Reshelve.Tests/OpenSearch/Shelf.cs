using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Indexing;

namespace Reshelve.Tests.OpenSearch;

/// <summary>Builds fields, indexes and bodies for tests of the cluster engine.</summary>
internal static class Shelf
{
    public static IndexSchema Schema { get; } = new(
    [
        Field("title", FieldType.Text),
        Field("topic", FieldType.Text) with { Facet = true },
        Field("brand", FieldType.Keyword) with { Facet = true },
        Field("price", FieldType.Number) with { Facet = true },
        Field("stock", FieldType.Integer),
        Field("available", FieldType.Boolean) with { Facet = true },
        Field("released", FieldType.Date) with { Facet = true },
        Field("sizes", FieldType.Integer) with { List = true },
        Field("link", FieldType.Url),
        Field("dimensions", FieldType.Object),
    ]);

    public static FieldDefinition Field(string name, FieldType type) => new() { Name = name, From = FieldPath.Of(name), Type = type };

    public static IndexMeta Meta(string owner = "we", string catalog = "shop") => new(
        IndexMeta.Current, owner, catalog, new IndexOrigin(7, "abc", 0), Schema.Signature, Schema, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public static ServerIndex Index(string name, IndexMeta? meta, params string[] aliases) => new(name, aliases, meta, IsLoading: false);

    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.ToArray();
    }

    public static JsonNode Json(ReadOnlySpan<byte> utf8) => JsonNode.Parse(utf8)!;

    public static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
