using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Reshelve.Catalogs;

namespace Reshelve.Feeds;

/// <summary>
/// A feed that is downloaded: not again when the server says that it is the same, and not from its beginning when a part has come
/// already, in this run or an earlier one. It is spooled as received; a body with <c>Content-Encoding: gzip</c> is simply a gzip
/// file, which readers know by its content.
/// </summary>
internal sealed class HttpFeedSource(
    Uri address, SourceDefinition source, FeedSpool spool, TimeProvider time, Func<string, string?> environment) : IFeedSource
{
    /// <summary>How many feeds are kept where the definition does not say.</summary>
    public const int DefaultArchive = 3;

    private readonly PartialDownload _partial = new(spool);
    private readonly string _shown = SafeAddress.Of(address);
    private readonly string _key = SourceKey(address, source);

    /// <summary>What to ask with; null: a client made for each feed.</summary>
    public HttpClient? Http { get; init; }

    /// <summary>A longer feed is refused.</summary>
    public long MaxBytes { get; init; } = FeedSources.MaxBytes;

    /// <summary>How much may have to be fetched again after a crash; so much that the flush in between costs nothing.</summary>
    public int CheckpointBytes { get; init; } = 32 << 20;

    /// <inheritdoc/>
    public async Task<ReceivedFeed> ReceiveAsync(
        string? lastIdentity, IProgress<(long Received, long? Total)>? progress, CancellationToken cancellationToken)
    {
        var headers = RequestHeaders.Expand(source.Headers, environment);
        using var own = Http is null ? CreateClient(source.Timeout) : null;
        var exchange = new HttpExchange(Http ?? own!, address, headers, source.Timeout, time);
        for (var tries = 1; ; tries++)
        {
            TimeSpan wait;
            try
            {
                return await TryReceiveAsync(exchange, lastIdentity, progress, cancellationToken);
            }
            catch (TransferException e) when (tries <= source.Retries)
            {
                wait = RetryDelay.Next(tries, e.RetryAfter);
            }
            catch (TransferException e)
            {
                throw e.GiveUp(_shown, tries);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async Task<ReceivedFeed> TryReceiveAsync(
        HttpExchange exchange,
        string? lastIdentity,
        IProgress<(long Received, long? Total)>? progress,
        CancellationToken cancellationToken)
    {
        var known = KnownFeeds.Of(
            HttpFeedIdentity.Read(spool.Newest()?.Identity, _key), HttpFeedIdentity.Read(lastIdentity, _key));
        var part = _partial.Load(_key);
        while (true)
        {
            using var response = await exchange.GetAsync(h => Condition(h, known, part), cancellationToken);
            switch (response.StatusCode)
            {
                case HttpStatusCode.NotModified when known.Match(response) is { } same:
                    return NotModified(same.ToString(), lastIdentity);
                case HttpStatusCode.NotModified when !known.IsEmpty:
                    // It does not say which of the known feeds it means: ask for the feed itself.
                    known = KnownFeeds.None;
                    break;
                case HttpStatusCode.PartialContent when part is not null && Continues(response, part):
                    var rest = part with { Total = response.Content.Headers.ContentRange!.Length };
                    return await DownloadAsync(response, rest, progress, cancellationToken);
                case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when part is not null:
                    _partial.Discard();
                    part = null;
                    break;
                case HttpStatusCode.OK:
                    return await DownloadAsync(response, Begin(response), progress, cancellationToken);
                default:
                    throw StatusProblem.Explain(response, address, time.GetUtcNow());
            }
        }
    }

    private static void Condition(HttpRequestHeaders headers, KnownFeeds known, PartNote? part)
    {
        known.Condition(headers);
        if (part is null || ResumeAt(part) is not (> 0 and var from))
            return;
        headers.Range = new RangeHeaderValue(from, null);
        headers.IfRange = Validator(part)!.Condition;
    }

    /// <summary>
    /// Where to go on. A part that is whole already (a crash came just then) asks for its last byte, as no range is empty.
    /// </summary>
    private static long ResumeAt(PartNote part) => part.Received == part.Total ? part.Received - 1 : part.Received;

    private static FeedValidator? Validator(PartNote part) =>
        part.ETag is null && part.Modified is null ? null : new FeedValidator(part.ETag, part.Modified);

    /// <summary>
    /// Whether a partial response is the rest of the part: of the same state, encoding and length, and from the right byte on.
    /// </summary>
    private static bool Continues(HttpResponseMessage response, PartNote part) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from, To: { } to, Length: { } length }
        && from == ResumeAt(part)
        && (part.Total is null || part.Total == length)
        && (AnnouncedLength(response) ?? to - from + 1) == to - from + 1
        && ContentEncoding(response) == part.Encoding
        && Validator(part)!.IsThatOf(response);

    private PartNote Begin(HttpResponseMessage response)
    {
        var encoding = ContentEncoding(response);
        if (encoding is not (null or "gzip"))
        {
            throw new FeedRefusedException(
                $"The feed at {_shown} was sent with 'Content-Encoding: {encoding}', though only gzip was asked for. "
                + "Ask whoever runs the server to send it as it is or as gzip.");
        }

        // What cannot be resumed safely has no validator in its note.
        var resumable = !response.Headers.AcceptRanges.Contains("none");
        var validator = resumable ? FeedValidator.Of(response, time.GetUtcNow()) : null;
        return new PartNote(_key, validator?.ETag, validator?.Modified, encoding, AnnouncedLength(response), 0);
    }

    /// <summary>Beside chunks a length means nothing (RFC 9112 section 6.3).</summary>
    private static long? AnnouncedLength(HttpResponseMessage response) =>
        response.Headers.TransferEncodingChunked == true ? null : response.Content.Headers.ContentLength;

    /// <summary>The content encoding in one spelling; null for none.</summary>
    private static string? ContentEncoding(HttpResponseMessage response)
    {
        var names = response.Content.Headers.ContentEncoding
            .Select(e => e.ToUpperInvariant())
            .Where(e => e is not "IDENTITY" and not "")
            .Select(e => e == "X-GZIP" ? "gzip" : e.ToLowerInvariant())
            .ToList();
        return names.Count == 0 ? null : string.Join(", ", names);
    }

    private async Task<ReceivedFeed> DownloadAsync(
        HttpResponseMessage response,
        PartNote part,
        IProgress<(long Received, long? Total)>? progress,
        CancellationToken cancellationToken)
    {
        // Read before the transfer, which may take longer than the server's clock needs to make a fresh time look old.
        var validator = FeedValidator.Of(response, time.GetUtcNow()) ?? Validator(part);
        var transfer = new FeedTransfer(_partial, source.Timeout, time)
        {
            MaxBytes = MaxBytes,
            CheckpointBytes = CheckpointBytes,
            Shown = _shown,
        };
        var begin = part with { Received = part.Received == 0 ? 0 : ResumeAt(part) };
        var length = await transfer.ReceiveAsync(response, begin, progress, cancellationToken);
        var identity = validator is null ? null : new HttpFeedIdentity(_key, validator, length).ToString();
        var staging = spool.Stage();
        _partial.MoveTo(Path.Combine(staging, SafeAddress.FileName(address)));
        var feed = spool.Commit(staging, identity, _shown, source.Archive ?? DefaultArchive);
        return new ReceivedFeed(feed.Files, identity, Unchanged: false, _shown);
    }

    private ReceivedFeed NotModified(string identity, string? lastIdentity)
    {
        // Any part is of an older state.
        _partial.Discard();
        var files = spool.Find(identity)?.Files ?? [];
        return new ReceivedFeed(files, identity, identity == lastIdentity, $"{_shown} (not modified)");
    }

    /// <summary>
    /// Stands for the source in what is kept: an ETag means nothing to another address, or with other headers. As written, with
    /// variables not filled in, so that a renewed token changes nothing; hashed, as an address may hold secrets.
    /// </summary>
    private static string SourceKey(Uri address, SourceDefinition source)
    {
        var text = new StringBuilder(address.AbsoluteUri);
        foreach (var (name, value) in source.Headers.OrderBy(h => h.Key, StringComparer.OrdinalIgnoreCase))
            text.Append('\n').Append(name.ToUpperInvariant()).Append(':').Append(value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    private static HttpClient CreateClient(TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = timeout,
        };
        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
