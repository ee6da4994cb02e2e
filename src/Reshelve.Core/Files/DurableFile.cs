using System.Runtime.InteropServices;

namespace Reshelve.Files;

/// <summary>Files that are either wholly there or not at all, also after a power cut.</summary>
internal static partial class DurableFile
{
    /// <summary>Writes a file beside its place, flushes it to the disk, and renames it into place.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content) => Write(path, content, isFlushed: true);

    /// <summary>
    /// Writes a file that other processes find wholly or not at all, also when this one ends at any moment; after a power cut it may be
    /// missing or damaged. For what its readers can do without: flushing costs milliseconds, and many more while the disk is busy.
    /// </summary>
    public static void WriteUnflushed(string path, ReadOnlySpan<byte> content) => Write(path, content, isFlushed: false);

    private static void Write(string path, ReadOnlySpan<byte> content, bool isFlushed)
    {
        // A name of its own: several processes may write the same file.
        var temporary = path + ".new-" + Path.GetRandomFileName();
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, content, 0);
                if (isFlushed)
                    RandomAccess.FlushToDisk(file);
            }

            if (isFlushed)
                Move(temporary, path);
            else
                File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Renames a file that was flushed before, and flushes the folder, so that the new name survives too.</summary>
    public static void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Flushes a file to the disk that was written before.</summary>
    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Makes a folder whose name survives a power cut, as do those above it that had to be made.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(parent);
        Directory.CreateDirectory(path);
        FlushFolder(parent);
    }

    /// <summary>
    /// Flushes what was made, renamed or deleted in a folder. The runtime opens no folders, so this asks the system itself.
    /// </summary>
    public static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;
        var handle = Open(folder, 0);
        if (handle < 0)
            throw new IOException($"the folder {folder} cannot be opened to flush it to the disk (error {Marshal.GetLastPInvokeError()})");
        var failed = Flush(handle) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        // EINVAL: the file system keeps no state for a folder that could be flushed.
        if (failed && error != 22)
            throw new IOException($"the folder {folder} cannot be flushed to the disk (error {error})");
    }

    /// <summary>
    /// Flushes everything that was written to the file system of a folder, in one call for any number of files. Only Linux has such a call that waits;
    /// elsewhere this does nothing.
    /// </summary>
    public static void FlushFileSystem(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var handle = Open(folder, 0);
        if (handle < 0)
            throw new IOException($"the folder {folder} cannot be opened to flush its file system to the disk (error {Marshal.GetLastPInvokeError()})");
        var failed = FlushAll(handle) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (failed)
            throw new IOException($"the file system of {folder} cannot be flushed to the disk (error {error})", error);
    }

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int FlushAll(int handle);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
