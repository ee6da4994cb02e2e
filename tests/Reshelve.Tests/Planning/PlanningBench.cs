using System.Text;
using System.Text.Json.Nodes;
using Reshelve.Applying;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Ledgers;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Planning;

/// <summary>A ledger, and a dictionary in the place of an index: plans are made for real and applied to the dictionary.</summary>
internal sealed class PlanningBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LedgerStore _store;
    private long _run;

    public PlanningBench() => _store = new LedgerStore(_folder["ledgers"]);

    /// <summary>What the "index" holds.</summary>
    public Dictionary<string, JsonNode> Documents { get; } = [];

    public List<RejectedRecord> Rejected { get; } = [];

    public PlanManifest? LastPlan { get; private set; }

    /// <summary>
    /// Makes a plan of a feed and applies it; ids that <paramref name="refuse"/> names are refused by the index.
    /// </summary>
    public PlanCounts Sync(CatalogDefinition definition, byte[] feed, int threads = 2, Func<string, bool>? refuse = null)
    {
        var plan = Plan(definition, feed, threads);
        if (!plan.IsHeld)
            Apply(plan, refuse ?? (_ => false));
        return plan.Counts;
    }

    public PlanManifest Plan(CatalogDefinition definition, byte[] feed, int threads = 2) =>
        Plan(definition, [feed], threads, 1 << 20);

    /// <summary>Plans a feed of several files, read in chunks of about so many bytes.</summary>
    public PlanManifest Plan(CatalogDefinition definition, IReadOnlyList<byte[]> feed, int threads, int chunkBytes)
    {
        _run++;
        var paths = feed.Select((_, number) => _folder[$"feed-{_run}-{number}"]).ToList();
        for (var i = 0; i < paths.Count; i++)
            File.WriteAllBytes(paths[i], feed[i]);
        var folder = PlanFolder;
        Directory.CreateDirectory(folder);
        Rejected.Clear();
        using var ledger = _store.Open();
        using var reader = FeedReaders.Open(paths, definition.Format, definition.Limits, chunkBytes);
        using var rejected = new RejectedList(Rejected);
        var content = new Planner(new PlanInput(definition, ledger, reader, folder, rejected), threads).Run(null, CancellationToken.None);
        var plan = new PlanManifest
        {
            Catalog = definition.Name,
            Run = _run,
            EventsAfter = _run,
            Index = "shop_1",
            CreatesIndex = false,
            ChangesLedger = content.ChangesLedger,
            Counts = content.Counts,
            Verdicts = content.Verdicts,
            Batches = content.Batches,
            HeldRemovals = content.HeldRemovals,
        };
        plan.Save(folder);
        paths.ForEach(File.Delete);
        LastPlan = PlanManifest.Load(folder);
        return LastPlan;
    }

    /// <summary>The ids that the ledger holds, in its order.</summary>
    public List<string> LedgerIds()
    {
        using var ledger = _store.Open();
        var ids = new List<string>();
        foreach (var run in ledger.Order)
        {
            for (var entry = run.First; entry < run.End; entry++)
                ids.Add(Encoding.UTF8.GetString(ledger.Id(entry)));
        }

        return ids;
    }

    public string LedgerFolder => _folder["ledgers"];

    public Ledger OpenLedger() => _store.Open();

    public void Dispose() => _folder.Dispose();

    private string PlanFolder => _folder[$"plan-{_run}"];

    /// <summary>Applies a plan; gives the ids that were refused.</summary>
    public IReadOnlySet<string> Apply(PlanManifest plan, Func<string, bool> refuse)
    {
        var refused = new HashSet<string>();
        foreach (var batch in plan.Batches)
        {
            foreach (var (change, _) in ChangeBatchReader.Read(PlanFolder, batch))
            {
                if (refuse(change.Id))
                    refused.Add(change.Id);
                else
                    Apply(change);
            }
        }

        _store.OpenJournal().Dispose();
        LedgerCommit.Run(_store, plan, PlanFolder, refused);
        return refused;
    }

    /// <summary>Commits the ledger of the last plan.</summary>
    public void Commit(IReadOnlySet<string> refused) => LedgerCommit.Run(_store, LastPlan!, PlanFolder, refused);

    private void Apply(Change change)
    {
        var known = Documents.ContainsKey(change.Id);
        if (known != (change.Kind != ChangeKind.Add))
            Assert.Fail($"{change.Kind} of {change.Id}, which the index {(known ? "holds" : "lacks")}; plan in {PlanFolder}:\n{PlanText()}");
        if (change.Kind == ChangeKind.Remove)
            Documents.Remove(change.Id);
        else
            Documents[change.Id] = JsonNode.Parse(change.Document.Span)!;
    }

    private string PlanText() => string.Join(
        "\n", Directory.EnumerateFiles(PlanFolder, "*.ndjson").Append(Path.Combine(PlanFolder, "manifest.json")).Select(File.ReadAllText));

    private sealed class RejectedList(List<RejectedRecord> records) : IRejectedWriter
    {
        public void Write(RejectedRecord record)
        {
            lock (records)
                records.Add(record);
        }

        public void Dispose()
        {
        }
    }
}
