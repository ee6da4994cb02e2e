using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Cases;

/// <summary>Plans of one feed against the ledger of the base feed, beside the floor on the same file.</summary>
internal sealed class PlanCase(string name, string title, FeedVariant variant) : BenchCase(name, title)
{
    /// <summary>Whether peers are run on the same files.</summary>
    public bool WithPeers { get; init; }

    /// <summary>Whether the ledger is empty, so that every record is new.</summary>
    public bool FromNothing { get; init; }

    /// <summary>What else follows from the figures, beside the ratios to the floor.</summary>
    public Func<PlanFigures, IEnumerable<Verdict>> Goals { get; init; } = _ => [];

    protected override (IReadOnlyList<Figure> Figures, IReadOnlyList<Verdict> Verdicts) Measure(BenchContext context, Action<string> warn)
    {
        var path = context.Feeds.PathOf(variant);
        var expected = Expected(context);
        var catalog = FromNothing ? Definitions.NewProducts : Definitions.Products;
        if (!FromNothing)
            context.Workspace.Seed(catalog, context.Feeds.PathOf(FeedVariant.Base));
        var peers = WithPeers && context.Options.Peers ? context.Peers.All(context.Records) : [];
        IReadOnlyList<Contestant> contestants =
        [
            variant == FeedVariant.Gzip
                ? Contestants.CountCompressedLines(path, expected.Records)
                : Contestants.CountLines(path, expected.Records),
            Contestants.PlanInProcess(context, catalog, path, expected),
            Contestants.PlanAsProcess(context, catalog, path, expected),
            .. peers.Select(peer => Contestants.Comparing(peer, context, path, expected.Changes)),
        ];
        var figures = Rounds.Measure(contestants, context.Options.Runs, warn);
        var planned = new PlanFigures(context.Records, figures);
        var slower = peers.Select(peer => planned.PeerRatio(peer.Name)?.AtLeast(peer.GoalFor(context.Records)));
        return (figures, [.. Goals(planned), .. slower.OfType<Verdict>()]);
    }

    private Expectation Expected(BenchContext context)
    {
        if (FromNothing)
            return new Expectation(context.Records, new ChangeCounts(context.Records, 0, 0));
        var changes = variant == FeedVariant.Delta ? context.Feeds.ExpectedDelta : ChangeCounts.None;
        return new Expectation(context.Records + changes.Added - changes.Removed, changes);
    }
}

/// <summary>
/// The figures of a plan case by what they are; ratios of what could not be measured are not numbers, and no verdicts.
/// </summary>
internal sealed class PlanFigures(long records, IReadOnlyList<Figure> figures)
{
    public long Records => records;

    public Figure? Floor => figures is [var first, ..] ? first : null;

    public Figure? InProcess => Find(Contestants.InProcess);

    public Figure? WholeProcess => Find(Contestants.WholeProcess);

    /// <summary>How many times as long as the floor something takes.</summary>
    public Verdict ToFloor(Figure? figure) =>
        new($"{figure?.Name} ÷ {Floor?.Name}", (figure?.Median / Floor?.Median) ?? double.NaN, Verdict.Ratio);

    /// <summary>Millions of records a second.</summary>
    public static Verdict Rate(Figure? figure) =>
        new($"{figure?.Name}", (figure?.RecordsPerSecond / 1e6) ?? double.NaN, "M records/s");

    /// <summary>The time of something.</summary>
    public static Verdict Time(Figure? figure) => new($"{figure?.Name}", figure?.Median ?? double.NaN, "s");

    /// <summary>The most memory something held.</summary>
    public static Verdict Memory(Figure? figure) =>
        new($"{figure?.Name}, peak memory", (figure?.PeakBytes / 1e6) ?? double.NaN, "MB");

    /// <summary>How many times as long as our whole process a peer takes; null if it was not measured.</summary>
    public Verdict? PeerRatio(string peer) => Find(peer) is { } figure && WholeProcess is { } ours
        ? new Verdict($"{peer} ÷ {ours.Name}", figure.Median / ours.Median, Verdict.Ratio)
        : null;

    private Figure? Find(string name) => figures.FirstOrDefault(figure => figure.Name == name);
}
