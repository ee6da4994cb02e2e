using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// Has a batch pause after its process was suspended, for as long as it takes to learn that another one took its catalog: the server remembers the versions of what that one removed for minutes only, and
/// would take a late write for a new document. Where nothing was suspended and a request only took very long, the pause is short. Thread-safe.
/// </summary>
internal sealed class Wakefulness(TimeProvider time)
{
    // Less than index.gc_deletes, and longer than requests mostly take.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    // By the clock on the wall: others go by it, and a suspended machine's other clocks stand still.
    private DateTimeOffset _lastSign = time.GetUtcNow();
    private DateTimeOffset _pausesUntil;

    /// <summary>To be called right before something is sent.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan wait;
            lock (_lock)
            {
                var now = time.GetUtcNow();
                if (now - _lastSign > Limit)
                    _pausesUntil = now + Pause;
                _lastSign = now;
                wait = _pausesUntil - now;
            }

            if (wait <= TimeSpan.Zero)
                return;
            await GrowingWait.ForAsync(wait, time, cancellationToken);
        }
    }
}
