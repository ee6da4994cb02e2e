using Reshelve.Indexing;

namespace Reshelve.Drift;

/// <summary>
/// Finds the highest number that some documents were written under. Where the numbers of runs were lost, or an older state of them was restored, runs begin below it, and the index would take their writes
/// for those of older runs: acknowledged, and without effect.
/// </summary>
internal sealed class WrittenNumbers(IIndexEngine engine, string index)
{
    private const int IdsAtOnce = 500;

    private readonly List<string> _ids = [];
    private long _newest;

    /// <summary>Considers a document too.</summary>
    public async Task AddAsync(string id, CancellationToken cancellationToken)
    {
        _ids.Add(id);
        if (_ids.Count >= IdsAtOnce)
            await LookAsync(cancellationToken);
    }

    /// <summary>The highest number; 0 when there is no document.</summary>
    public async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        return _newest;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (_ids.Count == 0)
            return;
        foreach (var document in (await engine.GetAsync(index, _ids, cancellationToken)).Values)
            _newest = Math.Max(_newest, document.Sequence);
        _ids.Clear();
    }
}
