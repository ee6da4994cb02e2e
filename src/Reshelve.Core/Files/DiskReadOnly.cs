using Reshelve.Feeds;

namespace Reshelve.Files;

/// <summary>Tells a disk that is mounted read-only, as Linux does to one whose file system has errors, from everything else.</summary>
internal static class DiskReadOnly
{
    // EROFS of Linux and macOS; ERROR_WRITE_PROTECT of Windows.
    private static readonly int[] Codes = [30, unchecked((int)0x80070013)];

    /// <summary>Whether the error says that nothing can be written there.</summary>
    public static bool Is(Exception error) => error is IOException && Codes.Contains(error.HResult);

    /// <summary>The error with what to do about it.</summary>
    /// <param name="error">An error that <see cref="Is"/> such a one.</param>
    /// <param name="folder">The folder whose disk it is.</param>
    public static ReshelveException Explain(Exception error, string folder) => new(
        $"the disk that holds {folder} is mounted read-only, so nothing was done. Mount it for writing (after errors Linux mounts a disk read-only " +
        $"by itself: see dmesg), or let `data` in reshelve.yaml name a folder elsewhere; the next run carries on ({error.Message})", error);
}
