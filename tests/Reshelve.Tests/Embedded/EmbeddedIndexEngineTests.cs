using System.Text;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Tests.Embedded;

/// <summary>What is the embedded engine's own: its files, and what can be wrong with them.</summary>
public sealed class EmbeddedIndexEngineTests : IAsyncLifetime
{
    private const string Index = "shop_20240101000000";

    private static readonly IndexSchema Schema = new(
    [
        new FieldDefinition { Name = "title", From = FieldPath.Of("title"), Type = FieldType.Text },
        new FieldDefinition { Name = "price", From = FieldPath.Of("price"), Type = FieldType.Number, Volatile = true },
    ]);

    private readonly string _folder = Directory.CreateTempSubdirectory("reshelve-embedded-").FullName;
    private EmbeddedIndexEngine _engine = null!;

    private string IndexPath => Path.Combine(_folder, Index + ".db");

    public ValueTask InitializeAsync()
    {
        _engine = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_library_in_use_is_named() => SqliteLibrary.Description.ShouldMatch(@"^SQLite 3\.\d+\.\d+ \(.+\)$");

    [Fact]
    public async Task Nothing_is_opened_or_made_before_it_is_needed()
    {
        var folder = Path.Combine(_folder, "none");
        await using (var engine = new EmbeddedIndexEngine(folder, TimeProvider.System))
        {
            (await engine.ListAsync("shop", default)).ShouldBeEmpty();
            await Should.ThrowAsync<ReshelveException>(() => engine.SearchAsync("shop", new SearchRequest(), default));
        }

        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_crash_left_of_a_creation_is_not_listed_does_not_block_and_goes_away()
    {
        var old = Path.Combine(_folder, Index + ".db.creating-abc");
        var young = Path.Combine(_folder, "shop_20240102000000.db.creating-def");
        await File.WriteAllTextAsync(old, "half");
        await File.WriteAllTextAsync(young, "half");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-1));
        (await _engine.ListAsync("shop", default)).ShouldBeEmpty();

        await FillAsync();

        (await _engine.ListAsync("shop", default)).ShouldHaveSingleItem();
        File.Exists(old).ShouldBeFalse();
        File.Exists(young).ShouldBeTrue("its maker may still be at it");
    }

