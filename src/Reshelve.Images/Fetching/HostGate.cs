using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Polly.CircuitBreaker;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Fetching;

/// <summary>
/// What all requests to one host go through: so many at a time, none while its circuit breaker is open, and none while it asked to be left
/// alone. What cannot go through fails at once, so that whoever waits for pictures of other hosts is not held up by this one.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore's wait handle, all that it would dispose of, is never made.")]
internal sealed class HostGate
{
    /// <summary>How long a host that keeps failing is not asked.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(30);

    /// <summary>A server may ask for more patience, but then its next picture finds out.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(60);

    private const int LeastCalls = 5;

    private readonly string _host;
    private readonly TimeProvider _time;
    private readonly CircuitGuard _circuit;
    private readonly SemaphoreSlim _places;
    private readonly int _perHost;
    private long _restUntil;
    private long _lastUse;
    private int _inside;
    private volatile string? _lastFailure;

    /// <param name="host">Its name, for messages.</param>
    /// <param name="perHost">Requests at a time.</param>
    /// <param name="timeout">How long one may take.</param>
    /// <param name="time">The clock.</param>
    public HostGate(string host, int perHost, TimeSpan timeout, TimeProvider time)
    {
        _host = host;
        _time = time;
        _perHost = Math.Max(1, perHost);
        _places = new SemaphoreSlim(_perHost);
        // When a host stops to answer, the first to know are the requests under way, one timeout later. What it answered before
        // that must have left the window by then, or it would take many more timeouts to outweigh it.
        var window = _perHost >= LeastCalls ? timeout * 1.25 : timeout * (1 + LeastCalls / (double)_perHost);
        var terms = new CircuitTerms(Math.Min(_perHost, LeastCalls), TimeSpan.FromSeconds(Math.Clamp(window.TotalSeconds, 5, 3600)), Break);
        _circuit = new CircuitGuard(terms, Counts, time);
    }

    /// <summary>Makes a call when there is a place; <paramref name="deadline"/> runs from then on.</summary>
    /// <exception cref="FetchProblem">It was not made, or the call's own.</exception>
    public async Task<T> RunAsync<T, TState>(
        Func<TState, CancellationToken, ValueTask<T>> call, TState state, Deadline deadline, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inside);
        try
        {
            ThrowIfClosed();
            deadline.Pause();
            await _places.WaitAsync(cancellationToken);
            try
            {
                deadline.Begin();
                ThrowIfResting();
                return await _circuit.RunAsync(call, state, deadline.Token);
            }
            catch (BrokenCircuitException)
            {
                throw Closed();
            }
            catch (FetchProblem problem) when (problem.RetryAfter is not null)
            {
                Rest(problem.RetryAfter.Value);
                throw;
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            Volatile.Write(ref _lastUse, _time.GetUtcNow().UtcTicks);
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>Whether nothing would be lost by forgetting it.</summary>
    public bool IsIdle(DateTimeOffset now) =>
        Volatile.Read(ref _inside) == 0 && (_circuit.IsClosed || now.UtcTicks - Volatile.Read(ref _lastUse) > LongestRest.Ticks)
        && now.UtcTicks >= Volatile.Read(ref _restUntil);

    private bool Counts(Exception error)
    {
        if (error is not FetchProblem { CountsAgainstHost: true } problem)
            return false;
        _lastFailure = problem.Message;
        return true;
    }

    private void ThrowIfClosed()
    {
        // Where there is one place only, whoever queues would wait for the call that tries whether the host is back.
        if (_circuit.IsTrying)
            throw Closed();
        ThrowIfResting();
    }

    private void ThrowIfResting()
    {
        var until = new DateTimeOffset(Volatile.Read(ref _restUntil), TimeSpan.Zero);
        if (_time.GetUtcNow() < until)
        {
            throw new FetchProblem(string.Create(
                CultureInfo.InvariantCulture,
                $"its server {_host} asked to be left alone until {until:HH:mm:ss} UTC. The next run asks again; 'images' can allow fewer requests at a time."))
            { IsTransient = true };
        }
    }

    /// <summary>Short pauses are for the one that was told to wait; long ones are for all.</summary>
    private void Rest(TimeSpan asked)
    {
        if (asked <= WebPictures.LongestWait)
            return;
        var until = (_time.GetUtcNow() + (asked < LongestRest ? asked : LongestRest)).UtcTicks;
        Volatile.Write(ref _restUntil, Math.Max(until, Volatile.Read(ref _restUntil)));
    }

    private FetchProblem Closed() => new(
        $"its server {_host} failed too often just now and is not asked for {Break.TotalSeconds:0} s. The next run asks again.{(_lastFailure is { } last ? $" The last failure: {last}" : "")}")
    { IsTransient = true };
}
