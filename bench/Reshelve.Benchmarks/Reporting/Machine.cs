using System.Globalization;
using System.Runtime.InteropServices;

namespace Reshelve.Benchmarks.Reporting;

/// <summary>What the benchmarks ran on.</summary>
internal static class Machine
{
    /// <summary>Processor, memory, kernel and runtime, one line each.</summary>
    public static IReadOnlyList<string> Describe() =>
    [
        $"Processor: {Field("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores",
        $"Memory: {Field("/proc/meminfo", "MemTotal")}",
        $"Kernel: {RuntimeInformation.OSDescription}",
        $"Runtime: {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}",
    ];

    /// <summary>
    /// The processes that wanted a core in the last minute, on average: more than a few tenths at the start disturb.
    /// </summary>
    public static double LoadAverage() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Field(string path, string name) =>
        File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}
