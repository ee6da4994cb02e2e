using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// Keeps writing from making searches slow. While something is written, it looks every second at how long searches took meanwhile and at the nodes' write queues, and halves the share of time in which
/// writers may work for each second in which there is trouble; it gives the share back slowly. Who waits for the share keeps his place among the requests under way, so that the rate falls in proportion.
/// Thread-safe.
/// </summary>
internal sealed class SearchGovernor(ClusterClient client, TimeProvider time) : IAsyncDisposable
{
    private const double SmallestShare = 0.05;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(2);

    // What kept us from looking may be over by then: a privilege is given, a proxy mended.
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ClusterLoad _load = new(client);
    private readonly SemaphoreSlim _begun = new(0, 1);
    private Task? _watching;
    private double _share = 1;
    private long _lastWork;
    private int _underWay;
    private bool _isIdle = true;
    private volatile string? _note;
    private int _looks;

    /// <summary>The share of time in which writers may work.</summary>
    public double Share => Volatile.Read(ref _share);

    /// <summary>How often the cluster was looked at, and the share adapted.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Why searches are not watched though they should be; null when they are.</summary>
    public string? Note => _note;

    /// <summary>Watches an index too.</summary>
    public void Watch(string index)
    {
        if (!client.Settings.Readers.Watch)
            return;
        lock (_lock)
        {
            if (_end.IsCancellationRequested)
                return;
            _load.Add(index);
            _watching ??= Task.Run(() => WatchAsync(_end.Token));
        }
    }

    /// <summary>Something is written. Only while that is so the cluster is looked at.</summary>
    public void Works()
    {
        lock (_lock)
        {
            _lastWork = time.GetTimestamp();
            if (!_isIdle || _end.IsCancellationRequested)
                return;
            _isIdle = false;
            if (_begun.CurrentCount == 0)
                _begun.Release();
        }
    }

    /// <summary>A request is sent. Until its <see cref="End"/> the cluster is looked at, however long it takes: a slow one is when it matters.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _underWay++;
            Works();
        }
    }

    /// <summary>A request is over.</summary>
    public void End()
    {
        lock (_lock)
        {
            _underWay--;
            _lastWork = time.GetTimestamp();
        }
    }

    /// <summary>Waits after a request for as long as the share demands; a share that grows meanwhile shortens it.</summary>
    /// <param name="took">How long the request took.</param>
    /// <param name="counters">Notes how long was waited.</param>
    /// <param name="cancellationToken">Ends the wait, and is no error: what was written is written.</param>
    public async Task HoldBackAsync(TimeSpan took, WriteCounters counters, CancellationToken cancellationToken)
    {
        if (Share >= 1)
            return;
        var begun = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            var left = (took * ((1 / Share) - 1)) - time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
                break;
            Works();
            await GrowingWait.ForAsync(left < Interval ? left : Interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        counters.Slowed(time.GetElapsedTime(0, begun), time.GetElapsedTime(0, time.GetTimestamp()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task? watching;
        lock (_lock)
        {
            _end.Cancel();
            watching = _watching;
        }

        if (watching is not null)
            await watching;
        _begun.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await GrowingWait.ForAsync(Interval, time, cancellationToken);
                while (IsIdle())
                {
                    await _begun.WaitAsync(cancellationToken);
                    // What happened while nobody wrote is none of our doing.
                    _load.Forget();
                }

                if (!await TryLookAsync(cancellationToken))
                    await GrowingWait.ForAsync(LooksAgainAfter, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _load.LookAsync(cancellationToken) is { } isSuffering)
                Judge(isSuffering);
            _note = null;
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // To write without watching is better than not to write.
            _note = $"Searches are not watched while writing: {error.Message}";
            Volatile.Write(ref _share, 1);
            _load.Forget();
            return false;
        }
    }

    private bool IsIdle()
    {
        lock (_lock)
            return _isIdle |= _underWay == 0 && time.GetElapsedTime(_lastWork) > IdleAfter;
    }

    private void Judge(bool isSuffering)
    {
        var share = Share;
        Volatile.Write(ref _share, isSuffering ? Math.Max(SmallestShare, share / 2) : Math.Min(1, Math.Max(share * 1.25, share + 0.1)));
        Interlocked.Increment(ref _looks);
    }
}
