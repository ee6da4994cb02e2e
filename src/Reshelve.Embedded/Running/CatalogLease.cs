using Reshelve.Embedded.Files;
using Reshelve.Running;

namespace Reshelve.Embedded.Running;

/// <summary>Whose a lease is, for the message to others.</summary>
internal sealed record LeaseOwner(int Process, string Host, string Purpose, long Run, DateTimeOffset Started);

/// <summary>The lease of a catalog: a locked file.</summary>
internal sealed class CatalogLease(long run, RunFiles files, FileLock taken) : ICatalogLease
{
    private FileLock? _taken = taken;

    public long Run => run;

    /// <inheritdoc/>
    public void Dispose()
    {
        // Whoever has the lock next writes their own name: ours must be gone before, and must never be deleted after.
        if (Interlocked.Exchange(ref _taken, null) is not { } held)
            return;
        try
        {
            files.DeleteOwner();
        }
        finally
        {
            held.Dispose();
        }
    }
}
