using System.Text;
using Reshelve.Benchmarks.Cases;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Reporting;

/// <summary>Writes the results for people and for the regression guard.</summary>
internal static class ResultFiles
{
    /// <summary>The name of the results for people.</summary>
    public const string Markdown = "RESULTS.md";

    /// <summary>The name of the ratios for the guard.</summary>
    public const string Ratios = "results.json";

    /// <summary>Writes both; gives the folder.</summary>
    public static string Write(BenchOptions options, IReadOnlyList<CaseResult> results, DateTimeOffset date, double loadBefore)
    {
        var folder = options.IsFull ? Repository.Result("") : Path.Combine(Repository.Root, "artifacts/bench");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Markdown), Text(options, results, date, loadBefore));
        RatioFile.Of(results).Save(Path.Combine(folder, Ratios));
        return Path.GetFullPath(folder);
    }

    private static string Text(BenchOptions options, IReadOnlyList<CaseResult> results, DateTimeOffset date, double loadBefore)
    {
        var text = new StringBuilder("# Results\n\n");
        text.Append($"Measured on {date:yyyy-MM-dd}, each contestant {options.Runs.Count} times, slow ones less often. ");
        text.Append("How to read this: [README.md](README.md).\n\n");
        foreach (var line in Machine.Describe())
            text.Append($"- {line}\n");
        text.Append($"- Load average before: {loadBefore:0.00} (the suite itself not counted)\n\n");
        text.Append("## Goals\n\n");
        text.Append(MarkdownTable.Of([["case", "", "measured", "goal", "reached"], .. Goals(results)])).Append('\n');
        foreach (var result in results)
            text.Append(CaseText.Of(result));
        return text.ToString().TrimEnd() + "\n";
    }

    private static IEnumerable<IReadOnlyList<string>> Goals(IReadOnlyList<CaseResult> results) =>
        from result in results
        from verdict in result.Verdicts
        where verdict.Goal is not null
        select (IReadOnlyList<string>)[$"{result.Name}, {result.Records:N0}", .. CaseText.Row(verdict)];
}
