using Reshelve.Embedded.Files;
using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Embedded.Running;

/// <summary>
/// The lease of a catalog: a locked file, and beside it who has it and when they last gave a sign of life. Both change only under a
/// guard, a second lock that is held for moments: by those who take the lease, by the owner at each heartbeat, and by the owner
/// while it does what nobody may do who has lost it.
/// </summary>
internal sealed class CatalogLease : ICatalogLease
{
    private readonly string _catalog;
    private readonly RunFiles _files;
    private readonly LeaseOwner _owner;
    private readonly LeaseTerms _terms;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly Lock _turn = new();
    private readonly ITimer _timer;
    private FileLock? _taken;
    private FileLock? _guard;
    private int _holds;

    public CatalogLease(string catalog, RunFiles files, LeaseOwner owner, FileLock taken, LeaseTerms terms, TimeProvider time)
    {
        (_catalog, _files, _owner, _taken, _terms, _time) = (catalog, files, owner, taken, terms, time);
        // One beat at a time: each winds the clock up for the next.
        _timer = time.CreateTimer(_ => Beat(), null, terms.Heartbeat, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public long Run => _owner.Run;

    /// <inheritdoc/>
    public string? TakenFrom { get; init; }

    /// <inheritdoc/>
    public CancellationToken Lost => _lost.Token;

    /// <inheritdoc/>
    public IDisposable EnsureHeld()
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_taken is null, this);
            if (_holds == 0)
                _guard = TakeGuard();
            _holds++;
        }

        return new Hold(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_turn)
        {
            if (_taken is not { } held)
                return;
            _timer.Dispose();
            try
            {
                // Whoever has the lease next writes their own name: ours must be gone before, and theirs must never be deleted.
                using (EnsureHeld())
                    _files.DeleteOwner();
            }
            catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException)
            {
                // The lock alone says that the lease is taken; a name without one is that of a dead owner.
            }
            finally
            {
                _taken = null;
                held.Dispose();
            }
        }
    }

    private void Beat()
    {
        lock (_turn)
        {
            if (_taken is null || _lost.IsCancellationRequested)
                return;
            try
            {
                using (EnsureHeld())
                    _files.WriteOwner(_owner with { Heartbeat = _time.GetUtcNow() });
            }
            catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException)
            {
                // Lost: that is told by the token. Else a full disk, perhaps: the next beat tries again, and expiry is many beats away.
            }

            _timer.Change(_terms.Heartbeat, Timeout.InfiniteTimeSpan);
        }
    }

    private FileLock TakeGuard()
    {
        var guard = FileLock.Take(_files.Guard);
        try
        {
            var owner = _files.ReadOwnerNow();
            if (owner?.Run == Run)
                return guard;
            // What waits for the token must not run in here.
            _ = _lost.CancelAsync();
            throw new LeaseLostException(
                $"run {Run} no longer has catalog '{_catalog}', and stopped: it gave no sign of life for {_terms.Expiry.TotalSeconds:0} seconds " +
                "(was the process or the machine suspended?)" +
                (owner is null ? ", and another run took the catalog, or lease.json was deleted" : $", and {owner.Describe()} took the catalog"));
        }
        catch
        {
            guard.Dispose();
            throw;
        }
    }

    private void Release()
    {
        lock (_turn)
        {
            if (--_holds > 0)
                return;
            _guard?.Dispose();
            _guard = null;
        }
    }

    private sealed class Hold(CatalogLease lease) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            if (_released)
                return;
            _released = true;
            lease.Release();
        }
    }
}
