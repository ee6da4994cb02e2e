using System.Globalization;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Indexing;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>What an index says of itself, in <c>_meta.reshelve</c> of its mapping.</summary>
/// <param name="Format">How it lies on the server, see <see cref="Current"/>.</param>
/// <param name="Owner">Whom it belongs to.</param>
/// <param name="Catalog">The alias it was made for, without prefix.</param>
/// <param name="Origin">The run that made it, and by which definition; the bytes are not kept.</param>
/// <param name="Signature">The <see cref="IndexSchema.Signature"/> it was made with; empty when the format is another.</param>
/// <param name="Schema">Its fields, as far as the index depends on them; none when the format is another.</param>
/// <param name="Created">When it was made.</param>
internal sealed record IndexMeta(long Format, string Owner, string Catalog, IndexOrigin Origin, string Signature, IndexSchema Schema, DateTimeOffset Created)
{
    /// <summary>The format that this program makes and reads.</summary>
    public const long Current = 1;

    public const string Member = "reshelve";

    /// <summary>Why this program cannot use the index; null when it can.</summary>
    public string? Outdated => Format == Current ? null : $"it has format {Format}, and this program uses format {Current}";

    /// <summary>Whether two say the same of an index: a request to make one that was repeated finds its own.</summary>
    public bool IsSame(IndexMeta other) =>
        Owner == other.Owner && Catalog == other.Catalog && Origin.Run == other.Origin.Run && Signature == other.Signature && Created == other.Created;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("owner", Owner);
        json.WriteString("catalog", Catalog);
        json.WriteNumber("run", Origin.Run);
        json.WriteString("definition", Origin.Definition);
        json.WriteString("created", Created.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("schema", Signature);
        json.WriteStartArray("fields");
        foreach (var field in Schema.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("type", field.Type.ToString());
            json.WriteBoolean("list", field.List);
            json.WriteBoolean("volatile", field.Volatile);
            json.WriteBoolean("facet", field.Facet);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What an index says; null when it says nothing that this program could have written.</summary>
    public static IndexMeta? Read(JsonElement json)
    {
        if (AnswerJson.Number(json, "format") is not { } format || AnswerJson.Text(json, "owner") is not { } owner ||
            AnswerJson.Text(json, "catalog") is not { } catalog ||
            !DateTimeOffset.TryParse(AnswerJson.Text(json, "created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created))
        {
            return null;
        }

        if (format != Current)
            return new IndexMeta(format, owner, catalog, IndexOrigin.None, "", new IndexSchema([]), created);
        if (ReadFields(json) is not { } fields || AnswerJson.Text(json, "schema") is not { } signature)
            return null;
        var origin = new IndexOrigin(AnswerJson.Number(json, "run") ?? 0, AnswerJson.Text(json, "definition") ?? "", 0);
        return new IndexMeta(format, owner, catalog, origin, signature, new IndexSchema(fields), created);
    }

    private static List<FieldDefinition>? ReadFields(JsonElement json)
    {
        if (AnswerJson.Find(json, "fields") is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var fields = new List<FieldDefinition>();
        foreach (var field in list.EnumerateArray())
        {
            if (AnswerJson.Text(field, "name") is not { Length: > 0 } name || !Enum.TryParse<FieldType>(AnswerJson.Text(field, "type"), out var type))
                return null;
            fields.Add(new FieldDefinition
            {
                Name = name, From = FieldPath.Of(name), Type = type,
                List = AnswerJson.IsTrue(field, "list"), Volatile = AnswerJson.IsTrue(field, "volatile"), Facet = AnswerJson.IsTrue(field, "facet"),
            });
        }

        return fields;
    }
}
