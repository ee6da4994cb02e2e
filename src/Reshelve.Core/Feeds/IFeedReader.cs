namespace Reshelve.Feeds;

/// <summary>
/// Cuts a feed into record slices. Several threads call <see cref="TryReadChunk"/> at the same time, each with its own chunk;
/// together
/// they get every record exactly once, and the chunks' sequence numbers give the order.
/// Ends either by returning false to every caller (the feed was complete) or by throwing.
/// </summary>
public interface IFeedReader : IDisposable
{
    /// <summary>Fills the caller's chunk with the next whole records. False: the feed is at its end, and was complete.</summary>
    /// <exception cref="FeedIncompleteException">
    /// The feed ends too early or contradicts itself: nothing may be concluded from it.
    /// </exception>
    /// <exception cref="FeedRefusedException">
    /// The feed must not be read (a DTD, an expansion beyond the limit, a wrong format).
    /// </exception>
    bool TryReadChunk(FeedChunk chunk, CancellationToken cancellationToken);

    /// <summary>Makes what turns one record's bytes into JSON; one per thread.</summary>
    IRecordConverter CreateConverter();

    /// <summary>Bytes of the feed read so far, as stored (compressed, if it is).</summary>
    long BytesRead { get; }

    /// <summary>Bytes of the whole feed as stored.</summary>
    long BytesTotal { get; }

    /// <summary>
    /// Whether one of its files ends without a line break, in a format of lines: mostly it was cut off then. Final at the feed's end.
    /// </summary>
    bool EndsOpen { get; }
}

/// <summary>Turns one record's bytes into a JSON object. Not thread-safe.</summary>
public interface IRecordConverter
{
    /// <summary>
    /// Gives the record as UTF-8 JSON. For JSON formats that is the record itself, unchecked. CSV: an object of strings, by
    /// column
    /// name. XML: child elements and attributes (<c>@name</c>) as members, repeated ones as arrays, text-only elements as
    /// strings.
    /// </summary>
    /// <param name="record">The record's bytes.</param>
    /// <param name="context">The context of the chunk it came in.</param>
    /// <param name="json">The JSON; valid until the next call.</param>
    /// <param name="problem">Why the record cannot be read, in a sentence for the operator.</param>
    bool TryConvert(ReadOnlySpan<byte> record, RecordContext context, out ReadOnlySpan<byte> json, out string? problem);
}
