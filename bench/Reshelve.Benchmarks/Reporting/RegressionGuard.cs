using Reshelve.Benchmarks.Cases;

namespace Reshelve.Benchmarks.Reporting;

/// <summary>Finds ratios that have become worse than the committed ones.</summary>
internal static class RegressionGuard
{
    /// <summary>How much worse a ratio may be: what the same machine gives on different days stays well within it.</summary>
    public const double Tolerance = 0.3;

    /// <summary>How many ratios of one case became worse.</summary>
    public static int CountWorse(CaseResult result, RatioFile committed) => Compare([result], committed).Regressions.Count;

    /// <summary>What became worse, a line each; and how many ratios were compared.</summary>
    public static (IReadOnlyList<string> Regressions, int Compared) Compare(IReadOnlyList<CaseResult> results, RatioFile committed)
    {
        var compared = (
            from result in results
            from verdict in result.Verdicts
            where verdict.IsRatio
            let before = committed.Find(result, verdict)
            where before is not null
            select (Result: result, Verdict: verdict, Before: before.Value)).ToList();
        var worse = compared.Where(c => c.Verdict.IsWorseThan(c.Before, Tolerance));
        return ([.. worse.Select(c => Line(c.Result, c.Verdict, c.Before))], compared.Count);
    }

    private static string Line(CaseResult result, Verdict verdict, double before) =>
        $"{result.Name}, {result.Records:N0} records: {verdict.Name} is {verdict.ValueText}, and was {before:0.##} {Verdict.Ratio}";
}
