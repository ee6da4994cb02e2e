using System.Buffers;
using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>The encoding of a feed, found by content.</summary>
/// <param name="Text">What decodes it.</param>
/// <param name="Declared">What the definition must say; most encodings need no word.</param>
/// <param name="Name">For people.</param>
internal sealed record SampleEncoding(Encoding Text, FeedEncoding Declared, string Name)
{
    private static readonly UTF8Encoding Utf8 = new(false);

    /// <summary>
    /// By byte-order mark, else by the zero bytes that Latin letters have in UTF-16, else UTF-8 unless most of what is not ASCII
    /// is no UTF-8: then Latin-1, in which every byte means something.
    /// </summary>
    /// <param name="file">For messages.</param>
    /// <param name="head">The first bytes.</param>
    /// <param name="rest">What follows them; read to its end, because the first accent may come late.</param>
    public static SampleEncoding Find(string file, ReadOnlySpan<byte> head, Stream rest)
    {
        switch (head)
        {
            case [0xEF, 0xBB, 0xBF, ..]:
                return new(Utf8, FeedEncoding.Auto, "UTF-8 with a byte-order mark");
            case [0xFF, 0xFE, ..]:
                return new(Encoding.Unicode, FeedEncoding.Auto, "UTF-16 with a byte-order mark");
            case [0xFE, 0xFF, ..]:
                return new(Encoding.BigEndianUnicode, FeedEncoding.Auto, "UTF-16 (big-endian) with a byte-order mark");
        }

        var start = head[..Math.Min(head.Length, 1_000)];
        if (MostlyZero(start, 1))
            return new(Encoding.Unicode, FeedEncoding.Utf16, "UTF-16 without a byte-order mark");
        if (MostlyZero(start, 0))
            throw new FeedRefusedException(
                $"'{file}' is UTF-16 (big-endian) without a byte-order mark, which is not read. Deliver it as UTF-8.");
        var (valid, invalid) = Count(head, rest);
        return invalid > valid
            ? new(Encoding.Latin1, FeedEncoding.Latin1, "Latin-1")
            : new(Utf8, FeedEncoding.Auto, valid + invalid == 0 ? "ASCII" : "UTF-8");
    }

    private static bool MostlyZero(ReadOnlySpan<byte> bytes, int parity)
    {
        var zeros = 0;
        for (var i = parity; i < bytes.Length; i += 2)
            zeros += bytes[i] == 0 ? 1 : 0;
        return zeros > 0 && zeros * 4 > bytes.Length;
    }

    private static (long Valid, long Invalid) Count(ReadOnlySpan<byte> head, Stream rest)
    {
        var (valid, invalid) = (0L, 0L);
        var buffer = new byte[Math.Max(1 << 20, head.Length)];
        head.CopyTo(buffer);
        for (var length = head.Length; length > 0;)
        {
            var used = CountPart(buffer.AsSpan(0, length), ref valid, ref invalid);
            buffer.AsSpan(used, length - used).CopyTo(buffer);
            var kept = length - used;
            var read = rest.Read(buffer.AsSpan(kept));
            // What is cut off at the very end is a cut feed, which is another matter.
            length = read == 0 ? 0 : kept + read;
        }

        return (valid, invalid);
    }

    private static int CountPart(ReadOnlySpan<byte> bytes, ref long valid, ref long invalid)
    {
        var at = 0;
        while (true)
        {
            var next = bytes[at..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (next < 0)
                return bytes.Length;
            at += next;
            var status = Rune.DecodeFromUtf8(bytes[at..], out _, out var length);
            if (status == OperationStatus.NeedMoreData)
                return at;
            if (status == OperationStatus.Done)
                valid++;
            else
                invalid++;
            at += length;
        }
    }
}
