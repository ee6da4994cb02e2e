using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Indexing;

/// <summary>A new index is not what its ledger says, so searches must not move to it.</summary>
public sealed class IndexVerificationException(string message) : ReshelveException(message);

/// <summary>
/// Looks whether a filled index is what its ledger says, before searches move to it: its fields, the number of its documents, some
/// documents spread over the whole of it, and whether searches find them.
/// </summary>
internal sealed class IndexVerification(IIndexEngine engine, PlanManifest plan, LedgerStore store)
{
    /// <summary>Documents that are read back.</summary>
    private const int Sample = 100;

    /// <summary>Documents that are searched for.</summary>
    private const int Probes = 10;

    private const int ProbeHits = 1000;
    private const int WordsPerProbe = 6;

    /// <summary>Verifies the index.</summary>
    /// <exception cref="IndexVerificationException">It is not what it should be.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ledger = store.Open();
        await VerifyFrameAsync(ledger, cancellationToken);
        var documents = await VerifySampleAsync(ledger, cancellationToken);
        await VerifySearchesAsync(ledger, documents, cancellationToken);
    }

    private async Task VerifyFrameAsync(Ledger ledger, CancellationToken cancellationToken)
    {
        var indexes = await engine.ListAsync(plan.Catalog, cancellationToken);
        if (indexes.FirstOrDefault(index => index.Name == plan.Index) is not { } made)
            throw Refuse("the engine does not list it");
        var wanted = PlanField.SchemaOf(plan.Fields).Signature;
        if (made.SchemaSignature != wanted)
            throw Refuse($"its fields are '{made.SchemaSignature}' instead of '{wanted}'");
        if (made.Documents != ledger.Count)
            throw Refuse($"it holds {made.Documents:N0} documents, and {ledger.Count:N0} were written");
    }

    private async Task<IReadOnlyDictionary<string, IndexedDocument>> VerifySampleAsync(Ledger ledger, CancellationToken cancellationToken)
    {
        var expected = SampleOf(ledger).ToDictionary(entry => Encoding.UTF8.GetString(ledger.Id(entry)), ledger.Fingerprint);
        var documents = await engine.GetAsync(plan.Index, expected.Keys, cancellationToken);
        var hash = KeyedHash.Derive(ledger.Seed, "document");
        foreach (var (id, fingerprint) in expected)
        {
            if (!documents.TryGetValue(id, out var document))
                throw Refuse($"the document '{id}' is missing");
            // A write that was refused when it was repeated after a crash: it is there, and the next plan settles it.
            if (fingerprint == UnknownFingerprint.Of(Encoding.UTF8.GetBytes(id), ledger.Seed))
                continue;
            if (DocumentHashes.Of(document.Body.Span, hash)?.Match(fingerprint.Stable, fingerprint.Volatile) != true)
                throw Refuse($"the document '{id}' is not the one that was written");
        }

        return documents;
    }

    /// <summary>Entries spread evenly over the ledger, the first and the last among them.</summary>
    private static IEnumerable<uint> SampleOf(Ledger ledger)
    {
        var wanted = (int)Math.Min(Sample, ledger.Count);
        var runs = ledger.Order.ToArray();
        var at = 0;
        long before = 0;
        for (var i = 0; i < wanted; i++)
        {
            var place = wanted == 1 ? 0 : i * (ledger.Count - 1L) / (wanted - 1);
            while (place - before >= runs[at].Length)
                before += runs[at++].Length;
            yield return runs[at].First + (uint)(place - before);
        }
    }

    private async Task VerifySearchesAsync(
        Ledger ledger, IReadOnlyDictionary<string, IndexedDocument> documents, CancellationToken cancellationToken)
    {
        var all = await engine.SearchAsync(plan.Index, new SearchRequest { Limit = 1 }, cancellationToken);
        if (all.Total != ledger.Count)
            throw Refuse($"a search for everything finds {all.Total:N0} documents, and {ledger.Count:N0} were written");
        var texts = plan.Fields.Where(field => field.Type == FieldType.Text).Select(field => field.Name).ToHashSet();
        var step = Math.Max(1, documents.Count / Probes);
        foreach (var (id, document) in documents.Where((_, number) => number % step == 0))
        {
            var query = ProbeQuery.Of(document.Body.Span, texts, WordsPerProbe);
            if (query.Length > 0)
                await ProbeAsync(id, query, cancellationToken);
        }
    }

    private async Task ProbeAsync(string id, string query, CancellationToken cancellationToken)
    {
        var request = new SearchRequest { Query = query, PrefixLast = false, Limit = ProbeHits };
        var found = await engine.SearchAsync(plan.Index, request, cancellationToken);
        // Of more than fit on a page, the document may be on a later one.
        if (found.Total == 0 || (found.Total <= found.Hits.Count && found.Hits.All(hit => hit.Id != id)))
            throw Refuse($"a search for {query} does not find the document '{id}', which holds that");
    }

    private IndexVerificationException Refuse(string why) => new(
        $"the new index {plan.Index} was verified before searches move to it, and {why}. It was not promoted. Rebuild once more; if that " +
        "ends here again, the index engine or its disk is at fault.");
}

/// <summary>Searches that must find a document: phrases of its own words.</summary>
internal static class ProbeQuery
{
    private const int LongestWord = 64;

    /// <summary>Some words of a document's text fields, each as a phrase; empty when it has none that every engine takes for words.</summary>
    public static string Of(ReadOnlySpan<byte> document, IReadOnlySet<string> textFields, int words)
    {
        var found = new List<string>();
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (found.Count < words && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isText = textFields.Contains(reader.GetString()!);
            reader.Read();
            if (isText && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.String)
                    Add(reader.GetString()!, words, found);
            }
            else if (isText && reader.TokenType == JsonTokenType.String)
            {
                Add(reader.GetString()!, words, found);
            }
            else
            {
                reader.Skip();
            }
        }

        return string.Join(' ', found);
    }

    private static void Add(string text, int words, List<string> found)
    {
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (found.Count == words)
                return;
            // As a phrase the engine splits it as it split the document. A quote would end the phrase, and a word without any
            // common letter may be no word to an engine that knows another version of Unicode.
            if (word.Length <= LongestWord && !word.Any(c => char.IsControl(c) || IsQuote(c) || char.IsSurrogate(c)) && word.Any(char.IsAsciiLetterOrDigit))
                found.Add($"\"{word}\"");
        }
    }

    private static bool IsQuote(char c) => c is '"' or '\u201C' or '\u201D' or '\u201E';
}
