using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Reshelve.Feeds;

/// <summary>
/// Whether a path leads to a file with content of its own. To open a pipe waits until somebody writes to it, perhaps for ever, and a device
/// may never end; so it is asked before anything is opened.
/// </summary>
internal static partial class FileKind
{
    // statx(2): its structure is the same on every processor, as that of stat(2) is not.
    private const int CurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int StatusBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;

    /// <summary>
    /// Whether it is a pipe, a socket or a device, links followed. False also where that cannot be found out: opening it then tells.
    /// </summary>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        Span<byte> status = stackalloc byte[StatusBytes];
        try
        {
            if (Stat(CurrentFolder, path, 0, TypeOnly, status) != 0)
                return false;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & TypeMask;
        return type is not (Regular or Folder);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, Span<byte> status);
}
