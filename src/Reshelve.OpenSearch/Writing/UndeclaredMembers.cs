using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// Documents that were mapped by another definition than their index was made for: a single document that was put before, and is carried to an index of other fields. The mapping is strict, so the server
/// refuses members that it does not declare; they are then put where undeclared values are kept, rather than have the document lost until the next feed.
/// </summary>
internal static class UndeclaredMembers
{
    private const string Refusal = "mapping set to strict";

    /// <summary>The changes that were refused for an undeclared member, as the index takes them.</summary>
    /// <param name="batch">What was written.</param>
    /// <param name="results">What became of it.</param>
    /// <param name="schema">The index's fields.</param>
    /// <returns>Places in the batch, and changes in their stead.</returns>
    public static IReadOnlyList<(int Place, Change Change)> FindRefused(IReadOnlyList<Change> batch, IReadOnlyList<ItemResult> results, IndexSchema schema)
    {
        var found = new List<(int, Change)>();
        HashSet<string>? declared = null;
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Error?.Contains(Refusal, StringComparison.Ordinal) != true)
                continue;
            declared ??= schema.Fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
            if (Move(batch[i].Document, declared) is { } moved)
                found.Add((i, batch[i] with { Document = moved }));
        }

        return found;
    }

    /// <summary>The document with its undeclared members in <c>other</c>; null when there are none, or no place for them.</summary>
    private static byte[]? Move(ReadOnlyMemory<byte> document, HashSet<string> declared)
    {
        using var json = JsonDocument.Parse(document);
        var members = json.RootElement.EnumerateObject().ToList();
        var undeclared = members.Where(member => member.Name != CatalogDefinition.OtherFieldsName && !declared.Contains(member.Name)).ToList();
        var others = members.Where(member => member.Name == CatalogDefinition.OtherFieldsName).ToList();
        if (undeclared.Count == 0 || others.Count > 1 || others.Exists(other => other.Value.ValueKind != JsonValueKind.Object))
            return null;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in members.Except(undeclared).Except(others))
                member.WriteTo(writer);
            writer.WriteStartObject(CatalogDefinition.OtherFieldsName);
            foreach (var member in others.SelectMany(other => other.Value.EnumerateObject()).Concat(undeclared))
                member.WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
