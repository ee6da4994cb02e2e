using System.Text;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>A workspace with the real engines, and a feed that tests write.</summary>
internal sealed class SyncBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _feeds;

    /// <param name="data">What the data folder holds at the beginning; empty without it.</param>
    /// <param name="time">The clock; the system's without it.</param>
    /// <param name="engine">The engine; the embedded one without it.</param>
    public SyncBench(string? data = null, TimeProvider? time = null, Func<IIndexEngine>? engine = null)
    {
        time ??= TimeProvider.System;
        if (data is not null)
            CopyData(data, _folder["data"]);
        Index = new FaultyIndex(engine?.Invoke() ?? new EmbeddedIndexEngine(_folder["data"], time));
        Runs = new FileRunStore(_folder["data"], time);
        Events = new CatalogEvents(Index, Runs, _folder["data"]);
        Repair = new CatalogRepair(Index, Runs, _folder["data"]);
        Sync = new CatalogSync(Index, Runs, _folder["data"], _folder.Path, time);
        Indexes = new CatalogIndexes(Index, Runs, _folder["data"], _folder.Path, time);
        Holds = new CatalogHolds(Index, Runs, _folder["data"], _folder.Path, time);
    }

    public FaultyIndex Index { get; }

    public FileRunStore Runs { get; }

    public CatalogSync Sync { get; }

    public CatalogEvents Events { get; }

    public CatalogRepair Repair { get; }

    public CatalogIndexes Indexes { get; }

    public CatalogHolds Holds { get; }

    /// <summary>Its feeds are a few lines, with the last line break or without.</summary>
    public CatalogDefinition Definition { get; set; } = Some.Catalog() with { Checks = new CatalogChecks { OpenEnd = false } };

    public string DataFolder => _folder["data"];

    /// <summary>Syncs a feed of these lines.</summary>
    public Task<RunReport> SyncLines(params string[] lines) => SyncText(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Syncs a feed of these lines in a certain way.</summary>
    public Task<RunReport> SyncLines(string[] lines, SyncOptions options) => SyncText(string.Concat(lines.Select(line => line + "\n")), options);

    /// <summary>Puts single documents.</summary>
    public Task<IReadOnlyList<EventResult>> Put(params string[] records) =>
        Events.PutAsync(Definition, [.. records.Select(record => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(record))], CancellationToken.None);

    /// <summary>Changes the live index as nobody should.</summary>
    public async Task BehindOurBackAsync(params Change[] changes)
    {
        var live = (await Index.ListAsync(Definition.Name, CancellationToken.None)).Single(index => index.Live);
        await Index.WriteAsync(live.Name, changes, Runs.List(Definition.Name, 1)[0].Run, CancellationToken.None);
    }

    /// <summary>Does something once, when the index is next called by this name.</summary>
    public Task During(string name, Func<Task> work)
    {
        Index.Before = (called, _) =>
        {
            if (called != name)
                return;
            Index.Before = (_, _) => { };
            Task.Run(work).GetAwaiter().GetResult();
        };
        return Task.CompletedTask;
    }

    /// <summary>Syncs the feed, and compares with a new index of it.</summary>
    public async Task ShouldEndAs(params string[] feed)
    {
        var last = await SyncLines(feed);
        last.State.ShouldBe(RunState.Done, last.Error);
        await using var fresh = new SyncBench { Definition = Definition };
        await fresh.SyncLines(feed);
        (await Documents()).ShouldBe(await fresh.Documents());
    }

    /// <summary>Syncs a feed of this text.</summary>
    public Task<RunReport> SyncText(string text, SyncOptions? options = null, CancellationToken cancellationToken = default)
    {
        // Each feed is a file of its own, as a file changed within its clock's grain would look the same.
        var path = _folder[$"feed-{_feeds++}"];
        File.WriteAllText(path, text);
        return Sync.RunAsync(Definition, (options ?? new SyncOptions()) with { FeedPath = path }, null, cancellationToken);
    }

    /// <summary>Rebuilds from a feed of these lines.</summary>
    public Task<RunReport> RebuildLines(params string[] lines) =>
        SyncText(string.Concat(lines.Select(line => line + "\n")), new SyncOptions { Rebuild = true });

    /// <summary>The index that searches see.</summary>
    public async Task<string?> Live() => (await Listed()).SingleOrDefault(index => index.Index is { Live: true })?.Name;

    /// <summary>The indexes as an operator sees them.</summary>
    public Task<IReadOnlyList<ListedIndex>> Listed() => Indexes.ListAsync(Definition.Name, CancellationToken.None);

    /// <summary>The names of the indexes in a state.</summary>
    public async Task<List<string>> InState(Reshelve.Indexing.IndexState state) =>
        [.. (await Listed()).Where(index => index.Registered?.State == state).Select(index => index.Name)];

    /// <summary>A file of the catalog.</summary>
    public string FileOf(params string[] path) => Path.Combine([DataFolder, "catalogs", Definition.Name, .. path]);

    /// <summary>
    /// Copies the data folder as a kill at this moment would leave it; locks end with their process, and the index's shared memory is
    /// made anew.
    /// </summary>
    public void Snapshot(string to) => CopyData(DataFolder, to);

    internal static void CopyData(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            if (path.EndsWith(".lock", StringComparison.Ordinal) || path.EndsWith("-shm", StringComparison.Ordinal))
                continue;
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            // Read without a lock of any kind: the index's own would go with it.
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }

        foreach (var path in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, path)));
    }

    /// <summary>Approves what waits.</summary>
    public Task<RunReport> Approve(bool removals = false, long? run = null) =>
        Holds.ApproveAsync(Definition.Name, new Approval { Removals = removals, Run = run }, null, CancellationToken.None);

    /// <summary>Approves the plan that waits, and then those of its removals that wait.</summary>
    public async Task<RunReport> ApproveAll()
    {
        if (Holds.Find(Definition.Name) is not { Part: HeldPart.Plan })
            return await Approve(removals: true);
        var plan = await Approve();
        return plan is { State: RunState.Done, RemovalsHeld: > 0 } ? await Approve(removals: true) : plan;
    }

    /// <summary>Syncs from the definition's own source.</summary>
    public Task<RunReport> SyncSource() => Sync.RunAsync(Definition, new SyncOptions(), null, CancellationToken.None);

    /// <summary>The path of a file beside the data.</summary>
    public string PathOf(string name) => _folder[name];

    /// <summary>Syncs a feed that is there already.</summary>
    public Task<RunReport> SyncFile(string path, SyncOptions? options = null) =>
        Sync.RunAsync(Definition, (options ?? new SyncOptions()) with { FeedPath = path }, null, CancellationToken.None);

    /// <summary>Writes a feed that was not changed lately, so that it is known again without being read.</summary>
    public string OldFile(params string[] lines)
    {
        var path = _folder[$"feed-{_feeds++}"];
        File.WriteAllLines(path, lines);
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }

    /// <summary>What searches see, by id and in its order.</summary>
    public async Task<Dictionary<string, string>> Documents()
    {
        var documents = new Dictionary<string, string>();
        var live = (await Index.ListAsync(Definition.Name, CancellationToken.None)).SingleOrDefault(index => index.Live);
        if (live is null)
            return documents;
        await foreach (var (id, document) in Index.ReadAllAsync(live.Name, CancellationToken.None))
            documents[id] = Encoding.UTF8.GetString(document.Span);
        return documents.OrderBy(one => one.Key, StringComparer.Ordinal).ToDictionary();
    }

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _folder.Dispose();
    }
}
