namespace Reshelve.Feeds;

/// <summary>Brings the body of one response to the disk, and leaves what came of it to be resumed when it breaks off.</summary>
internal sealed class FeedTransfer(PartialDownload partial, TimeSpan timeout, TimeProvider time)
{
    private const int BufferBytes = 128 << 10;

    /// <summary>A longer feed is refused.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>How much may have to be fetched again after a crash.</summary>
    public required int CheckpointBytes { get; init; }

    /// <summary>The address, for messages.</summary>
    public required string Shown { get; init; }

    /// <summary>Appends the body to the part. When it returns, the whole feed is on the disk.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="TransferException">It broke off or stalled.</exception>
    /// <exception cref="FeedRefusedException">It is longer than allowed.</exception>
    /// <exception cref="ReshelveException">The disk is full or not writable.</exception>
    public async Task<long> ReceiveAsync(
        HttpResponseMessage response,
        PartNote part,
        IProgress<(long Received, long? Total)>? progress,
        CancellationToken cancellationToken)
    {
        if (part.Total > MaxBytes)
        {
            partial.Discard();
            throw TooLong();
        }

        using var file = partial.Open(part);
        try
        {
            await CopyAsync(response, file, part, progress, cancellationToken);
            if (part.Total is { } total && file.Position != total)
                throw BrokenOff(file.Position, part, $"the answer ended after {file.Position:N0} of {total:N0} bytes.");
            partial.Checkpoint(file, part with { Received = file.Position });
            return file.Position;
        }
        catch (FeedRefusedException)
        {
            file.Dispose();
            partial.Discard();
            throw;
        }
        catch
        {
            Keep(file, part);
            throw;
        }
    }

    private async Task CopyAsync(
        HttpResponseMessage response,
        FileStream file,
        PartNote part,
        IProgress<(long Received, long? Total)>? progress,
        CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var flushed = part.Received;
        using var patience = new Patience(timeout, time, cancellationToken);
        progress?.Report((file.Position, part.Total));
        while (true)
        {
            var read = await ReadAsync(response, buffer, patience, file.Position, part, cancellationToken);
            if (read == 0)
                return;
            if (file.Position + read > MaxBytes)
                throw TooLong();
            partial.Append(file, buffer.AsSpan(0, read));
            progress?.Report((file.Position, part.Total));
            if (file.Position - flushed < CheckpointBytes)
                continue;
            flushed = file.Position;
            partial.Checkpoint(file, part with { Received = flushed });
        }
    }

    private async ValueTask<int> ReadAsync(
        HttpResponseMessage response,
        byte[] buffer,
        Patience patience,
        long received,
        PartNote part,
        CancellationToken cancellationToken)
    {
        try
        {
            patience.Begin();
            var body = await response.Content.ReadAsStreamAsync(patience.Token);
            var read = await body.ReadAsync(buffer, patience.Token);
            patience.Pause();
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw BrokenOff(received, part, $"no byte came for {timeout.TotalSeconds:0.###} s after {Progress(received, part)}.");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            var cause = e.GetBaseException().Message.TrimEnd('.');
            throw BrokenOff(received, part, $"the connection broke after {Progress(received, part)}: {cause}.", e);
        }
    }

    private static string Progress(long received, PartNote part) =>
        part.Total is { } total ? $"{received:N0} of {total:N0} bytes" : $"{received:N0} bytes";

    private static TransferException BrokenOff(long received, PartNote part, string problem, Exception? inner = null) =>
        new(problem, inner)
        {
            BrokeOff = true,
            Remedy = received > 0 && CanResume(part)
                ? "What came is kept: the next run asks for the rest only. If this happens again, ask whoever runs the server."
                : "Run again later; if this happens again, ask whoever runs the server.",
        };

    private FeedRefusedException TooLong() => new(
        $"The feed at {Shown} is longer than {MaxBytes:N0} bytes, which no catalog is: "
        + "check that source.url is the address of a feed.");

    private static bool CanResume(PartNote part) => part.ETag is not null || part.Modified is not null;

    private void Keep(FileStream file, PartNote part)
    {
        try
        {
            if (CanResume(part) && file.Position > 0)
            {
                partial.Checkpoint(file, part with { Received = file.Position });
                return;
            }

            file.Dispose();
            partial.Discard();
        }
        catch (ReshelveException)
        {
            // The disk is the trouble, and that error is on its way already. The part's last checkpoint still holds.
        }
    }
}
