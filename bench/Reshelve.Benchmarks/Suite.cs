using Reshelve.Benchmarks.Cases;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Peers;
using Reshelve.Benchmarks.Reporting;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks;

/// <summary>Runs the cases and reports.</summary>
internal sealed class Suite(BenchOptions options, TimeProvider time)
{
    private readonly List<CaseResult> _results = [];

    /// <summary>Runs it; the exit code.</summary>
    public int Run()
    {
        var begun = time.GetTimestamp();
        var cases = Chosen();
        var committed = options.Check ? Committed() : null;
        var loadBefore = Machine.LoadAverage();
        var peers = new PeerTools(options.DataFolder, Log);
        foreach (var line in Machine.Describe().Append($"Load average: {loadBefore:0.00}"))
            Console.WriteLine(line);
        Console.WriteLine();
        foreach (var size in cases.SelectMany(SizesOf).Distinct().Order())
            RunSize([.. cases.Where(one => SizesOf(one).Contains(size))], size, peers, committed);
        if (Scaling.Of(_results) is { } scaling)
            Report(scaling);
        var folder = ResultFiles.Write(options, _results, time.GetUtcNow(), loadBefore);
        Console.WriteLine($"Took {time.GetElapsedTime(begun):m\\:ss}. Written to {folder}.");
        var isWrong = _results.Any(result => result.Warnings.Count > 0);
        return (committed is not null && !Check(committed)) || isWrong ? 1 : 0;
    }

    private IReadOnlyList<BenchCase> Chosen()
    {
        var unknown = options.Only.Except(CaseList.All.Select(one => one.Name)).ToList();
        if (unknown.Count > 0)
            throw new FormatException($"'{unknown[0]}' is no case.");
        return [.. CaseList.All.Where(one => options.Only.Count == 0 || options.Only.Contains(one.Name))];
    }

    private IReadOnlyList<long> SizesOf(BenchCase one) =>
        options.Sizes.Count > 0 ? options.Sizes : options.Quick ? [one.QuickSize] : one.Sizes;

    private void RunSize(IReadOnlyList<BenchCase> cases, long size, PeerTools peers, RatioFile? committed)
    {
        var feeds = new FeedLibrary(options.DataFolder, size, Log);
        using var workspace = new BenchWorkspace(Path.Combine(options.DataFolder, $"workspace-{size}"));
        var context = new BenchContext(options, feeds, workspace, peers, Log);
        foreach (var one in cases)
        {
            Log($"{one.Name}, {size:N0} records");
            Report(Run(one, context, committed));
        }
    }

    /// <summary>What has become worse is measured once more, as a neighbour may have been at work; the better outcome counts.</summary>
    private static CaseResult Run(BenchCase one, BenchContext context, RatioFile? committed)
    {
        var result = one.Run(context);
        if (committed is null || RegressionGuard.CountWorse(result, committed) is not (> 0 and var worse))
            return result;
        Log($"{one.Name} again: {worse} ratios are worse than the committed ones");
        var again = one.Run(context);
        return again.Warnings.Count == 0 && RegressionGuard.CountWorse(again, committed) <= worse ? again : result;
    }

    private void Report(CaseResult result)
    {
        _results.Add(result);
        Console.WriteLine(CaseText.Of(result));
    }

    private static RatioFile Committed() => RatioFile.Load(Repository.Result(ResultFiles.Ratios))
        ?? throw new FormatException(
            $"There is no {Repository.Result(ResultFiles.Ratios)} to compare with: a full run without --check writes it.");

    private bool Check(RatioFile committed)
    {
        var (regressions, compared) = RegressionGuard.Compare(_results, committed);
        foreach (var regression in regressions)
            Console.WriteLine($"WORSE: {regression}");
        Console.WriteLine($"{compared} ratios compared, {regressions.Count} more than {RegressionGuard.Tolerance:P0} worse.");
        // A guard that found nothing to look at has guarded nothing.
        return compared > 0 && regressions.Count == 0;
    }

    private static void Log(string message) => Console.Error.WriteLine($"… {message}");
}
