using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Cases;

/// <summary>The embedded index: filled, brought up to date, and searched meanwhile.</summary>
internal sealed class IndexCase() : BenchCase("index", "First sync, 1 % delta and searches on the embedded index")
{
    private const string Catalog = Definitions.Products;

    protected override (IReadOnlyList<Figure> Figures, IReadOnlyList<Verdict> Verdicts) Measure(BenchContext context, Action<string> warn)
    {
        using var workspace = new BenchWorkspace(context.Workspace.Folder + "-index");
        var feed = context.Feeds.PathOf(FeedVariant.Base);
        var floor = Rounds.Measure([Contestants.CountLines(feed, context.Records)], context.Options.Runs, warn)[0];
        var (first, applying) = FirstSync(context, workspace, feed);
        var deltas = Deltas(context, workspace);
        var figures = new List<Figure> { floor, first, deltas, applying };
        var searches = new SearchFigures(workspace, Catalog, context.Records);
        var two = searches.TwoTerms(context.Options.Searches);
        var broad = searches.Broad(context.Options.Runs.Count, context.Records * 3 / 10);
        var busy = searches.During(() => workspace.Run(
            workspace.Definition(Catalog), context.Feeds.PathOf(FeedVariant.Delta), planOnly: false));
        figures.AddRange([two, broad, busy]);
        IEnumerable<Verdict> verdicts = [.. Verdicts(figures), .. SearchVerdicts(two, broad, busy)];
        // The goals are those of a million products: with fewer they would be too easy.
        return (figures, [.. context.Records < BenchOptions.Million ? verdicts.Select(verdict => verdict.WithoutGoal()) : verdicts]);
    }

    /// <summary>Once: it takes long, and its parts average over it.</summary>
    private static (Figure Whole, Figure Applying) FirstSync(BenchContext context, BenchWorkspace workspace, string feed)
    {
        var (sample, outcome) = ReshelveProgram.Run(workspace, "sync", Catalog, feed);
        new Expectation(context.Records, new ChangeCounts(context.Records, 0, 0)).Check(outcome);
        var work = Contestants.WorkOf(feed, context.Records);
        return (
            Figure.Of("first sync, whole process", work, [sample]),
            Figure.Of("first sync, applying alone", work, [new Sample(outcome.ApplySeconds, 0)]));
    }

    /// <summary>
    /// The delta and the way back in turn: both are 1 % changed, 0.5 % new and 0.5 % removed. An even number, so that the index
    /// ends with
    /// the base feed.
    /// </summary>
    private static Figure Deltas(BenchContext context, BenchWorkspace workspace)
    {
        var changes = context.Feeds.ExpectedDelta;
        var forth = new Expectation(context.Records + changes.Added - changes.Removed, changes);
        var back = new Expectation(context.Records, new ChangeCounts(changes.Removed, changes.Changed, changes.Added));
        var samples = new List<Sample>();
        for (var round = 0; round < Math.Max(1, context.Options.Runs.Count / 2); round++)
        {
            samples.Add(Sync(FeedVariant.Delta, forth));
            samples.Add(Sync(FeedVariant.Base, back));
        }

        var work = Contestants.WorkOf(context.Feeds.PathOf(FeedVariant.Delta), changes.Total);
        return Figure.Of("1 % delta, whole process", work, samples);

        Sample Sync(FeedVariant variant, Expectation expected)
        {
            var (sample, outcome) = ReshelveProgram.Run(workspace, "sync", Catalog, context.Feeds.PathOf(variant));
            expected.Check(outcome);
            return sample;
        }
    }

    private static IEnumerable<Verdict> Verdicts(IReadOnlyList<Figure> figures)
    {
        var (floor, first, deltas, applying) = (figures[0], figures[1], figures[2], figures[3]);
        yield return new Verdict("first sync, whole process", first.RecordsPerSecond, "documents/s");
        yield return new Verdict("first sync, applying", applying.RecordsPerSecond, "documents/s").AtLeast(80_000);
        yield return new Verdict("1 % delta", deltas.Median, "s").AtMost(2);
        yield return new Verdict("first sync ÷ wc -l", first.Median / floor.Median, Verdict.Ratio);
        yield return new Verdict("1 % delta ÷ wc -l", deltas.Median / floor.Median, Verdict.Ratio);
    }

    private static IEnumerable<Verdict> SearchVerdicts(Figure two, Figure broad, Figure busy)
    {
        yield return Milliseconds("two-term search, p50", two.Median).AtMost(10);
        yield return Milliseconds("two-term search, p99", two.Percentile(0.99)).AtMost(60);
        yield return Milliseconds("search that matches 30 % of the documents", broad.Median).AtMost(250);
        yield return Milliseconds("search while the delta is applied, p99", busy.Percentile(0.99)).AtMost(50);

        static Verdict Milliseconds(string name, double seconds) => new(name, seconds * 1000, "ms");
    }
}
