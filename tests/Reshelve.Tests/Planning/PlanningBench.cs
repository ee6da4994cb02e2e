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

    /// <summary>Makes a plan of a feed and applies it; ids that <paramref name="refuse"/> names are refused by the index.</summary>
    public PlanCounts Sync(CatalogDefinition definition, byte[] feed, int threads = 2, Func<string, bool>? refuse = null)
    {
        var plan = Plan(definition, feed, threads);
        if (!plan.IsHeld)
            Apply(plan, refuse ?? (_ => false));
        return plan.Counts;
    }

    public PlanManifest Plan(CatalogDefinition definition, byte[] feed, int threads = 2)
    {
        _run++;
        var path = _folder[$"feed-{_run}"];
        File.WriteAllBytes(path, feed);
        var folder = PlanFolder;
        Directory.CreateDirectory(folder);
        Rejected.Clear();
        using var ledger = _store.Open();
        using var reader = FeedReaders.Open([path], definition.Format, definition.Limits);
        using var rejected = new RejectedList(Rejected);
        var content = new Planner(new PlanInput(definition, ledger, reader, folder, rejected), threads).Run(null, CancellationToken.None);
        var plan = new PlanManifest
        {
            Catalog = definition.Name,
            Run = _run,
            Index = "shop_1",
            CreatesIndex = false,
            ChangesLedger = content.ChangesLedger,
            Counts = content.Counts,
            Held = content.Held,
            Batches = content.Batches,
        };
        plan.Save(folder);
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

    public Ledger OpenLedger() => _store.Open();

    public void Dispose() => _folder.Dispose();

    private string PlanFolder => _folder[$"plan-{_run}"];

    private void Apply(PlanManifest plan, Func<string, bool> refuse)
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

        LedgerCommit.Run(_store, plan, PlanFolder, refused);
    }

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
