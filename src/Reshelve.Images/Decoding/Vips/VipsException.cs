using System.Runtime.InteropServices;

namespace Reshelve.Images.Decoding.Vips;

/// <summary>An operation of libvips failed; the message is what it says itself.</summary>
internal sealed class VipsException(string message) : Exception(message)
{
    private const int LongestMessage = 300;

    /// <summary>Whether memory could not be had.</summary>
    public bool IsOutOfMemory =>
        Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || Message.Contains("insufficient memory", StringComparison.OrdinalIgnoreCase);

    /// <summary>What went wrong last.</summary>
    public static VipsException Last() => new(TakeMessage());

    /// <summary>Takes the messages that have gathered, as one line of printable characters.</summary>
    public static string TakeMessage()
    {
        var text = Marshal.PtrToStringUTF8(VipsNative.vips_error_buffer()) ?? "";
        VipsNative.vips_error_clear();
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Concat(VipsLog.Take())
            .Distinct(StringComparer.Ordinal);
        var line = string.Concat(string.Join("; ", lines).Select(character => char.IsControl(character) ? ' ' : character));
        return line.Length == 0 ? "no reason was given" : line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
