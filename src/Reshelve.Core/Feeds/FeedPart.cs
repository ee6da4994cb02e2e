namespace Reshelve.Feeds;

/// <summary>The reading of one file of a feed.</summary>
internal abstract class FeedPart(FeedFile file) : IDisposable
{
    protected FeedFile File { get; } = file;

    /// <summary>Bytes used so far, as stored.</summary>
    public long BytesRead => File.BytesRead;

    /// <summary>Chunks handed out so far; final once <see cref="TryRead"/> has returned false.</summary>
    public abstract int Chunks { get; }

    /// <summary>Whether several threads may read at once; otherwise the caller lets in one at a time.</summary>
    public abstract bool IsParallel { get; }

    /// <summary>Whether everything that was handed out for reading was read without an error.</summary>
    public abstract bool IsSettled { get; }

    /// <summary>
    /// Fills the chunk but for its sequence number, which is set to its number in this file. False: no more is to be had.
    /// </summary>
    public abstract bool TryRead(FeedChunk chunk, CancellationToken cancellationToken);

    public virtual void Dispose() => File.Dispose();

    /// <summary>Opens a file, looks at its beginning and chooses how to read it.</summary>
    public static FeedPart Open(string path, FeedPartOptions options)
    {
        var file = new FeedFile(path);
        ByteSource? source = null;
        try
        {
            file.Prefetch();
            source = OpenText(file, options, out var encoding, out var markBytes);
            if (source is null && options.EndsInLines)
                options.Ends.Look(file);
            if (source is null && options.Format.Kind == FeedFormatKind.Jsonl)
                return new LineRangePart(file, markBytes, options);
            if (source is null)
                return new RecordRangePart(file, markBytes, options);
            return new SequentialPart(file, source, encoding == TextEncoding.Utf8 ? markBytes : 0, options);
        }
        catch
        {
            source?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The text as UTF-8, without its byte-order mark; null if the file is that text, so that its ranges can be read in parallel.
    /// </summary>
    private static ByteSource? OpenText(FeedFile file, FeedPartOptions options, out TextEncoding encoding, out int markBytes)
    {
        Span<byte> magic = stackalloc byte[2];
        magic = magic[..file.Read(0, magic)];
        // 0x1F begins no text, so a file of this one byte is a gzip file that was cut off.
        var compressed = magic is [0x1F, 0x8B] or [0x1F];
        ByteSource stored = compressed ? new GzipSource(file, options.Expansion) : new FileSource(file);
        var head = ReadHead(stored, options.Format, file.Path, out encoding, out markBytes);
        if (!compressed && encoding == TextEncoding.Utf8)
        {
            file.CountRead(-head.Length);
            return null;
        }

        ByteSource text = new HeadedSource(head.AsMemory(markBytes), stored);
        if (encoding != TextEncoding.Utf8)
            text = new TranscodingSource(text, encoding, file.Path);
        return compressed || encoding != TextEncoding.Utf8 ? new ReadAheadSource(text, Path.GetFileName(file.Path)) : text;
    }

    private static byte[] ReadHead(
        ByteSource source, FeedFormat format, string path, out TextEncoding encoding, out int markBytes)
    {
        var head = new byte[4 * EncodingDetection.HeadBytes];
        var length = 0;
        try
        {
            while (length < EncodingDetection.HeadBytes)
            {
                var read = source.Read(head.AsSpan(length), CancellationToken.None);
                if (read == 0)
                    break;
                length += read;
            }

            (encoding, markBytes) = EncodingDetection.Detect(head.AsSpan(0, length), format, path);
            return head[..length];
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}

/// <summary>What is the same for all files of a feed.</summary>
internal sealed record FeedPartOptions(
    FeedFormat Format, FeedLimits Limits, int ChunkBytes, ExpansionLimit Expansion, XmlNamespaces Namespaces)
{
    /// <summary>How its files end.</summary>
    public FeedEnds Ends { get; } = new();

    /// <summary>Whether it is the last line that ends a file, and nothing else does.</summary>
    public bool EndsInLines => Format.Kind is FeedFormatKind.Jsonl or FeedFormatKind.Csv;

    /// <summary>
    /// Of a record over the size limit this much is kept: enough to recognise it.
    /// </summary>
    public const int KeptBytes = 64 << 10;

    /// <summary>
    /// No chunk is planned larger than the record limit, so that a record over the limit ends its chunk anyway and small limits
    /// cost no copying.
    /// </summary>
    public int ChunkBytes { get; } = Math.Min(ChunkBytes, Limits.RecordBytes);
}
