using Reshelve.Catalogs;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// How much all writers of a cluster send at a time: a window of requests under way that grows by one per round without trouble, halves when requests take far longer than usual, and starts again at one after a
/// rejection, when nobody sends until a wait is over that all share. Thread-safe.
/// </summary>
internal sealed class BulkPace
{
    private const int MaxDocuments = 2000;
    private const long SmallestRequest = 64 << 10;
    private const double FarBeyond = 4;
    private static readonly TimeSpan NeverSlow = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly WriteLimits _limits;
    private readonly TimeProvider _time;
    private readonly Jitter _jitter;
    private readonly long _origin;
    private readonly RateLimit _documents;
    private readonly RateLimit _bytes;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private double _window;
    private bool _isFirstClimb = true;
    private int _underWay;
    private long _lastTicket;
    private long _decreasedAt;
    private int _rejections;
    private TimeSpan _silentUntil;
    private double _usualSecondsPerByte;
    private long _requestBytes;

    public BulkPace(WriteLimits limits, TimeProvider time, Jitter jitter)
    {
        _limits = limits;
        _time = time;
        _jitter = jitter;
        _origin = time.GetTimestamp();
        _documents = new RateLimit(limits.Documents);
        _bytes = new RateLimit(limits.Bytes);
        _window = Math.Min(2, MostRequests);
        _requestBytes = LargestRequest;
    }

    /// <summary>The requests that may be under way at once, now.</summary>
    public int Window
    {
        get
        {
            lock (_lock)
                return (int)_window;
        }
    }

    /// <summary>The bytes that a request should not exceed, now.</summary>
    public long RequestBytes
    {
        get
        {
            lock (_lock)
                return _requestBytes;
        }
    }

    /// <summary>The changes that a request should not exceed: no more than a second's worth.</summary>
    public int RequestDocuments => (int)Math.Clamp(_limits.Documents ?? MaxDocuments, 1, MaxDocuments);

    /// <summary>The requests that are ever under way at once.</summary>
    public int MostRequests => Math.Max(1, _limits.Requests);

    private long LargestRequest => Math.Max(1, Math.Min(_limits.RequestBytes, _limits.Bytes ?? long.MaxValue));

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Waits for a place among the requests under way.</summary>
    /// <returns>A ticket, to be handed back to <see cref="Leave"/>.</returns>
    public async Task<long> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan silence;
            Task changed;
            lock (_lock)
            {
                silence = _silentUntil - Now;
                if (silence <= TimeSpan.Zero && _underWay < (int)_window)
                {
                    _underWay++;
                    return ++_lastTicket;
                }

                changed = _changed.Task;
            }

            if (silence > TimeSpan.Zero)
                await GrowingWait.ForAsync(silence, _time, cancellationToken);
            else
                await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until a request of this size may be sent, for the limits' sake or as the cluster is left alone.</summary>
    public async Task MaySendAsync(int documents, long bytes, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = Now;
            wait = Longest(_documents.Take(now, documents), _bytes.Take(now, bytes), _silentUntil - now);
        }

        while (wait > TimeSpan.Zero)
        {
            await GrowingWait.ForAsync(wait, _time, cancellationToken);
            lock (_lock)
                wait = _silentUntil - Now;
        }
    }

    /// <summary>A request is over, and its place free.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _underWay--;
            Wake();
        }
    }

    /// <summary>A request was carried out, and at least something of it acknowledged or judged.</summary>
    /// <param name="ticket">Its ticket.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="took">How long it took.</param>
    public void Succeeded(long ticket, long bytes, TimeSpan took)
    {
        lock (_lock)
        {
            if (bytes * 5 > _requestBytes * 4)
                _requestBytes = Math.Min(LargestRequest, _requestBytes + Math.Max(1, _requestBytes / 256));
            var perByte = took.TotalSeconds / Math.Max(bytes, SmallestRequest);
            var isSlow = took > NeverSlow && _usualSecondsPerByte > 0 && perByte > FarBeyond * _usualSecondsPerByte;
            _usualSecondsPerByte = _usualSecondsPerByte <= 0 ? perByte : _usualSecondsPerByte + ((perByte - _usualSecondsPerByte) / 16);
            if (ticket <= _decreasedAt)
                return;
            if (isSlow)
            {
                Decrease(_window / 2);
                return;
            }

            _rejections = 0;
            _window = Math.Min(MostRequests, _window + (_isFirstClimb ? 1 : 1 / _window));
            Wake();
        }
    }

    /// <summary>The cluster rejected a request, or did not answer: everybody waits, longer each time, by chance.</summary>
    /// <param name="ticket">The request's ticket. What was under way together is one rejection.</param>
    /// <param name="asked">How long the cluster asks to be left alone, if it does.</param>
    public void Rejected(long ticket, TimeSpan? asked)
    {
        lock (_lock)
        {
            var now = Now;
            if (asked is { } wait && now + wait > _silentUntil)
                _silentUntil = now + wait;
            if (ticket <= _decreasedAt)
                return;
            var chance = _jitter.UpTo(GrowingWait.After(++_rejections));
            var until = now + (chance > ShortestBackoff ? chance : ShortestBackoff);
            _silentUntil = until > _silentUntil ? until : _silentUntil;
            Decrease(1);
        }
    }

    /// <summary>A request of so many bytes was too large: smaller ones from now on.</summary>
    public void WasTooLarge(long bytes)
    {
        lock (_lock)
            _requestBytes = Math.Max(Math.Min(SmallestRequest, LargestRequest), Math.Min(_requestBytes, bytes / 2));
    }

    // Once per round: what is under way already says nothing about the new window.
    private void Decrease(double window)
    {
        _window = Math.Max(1, window);
        _isFirstClimb = false;
        _decreasedAt = _lastTicket;
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan two, TimeSpan three)
    {
        var longer = one > two ? one : two;
        return longer > three ? longer : three;
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
