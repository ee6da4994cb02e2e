using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Reshelve.Feeds;

/// <summary>
/// UTF-8 of a text in another encoding. What is no text stays none: a lone surrogate of UTF-16 becomes three bytes that are not
/// valid UTF-8, so that its record is rejected rather than altered.
/// </summary>
internal sealed class TranscodingSource(ByteSource inner, TextEncoding encoding, string path) : ByteSource
{
    private const int BlockBytes = 64 << 10;

    /// <summary>
    /// What windows-1252 has in place of the control characters U+0080 to U+009F; its five holes stay control characters.
    /// </summary>
    private const string Windows1252 =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    private readonly byte[] _bytes = new byte[BlockBytes];
    private readonly char[] _chars = new char[BlockBytes];
    private readonly byte[] _utf8 = new byte[3 * BlockBytes];
    private int _bytesLength;
    private int _charsLength;
    private int _at;
    private int _end;
    private bool _ended;

    public override int Read(Span<byte> destination, CancellationToken cancellationToken)
    {
        while (_at == _end && !_ended)
            Refill(cancellationToken);
        var length = Math.Min(destination.Length, _end - _at);
        _utf8.AsSpan(_at, length).CopyTo(destination);
        _at += length;
        return length;
    }

    public override void Dispose() => inner.Dispose();

    private void Refill(CancellationToken cancellationToken)
    {
        var read = inner.Read(_bytes.AsSpan(_bytesLength, (BlockBytes / 2) - _bytesLength), cancellationToken);
        _ended = read == 0;
        if (_ended && _bytesLength > 0)
            throw new FeedIncompleteException($"{path} ends in the middle of a UTF-16 character. Get the feed again.");
        _bytesLength += read;
        Widen();
        Encode();
    }

    /// <summary>Bytes to UTF-16 characters; half a character stays for the next time.</summary>
    private void Widen()
    {
        if (encoding is TextEncoding.Utf16LittleEndian or TextEncoding.Utf16BigEndian)
        {
            var whole = _bytesLength & ~1;
            var target = _chars.AsSpan(_charsLength, whole / 2);
            var units = MemoryMarshal.Cast<byte, ushort>(_bytes.AsSpan(0, whole));
            if (encoding == TextEncoding.Utf16BigEndian)
                BinaryPrimitives.ReverseEndianness(units, units);
            MemoryMarshal.Cast<ushort, char>(units).CopyTo(target);
            _charsLength += target.Length;
            _bytes[0] = _bytes[Math.Max(0, _bytesLength - 1)];
            _bytesLength -= whole;
            return;
        }

        var latin = _chars.AsSpan(_charsLength, _bytesLength);
        Encoding.Latin1.GetChars(_bytes.AsSpan(0, _bytesLength), latin);
        if (encoding == TextEncoding.Windows1252)
            ReplaceControls(latin);
        _charsLength += _bytesLength;
        _bytesLength = 0;
    }

    private static void ReplaceControls(Span<char> text)
    {
        int at;
        while ((at = text.IndexOfAnyInRange('\u0080', '\u009F')) >= 0)
        {
            text[at] = Windows1252[text[at] - 0x80];
            text = text[(at + 1)..];
        }
    }

    private void Encode()
    {
        _at = _end = 0;
        var from = 0;
        while (from < _charsLength)
        {
            var status = Utf8.FromUtf16(
                _chars.AsSpan(from.._charsLength),
                _utf8.AsSpan(_end),
                out var read,
                out var written,
                replaceInvalidSequences: false,
                isFinalBlock: _ended);
            from += read;
            _end += written;
            if (status == OperationStatus.NeedMoreData)
                break;
            if (status == OperationStatus.InvalidData)
                WriteLoneSurrogate(_chars[from++]);
        }

        // The first half of a surrogate pair waits for its other half.
        _chars.AsSpan(from.._charsLength).CopyTo(_chars);
        _charsLength -= from;
    }

    private void WriteLoneSurrogate(char surrogate)
    {
        _utf8[_end++] = (byte)(0xE0 | (surrogate >> 12));
        _utf8[_end++] = (byte)(0x80 | ((surrogate >> 6) & 0x3F));
        _utf8[_end++] = (byte)(0x80 | (surrogate & 0x3F));
    }
}
