using System.Runtime.InteropServices;

namespace Reshelve.Embedded.Files;

/// <summary>Small files that are either the old or the new one, whole, whatever happens and to whoever reads them meanwhile.</summary>
internal static partial class DurableFile
{
    /// <summary>Writes a file beside its place, flushes it, and renames it into place.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="content">What it is to hold.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new-" + Path.GetRandomFileName();
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(handle, content, 0);
                RandomAccess.FlushToDisk(handle);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolderOf(path);
    }

    /// <summary>Makes renames and new files in a file's folder survive a crash of the machine.</summary>
    public static void FlushFolderOf(string path)
    {
        // Windows has no such call: its file systems journal their folders.
        if (OperatingSystem.IsWindows())
            return;
        var folder = open(Path.GetDirectoryName(Path.GetFullPath(path))!, 0);
        if (folder < 0)
            throw new IOException($"cannot open the folder of '{path}' to flush it", Marshal.GetLastPInvokeError());
        _ = fsync(folder);
        _ = close(folder);
    }

    // .NET opens no folders, so it cannot flush them.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
