namespace Reshelve.Benchmarks.Cases;

/// <summary>How times grow from one size of feed to one ten times as large.</summary>
internal static class Scaling
{
    /// <summary>Compares the results of every size with those of a tenth of it; null if there are none.</summary>
    public static CaseResult? Of(IReadOnlyList<CaseResult> results)
    {
        var verdicts =
            from large in results
            from small in results
            where large.Name == small.Name && large.Records == 10 * small.Records
            from figure in large.Figures
            let other = small.Figures.FirstOrDefault(candidate => candidate.Name == figure.Name)
            where other is not null && figure.Name is Contestants.InProcess or Contestants.WholeProcess
            let name = $"{large.Name}: {figure.Name}, {large.Records:N0} ÷ {small.Records:N0} records"
            select new Verdict(name, figure.Median / other.Median, Verdict.Ratio).AtMost(10.5);
        var all = verdicts.ToList();
        return all.Count == 0
            ? null
            : new CaseResult("scaling", "Ten times the records", results.Max(result => result.Records), [], all, []);
    }
}
