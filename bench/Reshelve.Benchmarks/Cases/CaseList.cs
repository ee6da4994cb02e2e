using Reshelve.Benchmarks.Feeds;

namespace Reshelve.Benchmarks.Cases;

/// <summary>Every case, with its goals.</summary>
internal static class CaseList
{
    private const long Million = BenchOptions.Million;

    // Made in five or six notations, or filled for long: a quick run has less of them, and a full one the same besides.
    private const long Quick = 200_000;

    private static readonly IReadOnlyList<long> Large = [Million, 10 * Million];

    public static IReadOnlyList<BenchCase> All { get; } =
    [
        new PlanCase("delta", "1 % changed, 0.5 % new, 0.5 % removed", FeedVariant.Delta)
        {
            Sizes = Large,
            WithPeers = true,
            Goals = f =>
            [
                f.ToFloor(f.InProcess).AtMost(2),
                f.ToFloor(f.WholeProcess),
                PlanFigures.Rate(f.InProcess),
                .. AtMillion(f, PlanFigures.Time(f.WholeProcess), 0.2),
                MemoryGoal(f),
            ],
        },
        new PlanCase("unchanged", "Nothing changed", FeedVariant.Unchanged)
        {
            Sizes = Large,
            Goals = f => [f.ToFloor(f.InProcess).AtMost(1.7), f.ToFloor(f.WholeProcess), PlanFigures.Rate(f.InProcess), MemoryGoal(f)],
        },
        new ColdCase { Sizes = Large },
        new PlanCase("shuffled", "Nothing changed, in random order", FeedVariant.Shuffled)
        {
            Goals = f => [PlanFigures.Rate(f.InProcess).AtLeast(3), f.ToFloor(f.InProcess), f.ToFloor(f.WholeProcess)],
        },
        new PlanCase("respelled", "Every byte differs, no document does", FeedVariant.Respelled)
        {
            Goals = f =>
            [
                PlanFigures.Rate(f.InProcess).AtLeast(1.8),
                (PlanFigures.Rate(f.InProcess) with { Name = "the same, with a vectorised scan" }).AtLeast(4),
                f.ToFloor(f.InProcess),
                f.ToFloor(f.WholeProcess),
            ],
        },
        new PlanCase("new", "All new: an empty ledger, every change batch written", FeedVariant.Base)
        {
            FromNothing = true,
            Goals = f => [PlanFigures.Rate(f.InProcess).AtLeast(1), f.ToFloor(f.InProcess), f.ToFloor(f.WholeProcess)],
        },
        new PlanCase("gzip", "Nothing changed, compressed with gzip", FeedVariant.Gzip)
        {
            Goals = f => [f.ToFloor(f.InProcess).AtMost(1.15), f.ToFloor(f.WholeProcess)],
        },
        new FormatCase { Sizes = [Quick, Million], QuickSize = Quick },
        new LedgerCase(),
        new IndexCase { Sizes = [Quick, Million], QuickSize = Quick },
        new BulkCase { Sizes = [4 * Million] },
    ];

    private static IEnumerable<Verdict> AtMillion(PlanFigures figures, Verdict verdict, double goal) =>
        [figures.Records <= Million ? verdict.AtMost(goal) : verdict];

    private static Verdict MemoryGoal(PlanFigures figures) => PlanFigures.Memory(figures.WholeProcess).AtMost(400);
}
