using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Catalogs.Yaml;
using Reshelve.Feeds;

namespace Reshelve.Tests.Catalogs;

public sealed class CatalogSchemaTests
{
    public static TheoryData<string> CatalogKeysOfTheSchema() => [.. PropertyPaths(CatalogSchema.Catalog)];

    public static TheoryData<string> WorkspaceKeysOfTheSchema() => [.. PropertyPaths(CatalogSchema.Workspace)];

    [Theory]
    [MemberData(nameof(CatalogKeysOfTheSchema))]
    public void Every_key_of_the_catalog_schema_is_known_to_the_reader(string path)
    {
        using var folder = new TemporaryWorkspace().With("catalogs/shop.yaml", Nested(path));
        folder.Load().Errors.Select(e => e.Problem).ShouldNotContain("is not a known key");
    }

    [Theory]
    [MemberData(nameof(WorkspaceKeysOfTheSchema))]
    public void Every_key_of_the_workspace_schema_is_known_to_the_reader(string path)
    {
        using var folder = new TemporaryWorkspace().With("reshelve.yaml", Nested(path));
        folder.Load().Errors.Select(e => e.Problem).ShouldNotContain("is not a known key");
    }

    [Fact]
    public void Every_key_of_the_reader_is_in_the_schema()
    {
        IEnumerable<string> Paths<T>(KeyTable<T> table, string prefix = "") => table.Keys.Select(k => prefix + k.Name);
        IEnumerable<string> Checks(string prefix) => Paths(CheckKeys.Table, prefix).Concat(
            CheckKeys.Table.Keys.OfType<Key<CatalogChecks, CheckLimit?>>().SelectMany(key => Paths(CheckKeys.Limit, $"{prefix}{key.Name}.")));
        string[] catalog =
        [
            .. Paths(CatalogKeys.Catalog), .. Paths(SourceKeys.Table, "source."), .. Paths(FormatKeys.Table, "format."),
            .. Paths(CatalogKeys.Tombstones, "tombstone."), .. Paths(CatalogKeys.Limits, "limits."), .. Paths(RebuildKeys.Table, "rebuilds."), .. Paths(FieldKeys.Table, "fields.*."),
            .. Checks("checks."), .. Paths(ImageKeys.Table, "images."), .. Paths(TaggerKeys.Table, "images.tagger."),
        ];
        string[] workspace =
        [
            .. Paths(CatalogKeys.Workspace), .. Paths(CatalogKeys.Defaults, "defaults."), .. Paths(CatalogKeys.Limits, "defaults.limits."), .. Paths(RebuildKeys.Table, "defaults.rebuilds."),
            .. SourceKeys.Shared.Select(k => "defaults.source." + k.Name), .. Checks("defaults.checks."),
            .. Paths(ClusterKeys.Table, "index."), .. Paths(ClusterKeys.Limits, "index.limits."), .. Paths(ClusterKeys.Readers, "index.readers."),
        ];
        PropertyPaths(CatalogSchema.Catalog).Order().ShouldBe(catalog.Order());
        PropertyPaths(CatalogSchema.Workspace).Order().ShouldBe(workspace.Order());
    }

    [Fact]
    public void Unknown_keys_are_unknown_to_both_and_every_key_is_described()
    {
        foreach (var schema in new[] { CatalogSchema.Catalog, CatalogSchema.Workspace })
        {
            using var document = JsonDocument.Parse(schema);
            document.RootElement.GetProperty("$schema").GetString().ShouldBe("https://json-schema.org/draft/2020-12/schema");
            foreach (var group in Groups(document.RootElement))
            {
                group.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
                foreach (var property in group.GetProperty("properties").EnumerateObject())
                    property.Value.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace();
            }
        }
    }

    [Fact]
    public void Every_value_of_every_enumeration_can_be_written()
    {
        const string rest = "source: a\nid: id\n";
        foreach (var type in Enum.GetValues<FieldType>())
            TemporaryWorkspace.One($"{rest}format: jsonl\nfields:\n  a: {FieldKeys.NameOf(type)}\n").Fields[0].Type.ShouldBe(type);
        foreach (var encoding in Enum.GetValues<FeedEncoding>())
            TemporaryWorkspace.One($"{rest}format: {{ type: csv, encoding: {FormatKeys.NameOf(encoding)} }}").Format.Encoding.ShouldBe(encoding);
        foreach (var kind in Enum.GetValues<FeedFormatKind>())
            TemporaryWorkspace.One($"{rest}format: {kind.ToString().ToLowerInvariant()}").Format.Kind.ShouldBe(kind);
    }

    [Fact]
    public void It_can_be_written_to_a_stream()
    {
        using var stream = new MemoryStream();
        CatalogSchema.Write(stream);
        System.Text.Encoding.UTF8.GetString(stream.ToArray()).ShouldBe(CatalogSchema.Catalog);
    }

    /// <summary>A definition that mentions just this key; <c>*</c> is any name.</summary>
    private static string Nested(string path) =>
        string.Concat(path.Split('.').Select(s => $"{{ {(s == "*" ? "any" : s)}: ")) + "x" + string.Concat(path.Split('.').Select(_ => " }"));

    private static List<string> PropertyPaths(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        var paths = new List<string>();
        Walk(document.RootElement, "");
        return paths;

        void Walk(JsonElement element, string prefix)
        {
            foreach (var alternative in Alternatives(element))
            {
                if (alternative.TryGetProperty("properties", out var properties))
                {
                    foreach (var property in properties.EnumerateObject())
                    {
                        paths.Add(prefix + property.Name);
                        Walk(property.Value, prefix + property.Name + ".");
                    }
                }
                else if (alternative.TryGetProperty("additionalProperties", out var any) && any.ValueKind == JsonValueKind.Object)
                {
                    Walk(any, prefix + "*.");
                }
            }
        }
    }

    private static IEnumerable<JsonElement> Groups(JsonElement element)
    {
        foreach (var alternative in Alternatives(element).Where(a => a.TryGetProperty("properties", out _)))
        {
            yield return alternative;
            foreach (var property in alternative.GetProperty("properties").EnumerateObject())
            {
                foreach (var group in Groups(property.Value))
                    yield return group;
            }
        }
    }

    private static IEnumerable<JsonElement> Alternatives(JsonElement element) =>
        element.TryGetProperty("anyOf", out var alternatives) ? alternatives.EnumerateArray() : [element];
}
