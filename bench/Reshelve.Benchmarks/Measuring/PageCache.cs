using System.Runtime.InteropServices;

namespace Reshelve.Benchmarks.Measuring;

/// <summary>Takes files out of the kernel's page cache.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>Drops what the cache holds of a file; it is written to the disk first, as only then it can be dropped.</summary>
    public static void Drop(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(file);
        if (Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed) is var error and not 0)
            throw new BenchmarkException($"the page cache keeps {path} (error {error})");
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
