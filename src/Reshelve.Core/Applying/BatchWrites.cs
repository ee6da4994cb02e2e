using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Applying;

/// <summary>
/// The writes that are under way, and what becomes of them: settled in the order in which they began, by one at a time, and journalled while others are written.
/// </summary>
/// <param name="most">How many may be under way.</param>
/// <param name="settle">What an acknowledged batch comes to.</param>
/// <param name="journal">Where that goes.</param>
internal sealed class BatchWrites(
    int most, Func<PlanBatch, IReadOnlyList<PlannedChange>, IReadOnlyList<ItemResult>, JournalEntry> settle, Journal journal) : IAsyncDisposable
{
    private readonly Queue<(PlanBatch Batch, IReadOnlyList<PlannedChange> Changes, Task<IReadOnlyList<ItemResult>> Results)> _underWay = [];
    private Task _journalling = Task.CompletedTask;

    /// <summary>Begins a write, once there is room for it.</summary>
    /// <exception cref="Exception">What an earlier write or its journalling failed with.</exception>
    public async Task BeginAsync(PlanBatch batch, IReadOnlyList<PlannedChange> changes, Func<Task<IReadOnlyList<ItemResult>>> write)
    {
        while (_underWay.Count >= most)
            await SettleAsync();
        _underWay.Enqueue((batch, changes, write()));
    }

    /// <summary>Waits until all that was begun is acknowledged and journalled.</summary>
    /// <exception cref="Exception">What a write or its journalling failed with.</exception>
    public async Task FinishAsync()
    {
        while (_underWay.Count > 0)
            await SettleAsync();
        await _journalling;
    }

    /// <summary>What was acknowledged is journalled, whatever stopped the rest; and nobody closes the journal before.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_underWay.Count > 0)
        {
            if (await IsWrittenAsync(_underWay.Peek().Results))
                await SettleAsync();
            else
                _underWay.Dequeue();
        }

        await _journalling;
    }

    /// <summary>A second error says no more than the first, which is on its way to whoever reports it.</summary>
    private static async Task<bool> IsWrittenAsync(Task write)
    {
        await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return write.IsCompletedSuccessfully;
    }

    private async Task SettleAsync()
    {
        var (batch, changes, write) = _underWay.Dequeue();
        var entry = settle(batch, changes, await write);
        await _journalling;
        _journalling = Task.Run(() => journal.Append(entry), CancellationToken.None);
    }
}
