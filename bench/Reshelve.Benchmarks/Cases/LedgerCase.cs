using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Workspaces;
using Reshelve.Ledgers;

namespace Reshelve.Benchmarks.Cases;

/// <summary>What is kept on disk per record, and what a run adds to it.</summary>
internal sealed class LedgerCase() : BenchCase("ledger", "The ledger's size")
{
    protected override (IReadOnlyList<Figure> Figures, IReadOnlyList<Verdict> Verdicts) Measure(BenchContext context, Action<string> warn)
    {
        context.Workspace.Seed(Definitions.Products, context.Feeds.PathOf(FeedVariant.Base));
        var path = context.Workspace.LedgerPath(Definitions.Products);
        var perRecord = (new FileInfo(path).Length - IdBytes(path)) / (double)context.Records;
        var perChange = PlanBytes(context, FeedVariant.Delta) / (double)context.Feeds.ExpectedDelta.Total;
        return ([], [
            new Verdict("ledger bytes per record, beside its id", perRecord, "bytes").AtMost(48),
            new Verdict("bytes written by a plan of the delta, per change", perChange, "bytes"),
            new Verdict("bytes written by a plan of the unchanged feed", PlanBytes(context, FeedVariant.Unchanged), "bytes"),
        ]);
    }

    private static long IdBytes(string path)
    {
        using var ledger = Ledger.Open(path);
        long bytes = 0;
        for (uint entry = 0; entry < ledger.EntryLimit; entry++)
            bytes += ledger.Id(entry).Length;
        return bytes;
    }

    private static long PlanBytes(BenchContext context, FeedVariant variant)
    {
        var definition = context.Workspace.Definition(Definitions.Products);
        var report = context.Workspace.Run(definition, context.Feeds.PathOf(variant), planOnly: true);
        return new DirectoryInfo(report.PlanFolder!).EnumerateFiles().Sum(file => file.Length);
    }
}
