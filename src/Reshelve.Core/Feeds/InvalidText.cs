using System.Text;
using System.Text.Unicode;

namespace Reshelve.Feeds;

/// <summary>Says where a record is not valid UTF-8.</summary>
internal static class InvalidText
{
    /// <summary>A sentence, or null if the text is valid.</summary>
    public static string? Describe(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            return null;
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return $"the bytes at {at:N0} in the record are not valid UTF-8 (0x{text[at]:X2}); say in the definition's format "
            + "what the encoding is, or have the feed corrected";
    }
}
