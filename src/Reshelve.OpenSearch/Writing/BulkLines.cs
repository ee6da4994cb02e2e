using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Reshelve.Planning;

namespace Reshelve.OpenSearch.Writing;

/// <summary>Writes changes as the lines of a bulk request. Documents are not parsed.</summary>
internal sealed class BulkLines(long sequence)
{
    /// <summary>The most bytes of an id: one that is longer has the whole request refused.</summary>
    public const int MaxIdBytes = 512;

    // Quotes, and every byte as a \u escape at worst.
    private const int MaxQuotedId = (6 * MaxIdBytes) + 2;
    private const int Overhead = 128;

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(value => (byte)value), (byte)'"', (byte)'\\']);
    private readonly byte[] _versionAndEnd = Encoding.UTF8.GetBytes($",\"version\":{sequence.ToString(CultureInfo.InvariantCulture)},\"version_type\":\"external_gte\"}}}}\n");

    /// <summary>
    /// An action that changes nothing, and needs the alias. A removal does not need it: the server ignores <c>require_alias</c> there and, since the removal has a version to remember, even makes an index of
    /// that name where there is none. With this in the same request it makes none, and the answer tells that the alias is gone.
    /// </summary>
    public static ReadOnlySpan<byte> Guard => "{\"update\":{\"_id\":\"reshelve.guard\"}}\n{\"doc\":{}}\n"u8;

    /// <summary>Writes a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="output">Takes its lines; nothing when it is refused.</param>
    /// <returns>Why it cannot be sent; null when it was written.</returns>
    public string? Write(in Change change, BulkBuffer output)
    {
        Span<byte> quoted = stackalloc byte[MaxQuotedId];
        if (Quote(change.Id, ref quoted) is { } refusal)
            return refusal;
        var document = change.Document.Span;
        var isRemoval = change.Kind == ChangeKind.Remove;
        var mark = output.Length;
        output.Reserve((2 * quoted.Length) + document.Length + Overhead);
        output.Write(isRemoval ? "{\"delete\":{\"_id\":"u8 : "{\"index\":{\"_id\":"u8);
        output.Write(quoted);
        output.Write(_versionAndEnd);
        if (isRemoval)
            return null;
        if (!SplicedDocument.TryWrite(quoted, document, output))
        {
            output.Truncate(mark);
            return document.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? "the document is empty, which is no JSON" : "the document is no JSON object: it does not begin with '{'";
        }

        output.Write("\n"u8);
        return null;
    }

    /// <summary>Makes a JSON string of an id.</summary>
    private static string? Quote(string id, ref Span<byte> quoted)
    {
        Span<byte> plain = stackalloc byte[MaxIdBytes];
        switch (Utf8.FromUtf16(id, plain, out _, out var length, replaceInvalidSequences: false))
        {
            case OperationStatus.DestinationTooSmall:
                return $"the id is longer than {MaxIdBytes} bytes, which is the most that the index takes";
            case not OperationStatus.Done:
                return "the id is no valid text: it has half of a surrogate pair";
        }

        if (length == 0)
            return "the id is empty";
        quoted[0] = (byte)'"';
        var written = 1;
        var text = plain[..length];
        for (var at = text.IndexOfAny(MustEscape); at >= 0; at = text.IndexOfAny(MustEscape))
        {
            text[..at].CopyTo(quoted[written..]);
            written += at + WriteEscaped(text[at], quoted[(written + at)..]);
            text = text[(at + 1)..];
        }

        text.CopyTo(quoted[written..]);
        written += text.Length;
        quoted[written++] = (byte)'"';
        quoted = quoted[..written];
        return null;
    }

    private static int WriteEscaped(byte value, Span<byte> output)
    {
        "\\u00"u8.CopyTo(output);
        output[4] = (byte)('0' + (value >> 4));
        output[5] = "0123456789abcdef"u8[value & 15];
        return 6;
    }
}
