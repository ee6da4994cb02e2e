using Reshelve.Running;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>A real run store that tells before and after whatever it does.</summary>
internal sealed class SteppingRunStore(IRunStore inner, Action<bool> step) : IRunStore
{
    private int _turns;
    private int _holds;

    /// <summary>Whether somebody who uses this has the events lock.</summary>
    public bool HasTurn => Volatile.Read(ref _turns) > 0;

    /// <summary>Whether somebody who uses this makes sure of the catalog: others who want it wait for that.</summary>
    public bool IsHeld => Volatile.Read(ref _holds) > 0;

    public ICatalogLease Acquire(string catalog, string purpose)
    {
        step(true);
        return new Lease(this, inner.Acquire(catalog, purpose), step);
    }

    public async Task<IEventTurn> TakeEventTurnAsync(string catalog, CancellationToken cancellationToken)
    {
        step(true);
        var turn = await inner.TakeEventTurnAsync(catalog, cancellationToken);
        Interlocked.Increment(ref _turns);
        return new Turn(this, turn, step);
    }

    public void NumberAbove(string catalog, long sequence)
    {
        step(true);
        inner.NumberAbove(catalog, sequence);
    }

    public void Save(RunReport report)
    {
        step(true);
        inner.Save(report);
        step(true);
    }

    public IRejectedWriter OpenRejected(string catalog, long run)
    {
        step(true);
        return inner.OpenRejected(catalog, run);
    }

    public IReadOnlyList<RunReport> List(string catalog, int limit)
    {
        step(true);
        return inner.List(catalog, limit);
    }

    public IEnumerable<RejectedRecord> ReadRejected(string catalog, long run) => inner.ReadRejected(catalog, run);

    private sealed class Lease(SteppingRunStore store, ICatalogLease inner, Action<bool> step) : ICatalogLease
    {
        public long Run => inner.Run;

        public string? TakenFrom => inner.TakenFrom;

        public CancellationToken Lost => inner.Lost;

        public IDisposable EnsureHeld()
        {
            var held = inner.EnsureHeld();
            Interlocked.Increment(ref store._holds);
            return new Hold(store, held);
        }

        public void Dispose()
        {
            step(false);
            inner.Dispose();
        }
    }

    private sealed class Hold(SteppingRunStore store, IDisposable inner) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref store._holds);
            inner.Dispose();
        }
    }

    private sealed class Turn(SteppingRunStore store, IEventTurn inner, Action<bool> step) : IEventTurn
    {
        public long NextSequence()
        {
            step(true);
            var number = inner.NextSequence();
            step(true);
            return number;
        }

        public void Dispose()
        {
            step(false);
            Interlocked.Decrement(ref store._turns);
            inner.Dispose();
        }
    }
}

/// <summary>
/// A clock that tells when it is asked: a run asks at the beginning and the end of each stage. A second goes by each time, so that no index is
/// named like a former one.
/// </summary>
internal sealed class SteppingClock(Action<bool> step) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private int _seconds;

    public override DateTimeOffset GetUtcNow()
    {
        step(true);
        return Beginning.AddSeconds(Interlocked.Increment(ref _seconds));
    }

    public override long GetTimestamp()
    {
        step(true);
        return base.GetTimestamp();
    }
}
