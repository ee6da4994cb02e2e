using Reshelve.Catalogs;

namespace Reshelve.Feeds;

/// <summary>The notation a feed is written in.</summary>
public enum FeedFormatKind
{
    /// <summary>One JSON object per line.</summary>
    Jsonl,

    /// <summary>A JSON array of objects, at the top or under a path.</summary>
    Json,

    /// <summary>RFC 4180 with a header row, and its relatives with another delimiter.</summary>
    Csv,

    /// <summary>One XML element per record.</summary>
    Xml,
}

/// <summary>The encoding of a feed's text.</summary>
public enum FeedEncoding
{
    /// <summary>By byte-order mark; UTF-8 without one (XML: as its declaration says).</summary>
    Auto,

    /// <summary>UTF-8.</summary>
    Utf8,

    /// <summary>UTF-16, little-endian unless a byte-order mark says otherwise.</summary>
    Utf16,

    /// <summary>ISO 8859-1.</summary>
    Latin1,
}

/// <summary>How records lie in a feed. Compression is not part of it: it is recognised by content.</summary>
public sealed record FeedFormat
{
    /// <summary>The notation.</summary>
    public required FeedFormatKind Kind { get; init; }

    /// <summary>
    /// JSON: the way to the array of records, null when the array is the whole feed. XML: the way from the root element to the
    /// record element, both included (<c>rss.channel.item</c>), null for every child of the root.
    /// </summary>
    public FieldPath? Records { get; init; }

    /// <summary>
    /// JSON, XML: where the feed states its number of records, outside of them; another number makes it incomplete.
    /// </summary>
    public FieldPath? Count { get; init; }

    /// <summary>CSV: what stands between fields: comma, semicolon, tab or bar.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The encoding of the text.</summary>
    public FeedEncoding Encoding { get; init; } = FeedEncoding.Auto;
}

/// <summary>Bounds on what a feed may make the program do.</summary>
public sealed record FeedLimits
{
    /// <summary>Bytes of one record; a larger one is rejected. 16 MiB: far above any honest product.</summary>
    public int RecordBytes { get; init; } = 16 << 20;

    /// <summary>Bytes of the expanded feed; a larger one is refused. 1 TiB: a hundred million records of 10 KB.</summary>
    public long FeedBytes { get; init; } = 1L << 40;

    /// <summary>
    /// How many times its compressed size a feed may expand to (from 64 MiB on); more is taken for a bomb and refused.
    /// </summary>
    public int ExpansionRatio { get; init; } = 200;

    /// <summary>
    /// Values of one record: members of objects and elements of lists, attributes, elements and columns; one with more is rejected. 100,000:
    /// a product with a thousand variants of a hundred members each.
    /// </summary>
    public int Values { get; init; } = 100_000;

    /// <summary>How deep objects and arrays of a record may nest.</summary>
    public const int Depth = 64;

    /// <summary>Bytes of an id: what Elasticsearch accepts.</summary>
    public const int IdBytes = 512;
}
