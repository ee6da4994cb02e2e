using System.Security.Cryptography;
using System.Text;
using Reshelve.Catalogs;

namespace Reshelve.Feeds;

/// <summary>
/// Feeds that lie in the file system. They are read where they lie, and copied to the archive only if the definition asks.
/// </summary>
internal sealed class FileFeedSource(
    FilePattern pattern, FilePick pick, int archive, FeedSpool spool, TimeProvider time) : IFeedSource
{
    /// <summary>
    /// A file changed more recently than this may be changed again without its time changing: clocks of file systems are coarse,
    /// some count in steps of 2 s. The same caution as git takes with "racily clean" entries.
    /// </summary>
    private static readonly TimeSpan Racy = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<ReceivedFeed> ReceiveAsync(
        string? lastIdentity, IProgress<(long Received, long? Total)>? progress, CancellationToken cancellationToken)
    {
        var files = Choose(cancellationToken);
        var identity = Identify(files, out var bytes);
        var unchanged = identity is not null && identity == lastIdentity;
        var feed = new ReceivedFeed(files, identity, unchanged, Describe(files));
        if (archive > 0 && !unchanged && !IsArchived(identity))
            await ArchiveAsync(feed, bytes, progress, cancellationToken);
        progress?.Report((bytes, bytes));
        return feed;
    }

    private IReadOnlyList<string> Choose(CancellationToken cancellationToken)
    {
        try
        {
            var files = pattern.Find(cancellationToken);
            if (files.Count == 0)
                throw MissingFeed.Explain(pattern);
            return pick == FilePick.Newest ? [files[^1]] : files;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new FeedUnavailableException(
                $"The files of source.path '{pattern.Text}' cannot be listed in {pattern.Folder}: {e.Message} "
                + $"Let the user {Environment.UserName} read that folder and those below it.",
                e);
        }
    }

    /// <summary>
    /// One text for the names, sizes and times of the files; null when a time is too recent to be trusted. Sizes and times are
    /// read from the opened file: what a link points at counts, not the link, and a file that cannot be read is found now rather
    /// than later.
    /// </summary>
    private string? Identify(IReadOnlyList<string> files, out long bytes)
    {
        bytes = 0;
        var racy = false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            try
            {
                if (FileKind.IsSpecial(file))
                    throw new NotSupportedException();
                using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                // The clock is read before the time of the file, so that a change in between counts as recent.
                var now = time.GetUtcNow();
                var modified = File.GetLastWriteTimeUtc(handle);
                var length = RandomAccess.GetLength(handle);
                var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName;
                bytes += length;
                racy |= now.UtcDateTime - modified < Racy;
                hash.AppendData(Encoding.UTF8.GetBytes($"{file}\0{target}\0{length}\0{modified.Ticks}\0\n"));
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException or NotSupportedException)
            {
                throw Unreadable(file, e);
            }
        }

        return racy ? null : $"files {files.Count} {bytes} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static FeedUnavailableException Unreadable(string file, Exception cause) => cause switch
    {
        UnauthorizedAccessException => new(
            $"The feed {file} may not be read by the user {Environment.UserName}: "
            + "give it read permission, or run as a user who has it.",
            cause),
        FileNotFoundException or DirectoryNotFoundException => new(
            $"The feed {file} was there a moment ago and is gone: it was moved or deleted meanwhile. "
            + "Run again when its delivery is complete.",
            cause),
        NotSupportedException => new(
            $"The feed {file} is a pipe or a device, and a feed is read more than once and in any order: "
            + "write it to a file and name that.",
            cause),
        _ => new(
            $"The feed {file} cannot be opened: {cause.Message} "
            + "Close the program that holds it, or check the disk or mount that it lies on.",
            cause),
    };

    private string Describe(IReadOnlyList<string> files) =>
        files.Count == 1 ? files[0] : $"{files.Count} files matching {pattern.Text} in {pattern.Folder}";

    /// <summary>
    /// A run that failed after archiving comes again with the same feed: that must not push older feeds out of the archive.
    /// </summary>
    private bool IsArchived(string? identity) => identity is not null && spool.Newest()?.Identity == identity;

    private async Task ArchiveAsync(
        ReceivedFeed feed, long bytes, IProgress<(long Received, long? Total)>? progress, CancellationToken cancellationToken)
    {
        var copied = 0L;
        void Report(long bytesCopied) => progress?.Report((bytesCopied, Math.Max(bytesCopied, bytes)));
        var staging = spool.Stage();
        try
        {
            foreach (var file in feed.Files)
                copied = await CopyAsync(file, Path.Combine(staging, pattern.Relative(file)), copied, Report, cancellationToken);
        }
        catch
        {
            spool.Abandon(staging);
            throw;
        }

        spool.Commit(staging, feed.Identity, feed.Description, archive);
    }

    private async Task<long> CopyAsync(
        string from, string to, long copied, Action<long> report, CancellationToken cancellationToken)
    {
        FileStream source;
        try
        {
            source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(from, e);
        }

        await using (source)
        {
            using var target = spool.Create(to);
            var buffer = new byte[1 << 20];
            while (true)
            {
                var read = await ReadAsync(source, buffer, cancellationToken);
                if (read == 0)
                    break;
                spool.Guard(() => target.Write(buffer, 0, read));
                report(copied += read);
            }

            spool.Guard(() => target.Flush(flushToDisk: true));
        }

        return copied;
    }

    private static async ValueTask<int> ReadAsync(FileStream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw Unreadable(source.Name, e);
        }
    }
}
