using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reshelve.Images.Fetching;

/// <summary>
/// What the platform's own files cannot do: open without waiting (a pipe would wait for a writer, for ever), and say what was opened and
/// where it really lies. By asking the open file, not the name, nothing can change in between.
/// </summary>
internal static partial class NativeFile
{
    private const int ReadOnly = 0;
    private const int NoTerminal = 0x100;
    private const int NoWait = 0x800;
    private const int CloseOnExecute = 0x80000;
    private const int PathOnly = 0x200000;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0x7ff;
    private const int KindMask = 0xf000;
    private const int RegularFile = 0x8000;

    /// <summary>The file or folder does not exist.</summary>
    public const int NoEntry = 2;

    /// <summary>A part of the path is no folder.</summary>
    public const int NoFolder = 20;

    /// <summary>A name is longer than a file's can be.</summary>
    public const int NameTooLong = 36;

    /// <summary>Links lead in a circle.</summary>
    public const int TooManyLinks = 40;

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="Win32Exception">It cannot be opened.</exception>
    public static SafeFileHandle Open(string path) => Open(path, ReadOnly | NoTerminal | NoWait | CloseOnExecute);

    /// <summary>Where a folder really lies, all links resolved.</summary>
    public static string RealFolder(string path)
    {
        using var handle = Open(path, PathOnly | CloseOnExecute);
        return RealPath(handle);
    }

    /// <summary>Where an open file really lies.</summary>
    public static string RealPath(SafeFileHandle handle) =>
        new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget ?? throw new Win32Exception(NoEntry);

    /// <summary>Whether an open file is a regular one, its size, and when it was last written.</summary>
    public static (bool IsRegular, long Size, DateTimeOffset Written) Status(SafeFileHandle handle)
    {
        if (StatX(handle, "", EmptyPath, BasicStatus, out var status) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var written = DateTimeOffset.FromUnixTimeSeconds(status.WrittenSeconds).AddTicks(status.WrittenNanoseconds / TimeSpan.NanosecondsPerTick);
        return ((status.Mode & KindMask) == RegularFile, (long)status.Size, written);
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var handle = OpenFile(path, flags);
        if (!handle.IsInvalid)
            return handle;
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle folder, string path, int flags, uint mask, out FileStatus status);

    /// <summary>The kernel's <c>struct statx</c>, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long WrittenSeconds;

        [FieldOffset(120)]
        public uint WrittenNanoseconds;
    }
}
