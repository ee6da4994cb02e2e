using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Contracts.Indexing;

/// <summary>
/// What every index engine must do. A further engine has a class for each of the suites that derive from this, with its own
/// <see cref="Open"/>; its servers' absence is a visible skip.
/// </summary>
public abstract class IndexEngineContract : IAsyncLifetime
{
    protected const string Alias = "shop";
    protected const string First = "shop_20240101000000";
    protected const string Second = "shop_20240102000000";

    private readonly List<IIndexEngine> _opened = [];

    /// <summary>An engine over the storage of this test: another call gives another engine over the same storage.</summary>
    protected abstract IIndexEngine Open();

    /// <summary>Deletes the storage of this test.</summary>
    protected abstract ValueTask CleanAsync();

    /// <summary>Whether a search sees all of a batch or nothing of it.</summary>
    protected virtual bool WritesBatchesWhole => true;

    /// <summary>Documents of <see cref="IndexWritingContract.Unwritable"/> that the engine takes all the same: a server is lenient where the mapper never errs.</summary>
    protected virtual IReadOnlyCollection<string> Tolerated => [];

    /// <summary>The order in which the engine gives documents of equal rank.</summary>
    protected virtual IComparer<string> IdOrder => StringComparer.Ordinal;

    /// <summary>How often to try what is drawn at random, where an engine in this process tries it so often: fewer times over a network.</summary>
    protected virtual int Tries(int usual) => usual;

    protected IIndexEngine Engine { get; private set; } = null!;

    public virtual ValueTask InitializeAsync()
    {
        Engine = OpenAnother();
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var engine in _opened)
            await engine.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    protected IIndexEngine OpenAnother()
    {
        var engine = Open();
        _opened.Add(engine);
        return engine;
    }

    /// <summary>Makes an index, fills it, and lets the alias point at it.</summary>
    protected async Task FillAsync(params Change[] changes)
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        (await Engine.WriteAsync(First, changes, 1, default)).ShouldAllBe(r => r.Acknowledged);
        await Engine.RefreshAsync(First, default);
        await Engine.PromoteAsync(Alias, First, default);
    }

    protected async Task WriteAsync(long sequence, params Change[] changes)
    {
        (await Engine.WriteAsync(First, changes, sequence, default)).ShouldAllBe(r => r.Acknowledged);
        await Engine.RefreshAsync(First, default);
    }

    protected Task<SearchResult> SearchAsync(SearchRequest request) => Engine.SearchAsync(Alias, request, default);

    protected Task<string[]> IdsAsync(string query) => IdsAsync(new SearchRequest { Query = query });

    protected async Task<string[]> IdsAsync(SearchRequest request)
    {
        var result = await SearchAsync(request with { Limit = 100 });
        result.Total.ShouldBe(result.Hits.Count);
        return [.. result.Hits.Select(h => h.Id)];
    }

    /// <summary>All documents by id: the order in which they are read is the engine's own.</summary>
    protected async Task<List<(string Id, string Document)>> ReadAllAsync(string index)
    {
        var all = new List<(string, string)>();
        await foreach (var (id, document) in Engine.ReadAllAsync(index, default))
            all.Add((id, System.Text.Encoding.UTF8.GetString(document.Span)));
        all.Sort((one, other) => string.CompareOrdinal(one.Item1, other.Item1));
        return all;
    }
}
