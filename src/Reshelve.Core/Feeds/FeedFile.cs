using Microsoft.Win32.SafeHandles;

namespace Reshelve.Feeds;

/// <summary>
/// One file of a feed, open for reading at any place by several threads. It must not change meanwhile: a feed that is still being
/// written, or is replaced under our hands, is not a complete one.
/// </summary>
internal sealed class FeedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly DateTime _written;
    private readonly ManualResetEventSlim _closed = new();
    private long _bytesRead;

    public FeedFile(string path)
    {
        Path = path;
        try
        {
            // Sharing everything takes no lock, so that the supplier's side is never hindered; changes are noticed instead.
            _handle = File.OpenHandle(path, options: FileOptions.SequentialScan, share: FileShare.ReadWrite | FileShare.Delete);
            Length = RandomAccess.GetLength(_handle);
            _written = File.GetLastWriteTimeUtc(_handle);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _handle?.Dispose();
            throw Unreadable(path, exception);
        }
    }

    public string Path { get; }

    /// <summary>Bytes as stored, when it was opened.</summary>
    public long Length { get; }

    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Counts bytes that were used; apart from reading, because neighbouring ranges read some bytes twice.</summary>
    public void CountRead(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    /// <summary>Fills the span from this place; fewer bytes only where the file ended when it was opened.</summary>
    public int Read(long offset, Span<byte> destination)
    {
        var wanted = (int)Math.Min(destination.Length, Length - offset);
        var filled = 0;
        while (filled < wanted)
        {
            var read = ReadOnce(offset + filled, destination[filled..wanted]);
            if (read == 0)
                throw Changed($"it ends at byte {offset + filled:N0}, and had {Length:N0} bytes when reading began");
            filled += read;
        }

        return filled;
    }

    /// <summary>To be called once everything was read.</summary>
    public void EnsureUnchanged()
    {
        var length = RandomAccess.GetLength(_handle);
        if (length != Length)
            throw Changed($"it has {length:N0} bytes now, and had {Length:N0} when reading began");
        if (File.GetLastWriteTimeUtc(_handle) != _written)
            throw Changed("it was written to");
    }

    /// <summary>From now on the kernel reads ahead of <see cref="BytesRead"/>, further than it would by itself.</summary>
    public void Prefetch() => FeedPrefetch.Follow(_handle, Length, () => BytesRead, _closed);

    public void Dispose()
    {
        _closed.Set();
        _handle.Dispose();
    }

    /// <summary>The length of a file that need not be open yet.</summary>
    public static long LengthOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    private int ReadOnce(long offset, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(_handle, destination, offset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(Path, exception);
        }
    }

    private FeedIncompleteException Changed(string how) => new(
        $"{Path} changed while it was being read: {how}. Deliver feeds under a temporary name and rename them when they are complete, "
        + "then run again.");

    private static FeedUnavailableException Unreadable(string path, Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException =>
            new($"There is no file {path}. Check the path of the catalog's source.", exception),
        UnauthorizedAccessException =>
            new($"{path} may not be read: {exception.Message} Check its permissions, and that it is a file.", exception),
        _ => new($"{path} cannot be read: {exception.Message}", exception),
    };
}
