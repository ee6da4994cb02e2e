using System.Runtime.CompilerServices;

namespace Reshelve.Feeds;

/// <summary>Whitespace around records: space, tab, line feed and carriage return, the same in JSON and XML.</summary>
internal static class BlankTrimming
{
    /// <summary>The slice without the whitespace at its ends; of length 0 if there is nothing else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RecordSlice Trim(byte[] buffer, int start, int end)
    {
        while (start < end && IsBlank(buffer[start]))
            start++;
        while (end > start && IsBlank(buffer[end - 1]))
            end--;
        return new RecordSlice(start, end - start);
    }

    public static bool IsBlank(byte value) => value <= (byte)' ' && value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';

    /// <summary>The first byte that is not whitespace, or the end.</summary>
    public static int Skip(byte[] buffer, int start, int end)
    {
        var at = buffer.AsSpan(start, end - start).IndexOfAnyExcept(" \t\n\r"u8);
        return at < 0 ? end : start + at;
    }
}
