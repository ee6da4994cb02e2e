using System.Diagnostics;
using System.Globalization;

namespace Reshelve.Benchmarks.Measuring;

/// <summary>
/// How busy the processors were, from its making on, with what is not of this program or of the processes it started: other programs, the
/// kernel's own work, and other guests of the same host.
/// </summary>
internal sealed class Neighbours
{
    /// <summary>The kernel counts processor time for programs in hundredths of a second, whatever its own clock is.</summary>
    private const double TicksPerSecond = 100;

    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly double _machine = MachineSeconds();
    private readonly double _own = OwnSeconds();

    /// <summary>The cores they kept busy, on average.</summary>
    public double BusyCores() =>
        Math.Max(0, MachineSeconds() - _machine - (OwnSeconds() - _own)) / Stopwatch.GetElapsedTime(_begun).TotalSeconds;

    /// <summary>User, nice, system, interrupts and what the host gave to others; neither idle nor waiting for the disk.</summary>
    private static double MachineSeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Sum(fields, 1, 2, 3, 6, 7, 8);
    }

    /// <summary>User and system time of this process, and of its children (and theirs) that have ended.</summary>
    private static double OwnSeconds()
    {
        var text = File.ReadAllText("/proc/self/stat");
        // The program's name comes first, in brackets, and may hold anything.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return Sum(fields, 11, 12, 13, 14);
    }

    private static double Sum(string[] fields, params IEnumerable<int> wanted) =>
        wanted.Sum(index => long.Parse(fields[index], CultureInfo.InvariantCulture)) / TicksPerSecond;
}
