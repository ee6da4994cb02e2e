using System.Globalization;
using Reshelve.Feeds;

namespace Reshelve.Files;

/// <summary>Tells a full disk, or a spent quota, from everything else that can go wrong with a file.</summary>
internal static class DiskFull
{
    // ENOSPC and EDQUOT of Linux (EDQUOT of macOS is 69); ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static readonly int[] Codes = [28, 69, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Whether the error says that there is no space left.</summary>
    public static bool Is(Exception error) => error is IOException io && Codes.Contains(io.HResult);

    /// <summary>The error with what to do about it.</summary>
    /// <param name="error">An error that <see cref="Is"/> such a one.</param>
    /// <param name="folder">The folder whose disk is full.</param>
    public static ReshelveException Explain(Exception error, string folder) => new(
        $"the disk (or the quota) that holds {folder} is full{Free(folder)}. Free some space there; the next run carries on ({error.Message})", error);

    /// <summary><c> (12,288 bytes are free)</c>, where that can be found out; a quota may leave less.</summary>
    public static string Free(string folder)
    {
        try
        {
            var bytes = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
            return string.Create(CultureInfo.InvariantCulture, $" ({bytes:N0} bytes are free)");
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
