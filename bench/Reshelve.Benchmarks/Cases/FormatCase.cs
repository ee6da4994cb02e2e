using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Cases;

/// <summary>
/// Unchanged feeds in each format, every format against its own ledger; and, as a check, each against the ledger of the same
/// data as JSON
/// Lines, which must find nothing changed.
/// </summary>
internal sealed class FormatCase() : BenchCase("formats", "Unchanged feed as JSON Lines, JSON array, CSV and XML")
{
    private const string JsonLines = "JSON Lines";

    private static readonly IReadOnlyList<(string Name, string Catalog, FeedVariant Variant)> Formats =
    [
        (JsonLines, Definitions.Jsonl, FeedVariant.Unchanged),
        ("JSON array", Definitions.Json, FeedVariant.Json),
        ("CSV", Definitions.Csv, FeedVariant.Csv),
        ("XML", Definitions.Xml, FeedVariant.Xml),
    ];

    protected override (IReadOnlyList<Figure> Figures, IReadOnlyList<Verdict> Verdicts) Measure(BenchContext context, Action<string> warn)
    {
        var expected = new Expectation(context.Records, ChangeCounts.None);
        var contestants = new List<Contestant> { Contestants.CountLines(context.Feeds.PathOf(FeedVariant.Unchanged), context.Records) };
        foreach (var (name, catalog, variant) in Formats)
        {
            var path = context.Feeds.PathOf(variant);
            context.Workspace.Seed(catalog, path);
            contestants.Add(Contestants.PlanInProcess(context, catalog, path, expected) with { Name = InProcess(name) });
            contestants.Add(Contestants.PlanAsProcess(context, catalog, path, expected) with { Name = WholeProcess(name) });
        }

        var figures = Rounds.Measure(contestants, context.Options.Runs, warn);
        CheckAcrossFormats(context, expected, warn);
        return (figures, [.. Formats.Skip(1).SelectMany(format => Compare(figures, format.Name))]);
    }

    private static IEnumerable<Verdict> Compare(IReadOnlyList<Figure> figures, string format)
    {
        yield return Ratio(InProcess(format), InProcess(JsonLines)).AtMost(1.5);
        yield return Ratio(WholeProcess(format), WholeProcess(JsonLines));

        Verdict Ratio(string one, string other) =>
            new($"{one} ÷ {other}", (Find(one)?.Median / Find(other)?.Median) ?? double.NaN, Verdict.Ratio);

        Figure? Find(string name) => figures.FirstOrDefault(figure => figure.Name == name);
    }

    /// <summary>A supplier that moves to another format changes no document.</summary>
    private static void CheckAcrossFormats(BenchContext context, Expectation expected, Action<string> warn)
    {
        foreach (var (name, catalog, variant) in Formats.Skip(1))
        {
            try
            {
                var definition = context.Workspace.Definition(catalog) with { Name = Definitions.Jsonl };
                var report = context.Workspace.Run(definition, context.Feeds.PathOf(variant), planOnly: true);
                expected.Check(new RunOutcome(Contestants.CountsOf(report), report.Unchanged, report.PlanFolder!));
            }
            catch (BenchmarkException problem)
            {
                warn($"{name} against the ledger of JSON Lines: {problem.Message}");
            }
        }
    }

    private static string InProcess(string format) => $"{format}, in process";

    private static string WholeProcess(string format) => $"{format}, whole process";
}