    [Fact]
    public async Task Dropping_leaves_no_file()
    {
        await FillAsync();
        await _engine.CreateAsync("shop_20240102000000", "shop", Schema, IndexOrigin.None, default);
        await File.WriteAllTextAsync(Path.Combine(_folder, "a stray file.alias"), Index);
        await File.WriteAllTextAsync(Path.Combine(_folder, "someone_elses.db-backup"), "");
        await _engine.PromoteAsync("shop", "shop_20240102000000", default);
        await _engine.SearchAsync("shop", new SearchRequest(), default);
        await _engine.DropAsync(Index, default);
        Directory.EnumerateFiles(_folder, Index + "*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_closed_index_is_one_file()
    {
        await FillAsync();
        await _engine.SearchAsync("shop", new SearchRequest(), default);
        await _engine.DisposeAsync();
        Directory.EnumerateFiles(_folder, Index + "*").ShouldBe([IndexPath]);
    }

    [Fact]
    public async Task A_damaged_file_gets_a_message_that_says_what_to_do()
    {
        await FillAsync();
        await _engine.DisposeAsync();
        await using (var file = File.OpenWrite(IndexPath))
            await file.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 20_000)));
        await using var engine = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        foreach (var attempt in new Func<Task>[]
        {
            () => engine.SearchAsync("shop", new SearchRequest(), default),
            () => engine.WriteAsync(Index, [new Change(ChangeKind.Remove, "1", default)], 2, default),
            () => engine.ListAsync("shop", default),
            () => engine.RefreshAsync(Index, default),
            async () => await engine.ReadAllAsync(Index, default).GetAsyncEnumerator().MoveNextAsync(),
        })
        {
            var message = (await Should.ThrowAsync<ReshelveException>(attempt)).Message;
            message.ShouldContain(IndexPath);
            message.ShouldContain("damaged");
        }
    }

    [Fact]
    public async Task A_file_that_someone_else_made_is_neither_listed_nor_written_nor_dropped()
    {
        await FillAsync();
        var foreign = Path.Combine(_folder, "shop_20990101000000.db");
        using (var database = SqliteDatabase.Open(foreign, SqliteOpen.Create))
            database.Execute("CREATE TABLE docs(num INTEGER PRIMARY KEY)");
        await File.WriteAllTextAsync(Path.Combine(_folder, "shop_20990102000000.db"), new string('x', 5000));

        (await _engine.ListAsync("shop", default)).Select(i => i.Name).ShouldBe([Index]);
        foreach (var name in new[] { "shop_20990101000000", "shop_20990102000000" })
        {
            await Should.ThrowAsync<ReshelveException>(() => _engine.DropAsync(name, default));
            await Should.ThrowAsync<ReshelveException>(() => _engine.PromoteAsync("shop", name, default));
            await Should.ThrowAsync<ReshelveException>(() => _engine.WriteAsync(name, [new Change(ChangeKind.Remove, "1", default)], 2, default));
            File.Exists(Path.Combine(_folder, name + ".db")).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task An_index_of_another_format_version_is_refused_listed_as_outdated_and_dropped()
    {
        await FillAsync();
        await _engine.DisposeAsync();
        using (var database = SqliteDatabase.Open(IndexPath, SqliteOpen.Existing))
            database.Execute("UPDATE about SET format = 99");
        await using var engine = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        var refusal = await Should.ThrowAsync<ReshelveException>(() => engine.SearchAsync("shop", new SearchRequest(), default));
        refusal.Message.ShouldContain("format 99");
        refusal.Message.ShouldContain("sync");
        var outdated = (await engine.ListAsync("shop", default)).ShouldHaveSingleItem();
        (outdated.Name, outdated.Live).ShouldBe((Index, true));
        outdated.Outdated!.ShouldContain("format 99");

        await engine.CreateAsync("shop_20240102000000", "shop", Schema, IndexOrigin.None, default);
        await engine.PromoteAsync("shop", "shop_20240102000000", default);
        await engine.DropAsync(Index, default);
        (await engine.ListAsync("shop", default)).ShouldHaveSingleItem().Outdated.ShouldBeNull();
    }

    [Fact]
    public async Task An_index_whose_file_was_deleted_by_hand_says_so()
    {
        await FillAsync();
        await _engine.DisposeAsync();
        File.Delete(IndexPath);
        await using var engine = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        (await Should.ThrowAsync<ReshelveException>(() => engine.SearchAsync("shop", new SearchRequest(), default))).Message.ShouldContain(Index);
    }

    [Theory]
    [InlineData("../shop_1")]
    [InlineData("shop/x_1")]
    [InlineData("")]
    [InlineData("shop_1\0")]
    [InlineData("shop_1.db")]
    public async Task A_name_that_could_leave_the_folder_is_refused(string name)
    {
        await Should.ThrowAsync<ReshelveException>(() => _engine.CreateAsync(name, "shop", Schema, IndexOrigin.None, default));
        await Should.ThrowAsync<ReshelveException>(() => _engine.SearchAsync(name + "/", new SearchRequest(), default));
        await Should.ThrowAsync<ReshelveException>(() => _engine.DropAsync(name, default));
    }

    [Theory]
    [InlineData(13, "disk is full")]
    [InlineData(8, "cannot be written")]
    [InlineData(5, "another process")]
    [InlineData(11, "damaged")]
    [InlineData(10 | (3 << 8), "disk failed")]
    [InlineData(1, "failed")]
    public void What_SQLite_refuses_is_put_into_words(int code, string words)
    {
        var message = StorageFailure.Explain(new SqliteException(code, "reason"), "shop_1", "/x/shop_1.db").Message;
        message.ShouldContain(words);
        message.ShouldContain("/x/shop_1.db");
    }

    [Fact]
    public async Task A_write_that_fails_midway_leaves_nothing_of_its_batch()
    {
        await FillAsync();
        using (var database = SqliteDatabase.Open(IndexPath, SqliteOpen.Existing))
            database.Execute("CREATE TRIGGER fail BEFORE INSERT ON docs WHEN new.id = x'62' BEGIN SELECT RAISE(ABORT, 'no'); END");
        Change[] batch = [Add("a", "new"), Add("b", "new"), Add("c", "new")];
        await Should.ThrowAsync<ReshelveException>(() => _engine.WriteAsync(Index, batch, 2, default));
        (await _engine.SearchAsync("shop", new SearchRequest { Query = "new" }, default)).Total.ShouldBe(0);

        using (var database = SqliteDatabase.Open(IndexPath, SqliteOpen.Existing))
            database.Execute("DROP TRIGGER fail");
        (await _engine.WriteAsync(Index, batch, 2, default)).ShouldAllBe(r => r.Acknowledged);
        (await _engine.SearchAsync("shop", new SearchRequest { Query = "new" }, default)).Total.ShouldBe(3);
        Integrity().ShouldBe("ok");
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_when_the_process_dies_at_once()
    {
        await FillAsync();
        await _engine.WriteAsync(Index, [Add("2", "acknowledged")], 2, default);

        // What a killed process leaves: the file and its log, and no goodbye.
        var left = Directory.CreateDirectory(Path.Combine(_folder, "left")).FullName;
        foreach (var name in new[] { Index + ".db", Index + ".db-wal", "shop.alias" })
            File.Copy(Path.Combine(_folder, name), Path.Combine(left, name));
        await using var engine = new EmbeddedIndexEngine(left, TimeProvider.System);
        (await engine.SearchAsync("shop", new SearchRequest { Query = "acknowledged" }, default)).Total.ShouldBe(1);
        (await engine.WriteAsync(Index, [Add("3", "next")], 3, default))[0].Acknowledged.ShouldBeTrue();
        (await engine.ListAsync("shop", default))[0].Documents.ShouldBe(3);
    }

    [Fact]
    public async Task However_varied_searches_are_they_use_no_statement_that_was_let_go()
    {
        await FillAsync();
        for (var i = 0; i < 300; i++)
        {
            var bounds = Enumerable.Range(0, i % 90).Select(n => (SearchFilter)new RangeFilter("price", (-n).ToString(), (n + 1).ToString()));
            var found = await _engine.SearchAsync("shop", new SearchRequest { Query = "lamp", Filters = [.. bounds], Highlight = true }, default);
            found.Total.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_file_in_a_folder_that_nobody_can_write_can_be_read()
    {
        await FillAsync();
        await _engine.DisposeAsync();
        var odd = Path.Combine(_folder, "a?b#c%20 d.db");
        File.Copy(IndexPath, odd);
        using var database = SqliteDatabase.Open(odd, SqliteOpen.Immutable);
        database.Prepare("SELECT documents FROM state").Scalar().ShouldBe(1);
        Should.Throw<SqliteException>(() => database.Execute("DELETE FROM docs")).Error.ShouldBe(SqliteError.ReadOnly);
    }

    [Fact]
    public async Task A_patch_leaves_full_text_alone()
    {
        await FillAsync();
        var before = WordsVersion();
        await _engine.WriteAsync(Index, [new Change(ChangeKind.Patch, "1", """{"title":"lamp","price":2}"""u8.ToArray())], 2, default);
        WordsVersion().ShouldBe(before);
        await _engine.WriteAsync(Index, [new Change(ChangeKind.Patch, "1", """{"title":"lamps","price":2}"""u8.ToArray())], 3, default);
        WordsVersion().ShouldNotBe(before);
        (await _engine.SearchAsync("shop", new SearchRequest { Query = "lamp " }, default)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Row_numbers_of_removed_documents_are_used_again()
    {
        await FillAsync();
        for (var round = 2; round < 20; round++)
        {
            await _engine.WriteAsync(
                Index, [new Change(ChangeKind.Remove, $"{round - 1}", default), Add($"{round}", "lamp"), Add("x" + round, "{"), Add("", "none")], round, default);
            await _engine.WriteAsync(Index, [new Change(ChangeKind.Remove, "x" + round, default)], round, default);
            (await _engine.SearchAsync("shop", new SearchRequest { Query = "lamp " }, default)).Hits.ShouldHaveSingleItem().Id.ShouldBe($"{round}");
        }

        using var database = SqliteDatabase.Open(IndexPath, SqliteOpen.Existing);
        database.Prepare("SELECT max(num) FROM docs").Scalar()!.Value.ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task Tombstones_go_after_a_week()
    {
        var clock = new Clock();
        await using var engine = new EmbeddedIndexEngine(_folder, clock);
        await engine.CreateAsync(Index, "shop", Schema, IndexOrigin.None, default);
        await engine.WriteAsync(Index, [new Change(ChangeKind.Remove, "1", default)], 5, default);
        await engine.RefreshAsync(Index, default);
        await engine.WriteAsync(Index, [Add("1", "late")], 4, default);
        (await engine.ListAsync("shop", default))[0].Documents.ShouldBe(0);

        clock.Now += TimeSpan.FromDays(8);
        await engine.RefreshAsync(Index, default);
        await engine.WriteAsync(Index, [Add("1", "new")], 4, default);
        (await engine.ListAsync("shop", default))[0].Documents.ShouldBe(1);
    }

    private static Change Add(string id, string title) => new(ChangeKind.Add, id, Encoding.UTF8.GetBytes($$"""{"title":"{{title}}","price":1}"""));

    private async Task FillAsync()
    {
        await _engine.CreateAsync(Index, "shop", Schema, IndexOrigin.None, default);
        await _engine.WriteAsync(Index, [Add("1", "lamp")], 1, default);
        await _engine.RefreshAsync(Index, default);
        await _engine.PromoteAsync("shop", Index, default);
    }

    // FTS5 counts up in its structure record with each change.
    private string WordsVersion()
    {
        using var database = SqliteDatabase.Open(IndexPath, SqliteOpen.Existing);
        var rows = database.Prepare("SELECT group_concat(hex(block)) FROM words_data");
        rows.Step();
        return rows.Text(0);
    }

    private string Integrity()
    {
        using var database = SqliteDatabase.Open(IndexPath, SqliteOpen.Existing);
        var rows = database.Prepare("PRAGMA integrity_check");
        rows.Step();
        return rows.Text(0);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
