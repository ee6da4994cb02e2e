using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Indexing;

namespace Reshelve.Planning;

/// <summary>A field, and in how many documents of a sample it changed.</summary>
internal readonly record struct ChangedField(string Name, int Documents);

/// <summary>
/// Which fields differ between the documents of a plan and those that the index holds, in a sample: the ledger has one hash per document and
/// cannot tell. Taken only when so many documents changed that it matters.
/// </summary>
/// <param name="Documents">Documents compared.</param>
/// <param name="Fields">What changed in them, the most frequent first; of what is not declared each member (<c>other.name</c>).</param>
internal sealed record FieldSample(int Documents, IReadOnlyList<ChangedField> Fields)
{
    /// <summary>Documents that are compared at most: the share in which a field changed is then known to some percent.</summary>
    public const int MaxDocuments = 200;

    // A batch is read whole, and has up to 8 MiB.
    private const int MaxBatches = 10;

    /// <summary>Compares some documents, spread over the plan.</summary>
    /// <param name="index">The engine.</param>
    /// <param name="indexName">The index that holds the old documents.</param>
    /// <param name="folder">The plan.</param>
    /// <param name="batches">Its batches.</param>
    /// <param name="definition">The catalog: changes of volatile fields are expected and not told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<FieldSample> TakeAsync(
        IIndexEngine index, string indexName, string folder, IReadOnlyList<PlanBatch> batches, CatalogDefinition definition,
        CancellationToken cancellationToken)
    {
        var changed = Choose(folder, batches);
        var old = await index.GetAsync(indexName, changed.Keys, cancellationToken);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var compared = 0;
        foreach (var (id, before) in old)
        {
            if (Differences(before.Body, changed[id]) is not { } fields)
                continue;
            compared += fields.Count > 0 ? 1 : 0;
            foreach (var field in fields)
                counts[field] = counts.GetValueOrDefault(field) + 1;
        }

        foreach (var field in definition.Fields.Where(field => field.Volatile))
            counts.Remove(field.Name);
        return new FieldSample(
            compared,
            [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => new ChangedField(c.Key, c.Value))]);
    }

    /// <summary>The new documents of a sample by their ids.</summary>
    private static Dictionary<string, ReadOnlyMemory<byte>> Choose(string folder, IReadOnlyList<PlanBatch> batches)
    {
        var chosen = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var read = Spread(batches, MaxBatches).ToList();
        foreach (var batch in read)
        {
            // Additions too: of a rebuild every change is one, also of what the live index holds.
            var documents = ChangeBatchReader.Read(folder, batch).Select(planned => planned.Change)
                .Where(change => change.Kind is ChangeKind.Replace or ChangeKind.Add).ToList();
            foreach (var change in Spread(documents, MaxDocuments / read.Count))
                chosen[change.Id] = change.Document;
        }

        return chosen;
    }

    private static IEnumerable<T> Spread<T>(IReadOnlyList<T> items, int most)
    {
        var count = Math.Min(items.Count, most);
        for (var i = 0; i < count; i++)
            yield return items[(int)((long)i * items.Count / count)];
    }

    /// <summary>Documents are canonical: a value that is the same is spelled the same. Null where what the index holds is spoilt.</summary>
    private static List<string>? Differences(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        if (before.Span.SequenceEqual(after.Span))
            return [];
        try
        {
            using var old = JsonDocument.Parse(before);
            using var now = JsonDocument.Parse(after);
            if (old.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var differences = new List<string>();
            Compare(old.RootElement, now.RootElement, "", differences);
            return differences;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Compare(JsonElement old, JsonElement now, string prefix, List<string> differences)
    {
        var names = old.EnumerateObject().Concat(now.EnumerateObject()).Select(member => member.Name).Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var wasThere = old.TryGetProperty(name, out var before);
            var isThere = now.TryGetProperty(name, out var after);
            if (wasThere && isThere && before.GetRawText() == after.GetRawText())
                continue;
            var isOther = prefix.Length == 0 && name == CatalogDefinition.OtherFieldsName;
            if (isOther && wasThere && isThere && before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
                Compare(before, after, name + ".", differences);
            else
                differences.Add(prefix + name);
        }
    }
}
