using System.Diagnostics.CodeAnalysis;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>
/// Calls the nodes of a cluster: in turn, those that failed last only after a rest. Nothing is connected before the first call. All members may be called from several threads.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "Chance in waits guards no secret.")]
internal sealed class ClusterClient : IAsyncDisposable
{
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(1);
    private static readonly ClusterRequest WhoAreYou = new(HttpMethod.Get, "/");
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Lazy<ClusterTransport> _transport;
    private readonly Credentials _credentials;
    private readonly ClusterNodes _nodes;
    private readonly TimeProvider _time;
    private volatile ServerProduct? _product;

    /// <param name="settings">Where it is and how to get in.</param>
    /// <param name="workspaceFolder">What relative paths in the settings are relative to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Chance for waits; null: other waits each time.</param>
    public ClusterClient(ClusterSettings settings, string workspaceFolder, TimeProvider time, Random? random = null)
    {
        Settings = settings;
        Jitter = new Jitter(random ?? new Random());
        _time = time;
        _transport = new Lazy<ClusterTransport>(() => new ClusterTransport(new CertificateTrust(settings, workspaceFolder), time));
        _credentials = new Credentials(settings, workspaceFolder);
        _nodes = new ClusterNodes(settings.Urls, time, Jitter);
    }

    /// <summary>The settings.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>Chance for the waits of all who call this cluster.</summary>
    public Jitter Jitter { get; }

    /// <summary>What the cluster is; asked once.</summary>
    /// <exception cref="ReshelveException">It cannot be reached, does not let us in, or is of a version that is not supported.</exception>
    public async Task<ServerProduct> ProductAsync(CancellationToken cancellationToken)
    {
        if (_product is { } known)
            return known;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            return _product ??= await AskForProductAsync(cancellationToken);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>
    /// Sends one request and returns the answer, whatever its status. A node that cannot be reached, or breaks off, is rested and the next one asked, so that what is sent
    /// may arrive twice: it must be repeatable. The product is looked up first.
    /// </summary>
    /// <exception cref="ClusterUnreachableException">No node answered.</exception>
    /// <exception cref="ReshelveException">The cluster does not let us in (401), or it is none that is supported.</exception>
    public async Task<ServerAnswer> SendAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        await ProductAsync(cancellationToken);
        return await AskAsync(request, cancellationToken);
    }

    /// <summary>
    /// Sends a request until it succeeds: while the cluster is overloaded (429, 502, 503, 504) or no node answers, again after a growing wait, for as long as the request's patience; for ten
    /// seconds while no node ever answered.
    /// </summary>
    /// <param name="what">What is asked, for the message, such as <c>make the index shop_20260101000000</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    /// <exception cref="ServerRefusalException">The server refused.</exception>
    /// <exception cref="ReshelveException">Patience ran out.</exception>
    public async Task<ServerAnswer> CallAsync(string what, ClusterRequest request, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            var (answer, unreachable) = await TryAsync(request, cancellationToken);
            if (answer is { IsSuccess: true })
                return answer;
            if (answer is { IsOverloaded: false })
                throw Refusal.Of(what, answer);
            var waited = _time.GetElapsedTime(begun);
            var rest = PatienceFor(request) - waited;
            if (rest <= TimeSpan.Zero)
                throw _product is null ? Refusal.NeverAnswered(what, waited, answer, unreachable) : Refusal.PatienceEnded($"cannot {what}", waited, answer, unreachable);
            var wait = (answer is null ? unreachable!.RetryAfter : answer.RetryAfter) is { } asked && asked > TimeSpan.Zero
                ? asked
                : Jitter.Around(GrowingWait.After(failures));
            if (waited + wait > PatienceFor(request))
                throw _product is null ? Refusal.NeverAnswered(what, waited, answer, unreachable) : Refusal.PatienceEnded($"cannot {what}", waited, answer, unreachable);
            await GrowingWait.ForAsync(wait, _time, cancellationToken);
        }
    }

    /// <summary>A cluster that never answered is rather named wrongly than overloaded, and whoever named it is waiting.</summary>
    private TimeSpan PatienceFor(ClusterRequest request)
    {
        var patience = request.Patience ?? Settings.Patience;
        return _product is null && patience > FirstPatience ? FirstPatience : patience;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_transport.IsValueCreated)
            _transport.Value.Dispose();
        _asking.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(ServerAnswer? Answer, ClusterUnreachableException? Unreachable)> TryAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await SendAsync(request, cancellationToken), null);
        }
        catch (ClusterUnreachableException error)
        {
            return (null, error);
        }
    }

    private async Task<ServerProduct> AskForProductAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync(WhoAreYou, cancellationToken);
        if (answer.IsOverloaded)
        {
            throw new ClusterUnreachableException($"{answer.Node} answers {answer.Status}: {ServerError.Read(answer.Body).Reason}")
            {
                RetryAfter = answer.RetryAfter,
            };
        }

        if (answer.Status == 403)
            throw Refusal.Of("ask for the cluster's version (GET /)", answer);
        return ServerProduct.Of(answer);
    }

    /// <summary>Asks each node at most once, until one answers.</summary>
    private async Task<ServerAnswer> AskAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        var tried = new List<ClusterNode>(1);
        while (true)
        {
            var node = _nodes.Next(tried);
            tried.Add(node);
            var begun = _time.GetUtcNow();
            try
            {
                var answer = await AskAsync(node, request, cancellationToken);
                _nodes.Answered(node);
                return answer;
            }
            catch (Exception error) when (error is HttpRequestException or TimeoutException)
            {
                _nodes.Failed(node);
                // Far beyond its time-out, its process was suspended meanwhile: whether it is still to be done, whoever sent it must know.
                var isOverdue = _time.GetUtcNow() - begun > (request.Timeout ?? Settings.Timeout) + Overdue;
                if (tried.Count >= _nodes.Count || isOverdue)
                    throw Unreachable(node, error);
            }
        }
    }

    private async Task<ServerAnswer> AskAsync(ClusterNode node, ClusterRequest request, CancellationToken cancellationToken)
    {
        var credentials = _credentials.Header;
        var timeout = request.Timeout ?? Settings.Timeout;
        var answer = await _transport.Value.SendAsync(node.Address, request, credentials, timeout, Settings.Compress, cancellationToken);
        // A secret may have been exchanged while we run.
        if (answer.Status == 401 && _credentials.HaveChanged(credentials))
            answer = await _transport.Value.SendAsync(node.Address, request, _credentials.Header, timeout, Settings.Compress, cancellationToken);
        return answer.Status != 401
            ? answer
            : throw new ReshelveException(
                $"The cluster at {node.Address} does not let us in (401): it refuses {_credentials}. Check 'user' and 'password', or 'api key', under 'index' in reshelve.yaml.");
    }

    private static ClusterUnreachableException Unreachable(ClusterNode node, Exception error) => new(
        $"no node of the cluster answers; the last one asked, {node.Address}: {(error.InnerException is { } inner && error is HttpRequestException ? inner.Message : error.Message)}", error)
    {
        BrokeOff = error is HttpRequestException
        {
            HttpRequestError: not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError),
        },
    };
}
