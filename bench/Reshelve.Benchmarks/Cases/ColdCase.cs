using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Cases;

/// <summary>An unchanged feed that is not in the page cache, nor is the ledger.</summary>
internal sealed class ColdCase() : BenchCase("cold", "Unchanged feed, cold page cache")
{
    protected override (IReadOnlyList<Figure> Figures, IReadOnlyList<Verdict> Verdicts) Measure(BenchContext context, Action<string> warn)
    {
        var path = context.Feeds.PathOf(FeedVariant.Unchanged);
        context.Workspace.Seed(Definitions.Products, context.Feeds.PathOf(FeedVariant.Base));
        var expected = new Expectation(context.Records, ChangeCounts.None);
        IReadOnlyList<Contestant> contestants =
        [
            new(
                "plain read (cat)",
                Contestants.WorkOf(path, context.Records),
                () => MeasuredProcess.Run("sh", "-c", $"cat '{path}' >/dev/null").Sample),
            Contestants.PlanAsProcess(context, Definitions.Products, path, expected),
        ];
        var ledger = context.Workspace.LedgerPath(Definitions.Products);
        var figures = Rounds.Measure([.. contestants.Select(contestant => Cold(contestant, path, ledger))], context.Options.Runs, warn);
        var planned = new PlanFigures(context.Records, figures);
        return (figures, [planned.ToFloor(planned.WholeProcess).AtMost(1.25)]);
    }

    private static Contestant Cold(Contestant contestant, params IReadOnlyList<string> files) => contestant with
    {
        WarmUps = 0,
        Run = () =>
        {
            foreach (var file in files)
                PageCache.Drop(file);
            return contestant.Run();
        },
    };
}
