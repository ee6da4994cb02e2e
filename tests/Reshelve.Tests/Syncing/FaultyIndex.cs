using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Tests.Syncing;

/// <summary>
/// A real index that fails when it is told to: before or after it did what was asked, or by refusing documents.
/// </summary>
internal sealed class FaultyIndex(IIndexEngine inner) : IIndexEngine
{
    /// <summary>Called before each call with its name and number; throws to fail it before it has effect.</summary>
    public Action<string, int> Before { get; set; } = (_, _) => { };

    /// <summary>Called after each call; throws to lose the answer of a call that had effect.</summary>
    public Action<string, int> After { get; set; } = (_, _) => { };

    /// <summary>Called before and after every call, also those that only read.</summary>
    public Action<string> Step { get; set; } = _ => { };

    /// <summary>Awaited by each call before it has effect.</summary>
    public Func<string, Task> Hold { get; set; } = _ => Task.CompletedTask;

    /// <summary>Batches that the index wants at a time.</summary>
    public int WritesAtOnce { get; set; } = 1;

    /// <summary>What the index stores instead of a change, behind everybody's back; null: nothing, though it says that it did.</summary>
    public Func<Change, Change?> Stores { get; set; } = change => change;

    /// <summary>Documents that the index refuses.</summary>
    public Func<Change, bool> Refuses { get; set; } = _ => false;

    /// <summary>Calls that change something, so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Documents written, so far.</summary>
    public int Written { get; private set; }

    public Task<IReadOnlyList<BackingIndex>> ListAsync(string alias, CancellationToken cancellationToken) =>
        Read("list", () => inner.ListAsync(alias, cancellationToken));

    public Task CreateAsync(string index, string alias, IndexSchema schema, IndexOrigin origin, CancellationToken cancellationToken) =>
        Call("create", async () =>
        {
            await inner.CreateAsync(index, alias, schema, origin, cancellationToken);
            return true;
        });

    public Task<IReadOnlyList<ItemResult>> WriteAsync(
        string index, IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken) =>
        Call("write", async () =>
        {
            var accepted = batch.Where(change => !Refuses(change)).ToList();
            var results = await inner.WriteAsync(index, [.. accepted.Select(Stores).OfType<Change>()], sequence, cancellationToken);
            Written += accepted.Count;
            var byId = accepted.ToDictionary(change => change.Id, change => new ItemResult(change.Id, null));
            foreach (var result in results)
                byId[result.Id] = result;
            return (IReadOnlyList<ItemResult>)[.. batch.Select(change => byId.GetValueOrDefault(change.Id, new ItemResult(change.Id, "refused by the test")))];
        });

    public IReadOnlyList<string> TakeNotes() => inner.TakeNotes();

    public Task RefreshAsync(string index, CancellationToken cancellationToken) =>
        Call("refresh", async () =>
        {
            await inner.RefreshAsync(index, cancellationToken);
            return true;
        });

    public Task PromoteAsync(string alias, string index, CancellationToken cancellationToken) =>
        Call("promote", async () =>
        {
            await inner.PromoteAsync(alias, index, cancellationToken);
            return true;
        });

    public Task DropAsync(string index, CancellationToken cancellationToken) =>
        Call("drop", async () =>
        {
            await inner.DropAsync(index, cancellationToken);
            return true;
        });

    public Task<SearchResult> SearchAsync(string alias, SearchRequest request, CancellationToken cancellationToken) =>
        Read("search", () => inner.SearchAsync(alias, request, cancellationToken));

    public Task<IReadOnlyDictionary<string, IndexedDocument>> GetAsync(
        string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Read("get", () => inner.GetAsync(index, ids, cancellationToken));

    public IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAllAsync(string index, CancellationToken cancellationToken) =>
        inner.ReadAllAsync(index, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<T> Call<T>(string name, Func<Task<T>> call)
    {
        var number = Calls++;
        Step(name);
        Before(name, number);
        await Hold(name);
        var result = await call();
        After(name, number);
        Step(name);
        return result;
    }

    private async Task<T> Read<T>(string name, Func<Task<T>> read)
    {
        Step(name);
        var result = await read();
        Step(name);
        return result;
    }

    /// <summary>What a test throws in the place of a crash.</summary>
    internal sealed class Crash() : ReshelveException("crashed by the test");
}
