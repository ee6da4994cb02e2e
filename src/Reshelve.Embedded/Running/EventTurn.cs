using Reshelve.Embedded.Files;
using Reshelve.Running;

namespace Reshelve.Embedded.Running;

/// <summary>The events lock of a catalog: a locked file.</summary>
internal sealed class EventTurn(RunFiles files, FileLock taken) : IEventTurn
{
    /// <inheritdoc/>
    public long NextSequence() => FileRunStore.Guard(files, files.TakeNumber);

    /// <inheritdoc/>
    public void Dispose() => taken.Dispose();
}
