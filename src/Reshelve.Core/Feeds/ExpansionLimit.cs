namespace Reshelve.Feeds;

/// <summary>Watches how much text the compressed files of one feed expand to.</summary>
internal sealed class ExpansionLimit(FeedLimits limits)
{
    /// <summary>Below this much text no expansion harms.</summary>
    private const long AlwaysAllowed = 64L << 20;

    private long _feedBytes;

    /// <summary>Counts bytes of text of one file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="expanded">All text of it so far, without these bytes.</param>
    /// <param name="bytes">How many more there are.</param>
    public void Add(FeedFile file, long expanded, int bytes)
    {
        expanded += bytes;
        if (expanded > AlwaysAllowed && expanded / limits.ExpansionRatio > file.Length)
        {
            throw new FeedRefusedException(
                $"{file.Path} expands to more than {limits.ExpansionRatio} times its {file.Length:N0} bytes; that is taken for a "
                + "decompression bomb. If the feed is honest, raise the catalog's limit for the expansion ratio.");
        }

        AddStored(file.Path, bytes);
    }

    /// <summary>Counts bytes that are stored as they are.</summary>
    public void AddStored(string path, long bytes)
    {
        if (Interlocked.Add(ref _feedBytes, bytes) > limits.FeedBytes)
        {
            throw new FeedRefusedException(
                $"The feed is longer than the limit of {limits.FeedBytes:N0} bytes (reached in {path}). "
                + "If it is honest, raise the catalog's limit for the feed's size.");
        }
    }
}
