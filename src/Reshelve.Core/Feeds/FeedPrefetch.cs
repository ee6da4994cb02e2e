using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reshelve.Feeds;

/// <summary>
/// Has the kernel read a feed's file into its page cache, on a thread of its own, before anybody asks for the bytes. Nothing depends on it:
/// where it cannot be done it is not done, and what is wrong with a file is said by those who read it.
/// </summary>
public static partial class FeedPrefetch
{
    /// <summary>
    /// At most so far ahead: what a quick disk delivers while the program starts. Read for nothing where the run ends before its feed is read.
    /// </summary>
    private const long MostAhead = 512 << 20;

    /// <summary>
    /// And at most this share of the memory that the program may use (in a container: of its limit, which counts the page cache too).
    /// </summary>
    private const int MemoryShare = 8;

    /// <summary>A smaller file takes hardly longer to read than a thread to start.</summary>
    private const long FewestBytes = 1 << 20;

    private const int PieceBytes = 4 << 20;

    /// <summary>So much that came quickly, and more than what a disk reads ahead, was in the page cache before.</summary>
    private const long SurelyThere = 64 << 20;

    /// <summary>Where all is there, one piece after each so many bytes is looked at.</summary>
    private const long Skipped = 32 << 20;

    /// <summary>A piece that takes no longer was there: 16 GB/s are more than a disk delivers.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMicroseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // A Linux way; and its offset has 64 bits only where pointers have.
    private static bool IsPossible => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Begins to read a file that will be opened soon, as far as is good to go ahead, and returns at once.</summary>
    /// <param name="path">The file; nothing happens if it is none, or cannot be read.</param>
    public static void Begin(string path)
    {
        if (IsPossible)
            Start(() => Read(path));
    }

    /// <summary>Goes ahead of those who read an open file, until it is closed; returns at once.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="bytesRead">Says how far the readers are.</param>
    /// <param name="closed">Set when nobody reads it any more.</param>
    internal static void Follow(SafeFileHandle file, long length, Func<long> bytesRead, ManualResetEventSlim closed)
    {
        if (IsPossible && length >= FewestBytes)
            Start(() => Read(file, bytesRead, closed));
    }

    private static void Start(Action read)
    {
        var thread = new Thread(() => Try(read), maxStackSize: 256 << 10) { IsBackground = true, Name = "prefetch" };
        thread.Start();
    }

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (Exception)
        {
            // Whoever reads the file finds out, and says it better; and what nothing depends on ends no process.
        }
    }

    private static void Read(string path)
    {
        // A pipe has no length, and is not opened: its writer would take this for the reader.
        if (new FileInfo(path).Length < FewestBytes)
            return;
        // Not as a sequential scan: twice the read-ahead is no quicker, and has those who flush a file wait for half as long again.
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        using var never = new ManualResetEventSlim();
        Read(file, bytesRead: null, never);
    }

    /// <summary>
    /// Sends the pages to nowhere: the kernel reads ahead as for any sequential reader, and copies nothing. A file of 613 MB takes 6 ms of
    /// processor time, or 4 ms if it is in the page cache already; read into a buffer it would take 70, and with posix_fadvise 44, and a third
    /// longer until the last byte is there. See docs/decisions/0018.
    /// </summary>
    private static void Read(SafeFileHandle file, Func<long>? bytesRead, ManualResetEventSlim closed)
    {
        using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var ahead = Math.Min(MostAhead, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare);
        long offset = 0;
        long quick = 0;
        while (!closed.IsSet)
        {
            if (offset < ahead + (bytesRead?.Invoke() ?? 0))
            {
                var begun = Stopwatch.GetTimestamp();
                if (SendFile(nowhere, file, ref offset, PieceBytes) <= 0)
                    return;
                // A large feed that is there as a whole cost 4 % of its plan's processor time otherwise.
                quick = Stopwatch.GetElapsedTime(begun) < Quick ? quick + PieceBytes : 0;
                offset += quick > SurelyThere ? Skipped : 0;
            }
            else if (bytesRead is null || closed.Wait(Pause))
            {
                return;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sendfile")]
    private static partial nint SendFile(SafeFileHandle output, SafeFileHandle input, ref long offset, nint count);
}
