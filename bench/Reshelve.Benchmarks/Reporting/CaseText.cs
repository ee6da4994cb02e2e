using System.Text;
using Reshelve.Benchmarks.Cases;
using Reshelve.Benchmarks.Measuring;

namespace Reshelve.Benchmarks.Reporting;

/// <summary>The results of one case in Markdown.</summary>
internal static class CaseText
{
    private static readonly IReadOnlyList<string> FigureHead =
        ["", "median", "min – max", "runs", "records/s", "GB/s", "peak memory", "÷ first"];

    private static readonly IReadOnlyList<string> VerdictHead = ["", "measured", "goal", "reached"];

    /// <summary>As much of one core hardly shows in the figures.</summary>
    private const double Quiet = 0.1;

    /// <summary>Writes heading, figures, verdicts, what disturbed them, and warnings.</summary>
    public static string Of(CaseResult result)
    {
        var text = new StringBuilder($"## {result.Title} ({result.Name}, {result.Records:N0} records)\n\n");
        if (result.Figures.Count > 0)
            text.Append(MarkdownTable.Of([FigureHead, .. result.Figures.Select(figure => Row(figure, result.Figures[0]))])).Append('\n');
        if (result.Verdicts.Count > 0)
            text.Append(MarkdownTable.Of([VerdictHead, .. result.Verdicts.Select(Row)])).Append('\n');
        foreach (var disturbance in Disturbances(result))
            text.Append($"NOTE: {disturbance}\n\n");
        foreach (var warning in result.Warnings)
            text.Append($"WARNING: {warning}\n\n");
        return text.ToString();
    }

    private static IEnumerable<string> Disturbances(CaseResult result)
    {
        if (result.BusyNeighbours > Quiet)
            yield return $"other programs kept {result.BusyNeighbours:0.0} of {Environment.ProcessorCount} cores busy meanwhile.";
        // Latencies of different searches differ by themselves.
        var unsettled = result.Figures.Where(figure => figure.Work.Records > 0 && figure.IsUnsettled).Select(Spread).ToList();
        if (unsettled.Count > 0)
            yield return $"runs lie far apart, the median this much above the shortest: {string.Join(", ", unsettled)}.";

        static string Spread(Figure figure) => $"{figure.Name} {(figure.Median / figure.Min) - 1:P0}";
    }

    /// <summary>The cells of a verdict: what, measured, goal, reached.</summary>
    public static IReadOnlyList<string> Row(Verdict verdict) =>
        [verdict.Name, verdict.ValueText, verdict.GoalText, verdict.Goal is null ? "" : verdict.IsReached ? "yes" : "NO"];

    private static IReadOnlyList<string> Row(Figure figure, Figure first) =>
    [
        figure.Name,
        Time(figure.Median),
        $"{Time(figure.Min)} – {Time(figure.Max)}",
        figure.Seconds.Count.ToString(),
        figure.Work.Records == 0 ? "" : Rate(figure.RecordsPerSecond),
        figure.Work.Bytes == 0 ? "" : $"{figure.BytesPerSecond / 1e9:0.00}",
        figure.PeakBytes == 0 ? "" : $"{figure.PeakBytes / 1e6:N0} MB",
        figure.Work.Records == 0 ? "" : $"{figure.Median / first.Median:0.00}",
    ];

    private static string Time(double seconds) => seconds switch
    {
        >= 10 => $"{seconds:0.0} s",
        >= 1 => $"{seconds:0.00} s",
        >= 0.1 => $"{seconds * 1000:0} ms",
        _ => $"{seconds * 1000:0.0} ms",
    };

    private static string Rate(double recordsPerSecond) =>
        recordsPerSecond >= 1e6 ? $"{recordsPerSecond / 1e6:0.0} M" : $"{recordsPerSecond / 1e3:N0} k";
}
