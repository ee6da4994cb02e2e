using System.Text.Json;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>Bodies for <c>POST _aliases</c>, whose actions are carried out together.</summary>
internal static class AliasActions
{
    /// <summary>
    /// Has the removal of an alias fail when the index no longer has it. Versions that do not know the word refuse the whole call (Elasticsearch before 7.11, OpenSearch before 2.12); they are then asked
    /// without it.
    /// </summary>
    public const string Requirement = "must_exist";

    /// <summary>Moves an alias.</summary>
    /// <param name="alias">The server's name of it.</param>
    /// <param name="to">The index that it shall point at.</param>
    /// <param name="from">The indexes that it points at.</param>
    /// <param name="require">Whether it must still point at them, so that nobody's move in between is overridden.</param>
    public static byte[] Move(string alias, string to, IEnumerable<string> from, bool require) => Write(json =>
    {
        foreach (var index in from)
        {
            json.WriteStartObject();
            json.WriteStartObject("remove");
            json.WriteString("index", index);
            json.WriteString("alias", alias);
            if (require)
                json.WriteBoolean(Requirement, true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        Add(json, alias, to);
    });

    /// <summary>Deletes the index that has the alias's name, and makes the alias.</summary>
    public static byte[] Replace(string alias, string to) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("remove_index");
        json.WriteString("index", alias);
        json.WriteEndObject();
        json.WriteEndObject();
        Add(json, alias, to);
    });

    private static void Add(Utf8JsonWriter json, string alias, string index)
    {
        json.WriteStartObject();
        json.WriteStartObject("add");
        json.WriteString("index", index);
        json.WriteString("alias", alias);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> actions)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("actions");
            actions(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
