using System.Buffers.Text;

namespace Reshelve.Benchmarks.Measuring;

/// <summary>Reads from /proc how much memory processes hold.</summary>
internal static class ProcessMemory
{
    private const int KiB = 1024;

    /// <summary>The largest resident size so far of each process of a tree that still runs, added up.</summary>
    public static long PeakOfTree(int process)
    {
        var sum = PeakOf(process);
        foreach (var child in ChildrenOf(process))
            sum += PeakOfTree(child);
        return sum;
    }

    /// <summary>Has this process's largest resident size begin anew, where the system can.</summary>
    public static void ForgetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Then it is the largest since the process began.
        }
    }

    private static long PeakOf(int process)
    {
        var status = Read($"/proc/{process}/status").AsSpan();
        var at = status.IndexOf("VmHWM:"u8);
        if (at < 0)
            return 0;
        return Utf8Parser.TryParse(status[(at + 6)..].TrimStart(" \t"u8), out long kib, out _) ? kib * KiB : 0;
    }

    private static List<int> ChildrenOf(int process)
    {
        var children = new List<int>();
        var text = Read($"/proc/{process}/task/{process}/children").AsSpan();
        while (Utf8Parser.TryParse(text, out int child, out var used))
        {
            children.Add(child);
            text = text[Math.Min(text.Length, used + 1)..];
        }

        return children;
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            // It ended between two looks.
            return [];
        }
    }
}
