using System.IO.Compression;

namespace Reshelve.Feeds;

/// <summary>
/// The text of a gzip file (RFC 1952) of one or several members, with the certainty that none of it is missing.
/// </summary>
/// <remarks>
/// The framework's <see cref="GZipStream"/> checks a member's trailer when there is one, but takes any end of the data, and
/// anything that is no member after one, for the end. So a member of our own is put behind the file: only if its text comes out,
/// and as the last thing, was everything before it whole members. Its text is compressed (so that a stored block that was cut off
/// cannot pass its bytes through), and its header begins like no compressed block can.
/// </remarks>
internal sealed class GzipSource : ByteSource
{
    private const int EndBytes = 32;

    private static readonly byte[] EndText = "the end of the feed, as we put it"u8[..EndBytes].ToArray();
    private static readonly byte[] EndMember = CompressEnd();

    private readonly FeedFile _file;
    private readonly ExpansionLimit _limit;
    private readonly GZipStream _inflater;
    private readonly byte[] _held = new byte[EndBytes];
    private int _heldLength;
    private long _expanded;

    public GzipSource(FeedFile file, ExpansionLimit limit)
    {
        _file = file;
        _limit = limit;
        _inflater = new GZipStream(new FeedFileStream(new FileSource(file), EndMember), CompressionMode.Decompress);
    }

    /// <summary>Holds back the last bytes until it is clear whether they are the feed's or ours.</summary>
    public override int Read(Span<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, 2 * EndBytes);
        while (true)
        {
            var read = Inflate(destination[_heldLength..]);
            if (read == 0)
                return EnsureEnd();
            _held.AsSpan(0, _heldLength).CopyTo(destination);
            var all = _heldLength + read;
            _heldLength = Math.Min(all, EndBytes);
            destination[(all - _heldLength)..all].CopyTo(_held);
            if (all == _heldLength)
                continue;
            _limit.Add(_file, _expanded, all - _heldLength);
            _expanded += all - _heldLength;
            return all - _heldLength;
        }
    }

    public override void Dispose() => _inflater.Dispose();

    private int Inflate(Span<byte> destination)
    {
        try
        {
            return _inflater.Read(destination);
        }
        catch (InvalidDataException exception)
        {
            throw new FeedIncompleteException(
                $"The gzip data of {_file.Path} is cut off or damaged, after {_expanded:N0} bytes of text (in the first "
                + $"{_file.BytesRead:N0} of its {_file.Length:N0} bytes). Get the feed again.",
                exception);
        }
    }

    private int EnsureEnd()
    {
        if (_held.AsSpan(0, _heldLength).SequenceEqual(EndText))
            return 0;
        throw new FeedIncompleteException(
            $"The gzip data of {_file.Path} is cut off, or followed by something that is not gzip: after {_expanded:N0} bytes of text "
            + $"its {_file.Length:N0} bytes do not end with a gzip trailer. Get the feed again.");
    }

    /// <summary>
    /// With a time stamp of ones: where a header that was cut off inside its file name swallows the beginning of ours, what
    /// follows is read as a compressed block of the one type that does not exist.
    /// </summary>
    private static byte[] CompressEnd()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(EndText);
        var member = compressed.ToArray();
        member.AsSpan(4, 4).Fill(0xff);
        return member;
    }
}
