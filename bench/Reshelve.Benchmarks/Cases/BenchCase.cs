using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Peers;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Cases;

/// <summary>What cases of one size share.</summary>
internal sealed record BenchContext(BenchOptions Options, FeedLibrary Feeds, BenchWorkspace Workspace, PeerTools Peers, Action<string> Log)
{
    public long Records => Feeds.Records;
}

/// <summary>Something that is benchmarked.</summary>
/// <param name="name">What it is called on the command line.</param>
/// <param name="title">What it shows.</param>
internal abstract class BenchCase(string name, string title)
{
    public string Name => name;

    public string Title => title;

    /// <summary>The sizes of the base feed that a full run has it with.</summary>
    public IReadOnlyList<long> Sizes { get; init; } = [BenchOptions.Million];

    /// <summary>The size that a quick run has it with.</summary>
    public long QuickSize { get; init; } = BenchOptions.Million;

    /// <summary>Runs it.</summary>
    public CaseResult Run(BenchContext context)
    {
        var warnings = new List<string>();
        var neighbours = new Neighbours();
        try
        {
            var (figures, verdicts) = Measure(context, warnings.Add);
            var result = Result(context, figures, [.. verdicts.Where(verdict => !double.IsNaN(verdict.Value))], warnings);
            return result with { BusyNeighbours = neighbours.BusyCores() };
        }
        catch (BenchmarkException problem)
        {
            return Result(context, [], [], [.. warnings, problem.Message]);
        }
    }

    private CaseResult Result(
        BenchContext context, IReadOnlyList<Figure> figures, IReadOnlyList<Verdict> verdicts, IReadOnlyList<string> warnings) =>
        new(name, title, context.Records, figures, verdicts, warnings);

    /// <summary>Measures.</summary>
    protected abstract (IReadOnlyList<Figure> Figures, IReadOnlyList<Verdict> Verdicts) Measure(BenchContext context, Action<string> warn);
}

/// <summary>What a case came to.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Records">The records of the base feed.</param>
/// <param name="Figures">What was measured; the first is the floor.</param>
/// <param name="Verdicts">What follows from it.</param>
/// <param name="Warnings">What did not work, or was wrong.</param>
internal sealed record CaseResult(
    string Name,
    string Title,
    long Records,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<Verdict> Verdicts,
    IReadOnlyList<string> Warnings)
{
    /// <summary>How many cores others kept busy meanwhile; null where that was not looked at.</summary>
    public double? BusyNeighbours { get; init; }
}
