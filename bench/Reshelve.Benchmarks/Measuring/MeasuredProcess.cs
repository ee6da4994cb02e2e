using System.ComponentModel;
using System.Diagnostics;

namespace Reshelve.Benchmarks.Measuring;

/// <summary>A finished process.</summary>
/// <param name="Sample">Its time, start-up included, and its memory.</param>
/// <param name="Output">What it wrote to its standard output.</param>
internal sealed record FinishedProcess(Sample Sample, string Output);

/// <summary>Runs a program, takes its time, and watches its memory and that of the processes it starts.</summary>
internal static class MeasuredProcess
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="BenchmarkException">It cannot be started, or ended with an error.</exception>
    public static FinishedProcess Run(string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // The C locale compares bytes: what the peers are at their quickest with.
        start.Environment["LC_ALL"] = "C";
        var begun = Stopwatch.GetTimestamp();
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var ended = new ManualResetEventSlim();
        long peak = 0;
        var watcher = new Thread(() => peak = Watch(process.Id, begun, ended)) { Priority = ThreadPriority.AboveNormal };
        watcher.Start();
        process.WaitForExit();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        ended.Set();
        watcher.Join();
        if (process.ExitCode != 0)
            throw new BenchmarkException($"{Path.GetFileName(program)} ended with status {process.ExitCode}: {errors.Result.Trim()}");
        return new FinishedProcess(new Sample(seconds, peak), output.Result);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            throw new BenchmarkException($"{start.FileName} cannot be started: {problem.Message}");
        }
    }

    /// <summary>
    /// The most that the process and its descendants held together. The kernel's own figure (ru_maxrss) will not do: a process
    /// begins
    /// with that of the one that started it, so everything small would look as large as this program.
    /// </summary>
    private static long Watch(int process, long begun, ManualResetEventSlim ended)
    {
        long peak = 0;
        var pause = ShortestPause;
        while (!ended.Wait(pause))
        {
            peak = Math.Max(peak, ProcessMemory.PeakOfTree(process));
            pause = TimeSpan.FromTicks(Math.Clamp(Stopwatch.GetElapsedTime(begun).Ticks / 50, ShortestPause.Ticks, LongestPause.Ticks));
        }

        return peak;
    }
}
