using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.OpenSearch.Writing;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>What a server is sent to make an index: its settings, its mapping, and the alias that it is written through.</summary>
internal static class IndexBody
{
    private const string Analyzer = "reshelve";
    private const string Tokenizer = "reshelve_words";
    private const string WithoutMarks = "reshelve_without_marks";

    // As long as no document can be: texts beyond the default of a million characters would fail a search that marks matches.
    private const int LongestText = 100 * 1024 * 1024;

    // A keyword beyond this many characters may exceed the 32,766 bytes that a term can have; it stays in the document and is not indexed.
    private const int LongestKeyword = 8191;
    private const long BytesPerShard = 30L << 30;
    private const int DefaultFieldLimit = 1000;

    /// <summary>The body that makes an index for loading: without replicas and without refresh, until it is promoted.</summary>
    /// <param name="meta">What it is.</param>
    /// <param name="writeAlias">The alias that it is written through.</param>
    /// <param name="shards">Its primary shards.</param>
    public static byte[] Write(IndexMeta meta, string writeAlias, int shards)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("settings");
            WriteSettings(json, meta, shards);
            json.WriteEndObject();
            json.WriteStartObject("aliases");
            json.WriteStartObject(writeAlias);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("mappings");
            WriteMapping(json, meta);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>How many shards an index gets for this many bytes of documents: one for 30 GB, which still moves between nodes in minutes.</summary>
    public static int ShardsFor(long bytes) => (int)Math.Clamp((bytes + BytesPerShard - 1) / BytesPerShard, 1, 1024);

    private static void WriteSettings(Utf8JsonWriter json, IndexMeta meta, int shards)
    {
        json.WriteStartObject("index");
        json.WriteNumber("number_of_shards", shards);

        // Said explicitly, so that no index template decides otherwise.
        json.WriteNumber("number_of_replicas", 0);
        json.WriteString("auto_expand_replicas", "false");
        json.WriteString("refresh_interval", "-1");

        // A template's pipeline would add to documents what the strict mapping then refuses, or change what the ledger says of them; its durability could lose what was acknowledged.
        json.WriteString("default_pipeline", "_none");
        json.WriteString("final_pipeline", "_none");
        json.WriteString("translog.durability", "request");
        json.WriteBoolean("mapping.ignore_malformed", false);

        // How long the server remembers the version of what was removed: longer than a bulk request can be under way.
        json.WriteString("gc_deletes", "15m");
        json.WriteNumber("highlight.max_analyzed_offset", LongestText);
        json.WriteNumber("mapping.total_fields.limit", Math.Max(DefaultFieldLimit, meta.Schema.Fields.Sum(f => 1 + f.Name.Count(c => c == '.') + 1) + 100));
        WriteAnalysis(json);
        json.WriteEndObject();
    }

    private static void WriteAnalysis(Utf8JsonWriter json)
    {
        json.WriteStartObject("analysis");
        json.WriteStartObject("tokenizer");
        json.WriteStartObject(Tokenizer);
        json.WriteString("type", "char_group");
        WriteList(json, "tokenize_on_chars", WordRule.Separators);
        json.WriteEndObject();
        json.WriteEndObject();

        // asciifolding knows letters with their diacritics; a letter that is followed by them is left to this.
        json.WriteStartObject("filter");
        json.WriteStartObject(WithoutMarks);
        json.WriteString("type", "pattern_replace");
        json.WriteString("pattern", @"[\u0300-\u036f]+");
        json.WriteString("replacement", "");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("analyzer");
        json.WriteStartObject(Analyzer);
        json.WriteString("type", "custom");
        json.WriteString("tokenizer", Tokenizer);
        WriteList(json, "filter", ["lowercase", "asciifolding", WithoutMarks]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMapping(Utf8JsonWriter json, IndexMeta meta)
    {
        json.WriteString("dynamic", "strict");

        // What is the default, said so that no template of the cluster says otherwise: without its source a document cannot be read back, with a routing required none can be written.
        json.WriteStartObject("_source");
        json.WriteBoolean("enabled", true);
        json.WriteEndObject();
        json.WriteStartObject("_routing");
        json.WriteBoolean("required", false);
        json.WriteEndObject();
        json.WriteStartObject("_meta");
        json.WritePropertyName(IndexMeta.Member);
        meta.Write(json);
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteStartObject(SplicedDocument.IdField);
        json.WriteString("type", "keyword");
        json.WriteEndObject();
        foreach (var field in meta.Schema.Fields)
            WriteField(json, field);
        if (meta.Schema.Fields.All(f => f.Name != FieldNames.Undeclared))
        {
            json.WriteStartObject(FieldNames.Undeclared);
            WriteStoredOnly(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, FieldDefinition field)
    {
        json.WriteStartObject(field.Name);
        WriteType(json, field.Type);

        // The values of a list are one text to whoever searches, as they are where indexes are files: a phrase may go from one to the next.
        if (field is { Type: FieldType.Text, List: true })
            json.WriteNumber("position_increment_gap", 0);
        if (FieldNames.HasOwnFacet(field))
        {
            json.WriteStartObject("fields");
            json.WriteStartObject(FieldNames.Facet);
            WriteKeyword(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, FieldType type)
    {
        switch (type)
        {
            case FieldType.Text:
                json.WriteString("type", "text");
                json.WriteString("analyzer", Analyzer);
                break;
            case FieldType.Number or FieldType.Integer:
                json.WriteString("type", type == FieldType.Number ? "double" : "long");
                json.WriteBoolean("coerce", false);
                break;
            case FieldType.Boolean:
                json.WriteString("type", "boolean");
                break;
            case FieldType.Date:
                // Takes days, and moments with up to nine decimals of a second, of which the server keeps three.
                json.WriteString("type", "date");
                json.WriteString("format", "strict_date_optional_time");
                break;
            case FieldType.Object:
                WriteStoredOnly(json);
                break;
            default:
                WriteKeyword(json);
                break;
        }
    }

    private static void WriteKeyword(Utf8JsonWriter json)
    {
        json.WriteString("type", "keyword");
        json.WriteNumber("ignore_above", LongestKeyword);
    }

    private static void WriteStoredOnly(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("enabled", false);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
