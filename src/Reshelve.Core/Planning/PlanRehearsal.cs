using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning.Matching;

namespace Reshelve.Planning;

/// <summary>
/// Goes through what every plan does, with two records of its own and without touching a file, on a thread of its own: the runtime then has
/// it ready (code compiled, types and libraries loaded) when the feed is opened. A new process reads its arguments, the definition and its
/// notes on one processor meanwhile, and the others have nothing to do. Nothing depends on it. What it saves is in docs/decisions/0021.
/// </summary>
public static class PlanRehearsal
{
    // Long enough to be hashed as most records are; escapes, a list, an inner object and a member that no field names.
    private static ReadOnlySpan<byte> Records => """
        {"id":"1","title":"Rehearsed \u00e9 \"title\"","price":12.50,"stock":3,"tags":["a","b"],"attributes":{"material":"wool","weight":1.0,"fragile":true},"description":"A text of some length, as descriptions mostly are. A text of some length, as descriptions mostly are."}
        {"id":"2","title":"Rehearsed é","price":1,"stock":30,"tags":[],"attributes":{"material":"silk","weight":0.25,"fragile":false},"description":"A text of some length, as descriptions mostly are. A text of some length, as descriptions mostly are."}
        """u8;

    /// <summary>Begins, and returns at once.</summary>
    public static void Begin()
    {
        // With one processor it would only delay the run itself.
        if (Environment.ProcessorCount > 1)
            new Thread(Try) { IsBackground = true, Name = "rehearsal" }.Start();
    }

    private static void Try()
    {
        try
        {
            Run();
        }
        catch (Exception)
        {
            // Whatever it is, the run itself meets it and says it better; and what nothing depends on ends no process.
        }
    }

    /// <summary>Everything, on the calling thread.</summary>
    internal static void Run()
    {
        using var ledger = Ledger.Empty(new byte[KeyedHash.SeedBytes]);
        var hash = KeyedHash.Derive(ledger.Seed, "rehearsal");
        var chunk = Chunk();
        var order = new LedgerOrder(ledger);
        new ChunkMatcher(ledger, order, new AnchorTable(ledger, order)).Match(chunk, hash);
        var definition = Definition();
        var mapper = new DocumentMapper(definition, hash);
        for (var i = 0; i < chunk.Count; i++)
            mapper.Map(chunk[i]);
        var manifest = PlanManifestJson.Write(Manifest(definition));
        JsonDocument.Parse(manifest).Dispose();
    }

    private static FeedChunk Chunk()
    {
        var buffer = Records.ToArray();
        var end = buffer.AsSpan().IndexOf((byte)'\n');
        return new FeedChunk
        {
            Buffer = buffer, Records = [new RecordSlice(0, end), new RecordSlice(end + 1, buffer.Length - end - 1)], Count = 2,
        };
    }

    private static CatalogDefinition Definition() => new()
    {
        Name = "rehearsal",
        Source = new SourceDefinition { Path = "rehearsal" },
        Format = new FeedFormat { Kind = FeedFormatKind.Jsonl },
        Id = FieldPath.Of("id"),
        Fields =
        [
            new FieldDefinition { Name = "title", From = FieldPath.Of("title"), Type = FieldType.Text },
            new FieldDefinition { Name = "material", From = FieldPath.Of("attributes", "material"), Type = FieldType.Keyword },
            new FieldDefinition { Name = "price", From = FieldPath.Of("price"), Type = FieldType.Number, Volatile = true },
            new FieldDefinition { Name = "stock", From = FieldPath.Of("stock"), Type = FieldType.Integer, Volatile = true },
        ],
    };

    private static PlanManifest Manifest(CatalogDefinition definition) => new()
    {
        Catalog = definition.Name,
        Run = 1,
        Index = definition.Name,
        CreatesIndex = false,
        EventsAfter = 1,
        Counts = new PlanCounts(),
        Definition = MappingSignature.Of(definition),
        Verdicts = [VerdictText.Passed("rehearsal", HeldPart.Plan, VerdictText.Figures(1, 2, "records"))],
        Batches = [new PlanBatch { Number = 1, File = "rehearsal", Changes = 1, Bytes = 1 }],
    };
}
