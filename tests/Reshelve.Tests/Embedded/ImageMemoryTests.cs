using System.Security.Cryptography;
using System.Text;
using Reshelve.Embedded.Images;
using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;
using Reshelve.Feeds;

namespace Reshelve.Tests.Embedded;

/// <summary>What becomes of the memories of images when their files are not as they should be, and of calls that wait for each other.</summary>
public sealed class ImageMemoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly SetTime _time = new(Noon);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _folder["pictures.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_what_nobody_wrote_makes_no_file()
    {
        await using (var store = Open())
            (await store.LatestChangeAsync("shop", Cancellation)).ShouldBe(0);
        await using (var ledger = new SqliteImageLedger(_folder["images.db"]))
            (await ledger.FindDueAsync("s", null, 10, Cancellation)).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_a_crash_left_empty_is_filled()
    {
        await File.WriteAllBytesAsync(Path, [], Cancellation);
        await using var store = Open();
        (await FindAsync(store, "a")).ShouldBeNull();
        await SaveAsync(store, "a");
        (await FindAsync(store, "a")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_newer_layout_is_refused_with_both_ways_out()
    {
        await FillAsync(1);
        using (var database = SqliteDatabase.Open(Path, SqliteOpen.Existing))
            database.Execute("PRAGMA user_version=7");
        await using var store = Open();
        foreach (var refusal in new[] { await ReadRefusalAsync(store), await WriteRefusalAsync(store) })
        {
            refusal.ShouldContain($"the picture cache '{Path}' has layout 7, and this program uses layout 1: use the program that wrote it");
            refusal.ShouldContain("delete it");
        }
    }

    [Fact]
    public async Task Another_database_is_left_alone()
    {
        using (var database = SqliteDatabase.Open(Path, SqliteOpen.Create))
            database.Execute("CREATE TABLE theirs(x)");
        var before = await File.ReadAllBytesAsync(Path, Cancellation);
        await using (var store = Open())
        {
            foreach (var refusal in new[] { await ReadRefusalAsync(store), await WriteRefusalAsync(store) })
                refusal.ShouldContain($"'{Path}' is a database, but not the picture cache of this program");
        }

        using (var database = SqliteDatabase.Open(Path, SqliteOpen.Existing))
            database.Prepare("SELECT count(*) FROM sqlite_master").Scalar().ShouldBe(1);
        before.Length.ShouldBe((int)new FileInfo(Path).Length);
    }

    [Fact]
    public async Task A_damaged_picture_cache_says_that_it_can_be_deleted_and_then_begins_anew()
    {
        await FillAsync(5_000);
        await DamageAsync(Path);
        var last = 0L;
        await using (var store = Open())
        {
            var refusal = await WriteRefusalAsync(store, 5_000);
            refusal.ShouldContain($"the picture cache '{Path}' is damaged. While nothing else runs, delete it");
            refusal.ShouldContain("pictures are then fetched and tagged anew");
        }

        foreach (var file in Directory.EnumerateFiles(_folder.Path))
            File.Delete(file);
        await using var next = Open();
        await SaveAsync(next, "a");
        (await next.LatestChangeAsync("shop", Cancellation)).ShouldBeGreaterThan(last);
    }

    [Fact]
    public async Task A_damaged_image_ledger_says_what_its_deletion_means()
    {
        var path = _folder["images.db"];
        await using (var ledger = new SqliteImageLedger(path))
            await ledger.NoteAsync([.. Enumerable.Range(0, 5_000).Select(i => new ImageUse($"{i}", [new ImageReference($"{i}")]))], 1, Cancellation);
        await DamageAsync(path);
        await using (var damaged = new SqliteImageLedger(path))
        {
            var refusal = await Should.ThrowAsync<ReshelveException>(async () =>
            {
                for (var i = 0; i < 5_000; i++)
                    await damaged.FindUsersAsync([new ImageReference($"{i}")], 10, Cancellation);
            });
            refusal.Message.ShouldContain($"the image ledger '{path}' is damaged");
            refusal.Message.ShouldContain("a rebuild of the catalog enriches them anew");
        }

        SqliteImageLedger.Delete(path);
        SqliteImageLedger.Delete(path);
        Directory.EnumerateFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        await File.WriteAllTextAsync(Path, new string('x', 10_000), Cancellation);
        await using var store = Open();
        foreach (var refusal in new[] { await ReadRefusalAsync(store), await WriteRefusalAsync(store) })
            refusal.ShouldContain($"the picture cache '{Path}' is damaged");
    }

    [Fact]
    public async Task Waiting_for_another_process_ends_when_that_ends_or_when_it_is_cancelled()
    {
        await FillAsync(1);
        using var other = SqliteDatabase.Open(Path, SqliteOpen.Existing);
        other.Execute("BEGIN IMMEDIATE");
        await using var store = Open();
        using var cancelled = new CancellationTokenSource(50);
        await Should.ThrowAsync<OperationCanceledException>(() => store.SaveReferencesAsync("shop", [State("a")], cancelled.Token));
        var waiting = SaveAsync(store, "b");
        (await FindAsync(store, "0")).ShouldNotBeNull("readers do not wait");
        waiting.IsCompleted.ShouldBeFalse();
        other.Execute("COMMIT");
        await waiting;
        (await FindAsync(store, "a")).ShouldBeNull();
        (await FindAsync(store, "b")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_store_that_was_closed_says_so()
    {
        await FillAsync(1);
        var store = Open();
        await FindAsync(store, "0");
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(() => SaveAsync(store, "a"));
        await Should.ThrowAsync<ObjectDisposedException>(() => FindAsync(store, "a"));
        File.Exists(Path + "-wal").ShouldBeFalse("the last one to close the file brings its log into it");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_folder["images"], "", Cancellation);
        await using var store = new SqlitePictureStore(_folder["images/pictures.db"], _time);
        (await WriteRefusalAsync(store)).ShouldContain(_folder["images/pictures.db"]);
    }

    [Fact]
    public async Task Numbers_of_changes_grow_also_when_the_clock_goes_back_or_the_file_was_lost()
    {
        await using (var store = Open())
        {
            await SaveAsync(store, "a");
            var first = await store.LatestChangeAsync("shop", Cancellation);
            _time.Now = Noon.AddYears(-1);
            await SaveAsync(store, "b");
            (await store.LatestChangeAsync("shop", Cancellation)).ShouldBe(first + 1);
        }

        var last = await LatestAsync();
        File.Delete(Path);
        _time.Now = Noon.AddSeconds(1);
        await using (var store = Open())
            await SaveAsync(store, "a");
        (await LatestAsync()).ShouldBeGreaterThan(last);
    }

    private static async Task DamageAsync(string path)
    {
        // All but the first page, which says what the file is, and the last.
        var bytes = await File.ReadAllBytesAsync(path, Cancellation);
        for (var page = 4096; page < bytes.Length - 4096; page += 4096)
            RandomNumberGenerator.Fill(bytes.AsSpan(page, 100));
        await File.WriteAllBytesAsync(path, bytes, Cancellation);
    }

    private static ReferenceState State(string location) => new()
    {
        Reference = new ImageReference(location), Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(location))),
    };

    private static Task SaveAsync(SqlitePictureStore store, string location) => store.SaveReferencesAsync("shop", [State(location)], Cancellation);

    private static async Task<ReferenceState?> FindAsync(SqlitePictureStore store, string location) =>
        (await store.FindReferencesAsync("shop", [new ImageReference(location)], Cancellation)).GetValueOrDefault(new ImageReference(location));

    private static async Task<string> ReadRefusalAsync(SqlitePictureStore store) =>
        (await Should.ThrowAsync<ReshelveException>(() => FindAsync(store, "0"))).Message;

    private static async Task<string> WriteRefusalAsync(SqlitePictureStore store, int states = 1) =>
        (await Should.ThrowAsync<ReshelveException>(
            () => store.SaveReferencesAsync("shop", [.. Enumerable.Range(0, states).Select(i => State($"{i}"))], Cancellation))).Message;

    private SqlitePictureStore Open() => new(Path, _time);

    private async Task<long> LatestAsync()
    {
        await using var store = Open();
        return await store.LatestChangeAsync("shop", Cancellation);
    }

    private async Task FillAsync(int references)
    {
        await using var store = Open();
        await store.SaveReferencesAsync("shop", [.. Enumerable.Range(0, references).Select(i => State($"{i}"))], Cancellation);
    }

    /// <summary>A clock that shows what it was set to.</summary>
    private sealed class SetTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
