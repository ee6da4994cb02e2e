using System.Collections;
using System.Collections.Concurrent;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.OpenSearch.Writing;

/// <summary>The results of a batch, of which only the refusals take memory. Refusals may come from several threads.</summary>
internal sealed class BatchResults(IReadOnlyList<Change> batch) : IReadOnlyList<ItemResult>
{
    private readonly ConcurrentDictionary<int, string> _refusals = new(concurrencyLevel: 1, capacity: 1);

    /// <inheritdoc/>
    public int Count => batch.Count;

    /// <inheritdoc/>
    public ItemResult this[int index] => new(batch[index].Id, _refusals.GetValueOrDefault(index));

    /// <summary>An item was not taken.</summary>
    public void Refuse(int place, string why) => _refusals[place] = why;

    /// <inheritdoc/>
    public IEnumerator<ItemResult> GetEnumerator()
    {
        for (var i = 0; i < batch.Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
