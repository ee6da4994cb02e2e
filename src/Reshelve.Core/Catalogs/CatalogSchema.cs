using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reshelve.Catalogs.Yaml;

namespace Reshelve.Catalogs;

/// <summary>
/// JSON Schemas (draft 2020-12) of the files that people write, for their editors: made of the tables that the reader reads by.
/// </summary>
public static class CatalogSchema
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema of <c>catalogs/&lt;name&gt;.yaml</c>.</summary>
    public static string Catalog { get; } =
        Document(
            "A Reshelve catalog",
            "One customer's collection of records: where it comes from and what becomes of it.",
            CatalogKeys.Catalog.Schema());

    /// <summary>The schema of <c>reshelve.yaml</c>.</summary>
    public static string Workspace { get; } =
        Document("A Reshelve workspace", "What all catalogs of a workspace share.", CatalogKeys.Workspace.Schema());

    /// <summary>Writes the schema of <c>catalogs/&lt;name&gt;.yaml</c> as UTF-8.</summary>
    public static void Write(Stream stream) => stream.Write(System.Text.Encoding.UTF8.GetBytes(Catalog));

    /// <summary>Writes the schema of <c>reshelve.yaml</c> as UTF-8.</summary>
    public static void WriteWorkspace(Stream stream) => stream.Write(System.Text.Encoding.UTF8.GetBytes(Workspace));

    private static string Document(string title, string description, JsonObject schema)
    {
        var document = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = title,
            ["description"] = description,
        };
        foreach (var (name, value) in schema.ToArray())
        {
            schema.Remove(name);
            document[name] = value;
        }

        return document.ToJsonString(Indented) + "\n";
    }
}
