using System.Text.Json;
using Reshelve.Benchmarks.Cases;

namespace Reshelve.Benchmarks.Reporting;

/// <summary>
/// The ratios of a run, by case and size. Only ratios between things measured in the same run are kept: times of one machine
/// say nothing
/// about another.
/// </summary>
internal sealed class RatioFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SortedDictionary<string, SortedDictionary<string, double>> _ratios;

    private RatioFile(SortedDictionary<string, SortedDictionary<string, double>> ratios) => _ratios = ratios;

    /// <summary>The ratios of some results.</summary>
    public static RatioFile Of(IReadOnlyList<CaseResult> results)
    {
        var ratios = new SortedDictionary<string, SortedDictionary<string, double>>(StringComparer.Ordinal);
        foreach (var result in results)
        {
            var ofCase = new SortedDictionary<string, double>(StringComparer.Ordinal);
            foreach (var verdict in result.Verdicts.Where(verdict => verdict.IsRatio))
                ofCase[verdict.Name] = Math.Round(verdict.Value, 3);
            if (ofCase.Count > 0)
                ratios[Key(result)] = ofCase;
        }

        return new RatioFile(ratios);
    }

    /// <summary>Reads a file; null if there is none.</summary>
    public static RatioFile? Load(string path) =>
        File.Exists(path)
            ? new RatioFile(JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<string, double>>>(File.ReadAllText(path))!)
            : null;

    /// <summary>Writes it.</summary>
    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(_ratios, Options) + "\n");

    /// <summary>The ratio that a verdict of a case had; null if it was not measured.</summary>
    public double? Find(CaseResult result, Verdict verdict) =>
        _ratios.TryGetValue(Key(result), out var ofCase) && ofCase.TryGetValue(verdict.Name, out var ratio) ? ratio : null;

    private static string Key(CaseResult result) => $"{result.Name}, {result.Records}";
}
