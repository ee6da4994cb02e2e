using System.Text;
using Reshelve.Catalogs;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Mapping;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>Where index and ledger disagree, that is found and mended; a lost ledger is restored from the index.</summary>
public sealed class DriftTests
{
    private static readonly string[] Feed = [.. Enumerable.Range(0, 40).Select(i => Line($"{i}", $"n{i}", i))];

    [Fact]
    public async Task After_syncs_and_single_documents_index_and_ledger_agree()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Feed);
        await bench.SyncLines([.. Feed.Skip(3), Line("7", "other", 1), Line("8", "n8", 99), Line("new", "x", 1)]);
        await bench.Put(Line("9", "put", 1), Line("put", "put", 2), "{\"id\":\"bare\"}");
        await bench.Events.RemoveAsync(bench.Definition, ["10"], CancellationToken.None);
        var report = await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None);
        (report.Documents, report.Missing, report.Extra, report.Stale).ShouldBe((39, 0, 0, 0));
    }

    [Fact]
    public async Task Missing_extra_and_stale_documents_are_found_mended_and_put_right_by_the_next_sync()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Feed);
        await bench.BehindOurBackAsync(
            new Change(ChangeKind.Remove, "3", default), new Change(ChangeKind.Replace, "4", "{\"name\":\"vandal\"}"u8.ToArray()),
            new Change(ChangeKind.Add, "stranger", "{\"name\":\"stranger\"}"u8.ToArray()));
        var report = await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None);
        (report.Missing, report.Extra, report.Stale, report.Mended).ShouldBe((1, 1, 1, false));
        report.Examples.Order().ShouldBe([(DriftKind.Missing, "3"), (DriftKind.Extra, "stranger"), (DriftKind.Stale, "4")]);

        (await bench.Repair.VerifyAsync(bench.Definition, mend: true, CancellationToken.None)).Mended.ShouldBeTrue();
        (await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        var next = await bench.SyncLines(Feed);
        (next.Added, next.Replaced, next.Removed, next.Unchanged).ShouldBe((1, 1, 1, 38));
        await bench.ShouldEndAs(Feed);
    }

    [Fact]
    public async Task A_document_that_is_none_any_more_is_told_apart_and_a_rebuild_gets_rid_of_it()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Feed);
        Spoil(bench, (await bench.Live())!, "4");
        var report = await bench.Repair.VerifyAsync(bench.Definition, mend: true, CancellationToken.None);
        (report.Spoilt, report.Stale, report.InStep).ShouldBe((1, 0, false));
        var rebuilt = await bench.RebuildLines([.. Feed.Select(line => line.Replace("\"n", "\"m", StringComparison.Ordinal))]);
        rebuilt.State.ShouldBeOneOf(RunState.Done, RunState.Held);
        (await bench.RebuildLines(Feed)).State.ShouldBe(RunState.Done);
        (await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        await bench.ShouldEndAs(Feed);
    }

    [Fact]
    public async Task A_note_of_the_current_ledger_that_was_overwritten_is_named_and_not_shown()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Feed);
        var secret = string.Concat(Enumerable.Repeat("secret ", 10_000));
        await File.WriteAllTextAsync(bench.FileOf("ledgers", (await bench.Live())!, "current"), secret, TestContext.Current.CancellationToken);
        var error = (await bench.SyncLines([.. Feed.Skip(1)])).Error.ShouldNotBeNull();
        error.ShouldNotContain("secret");
        error.ShouldContain("current");
        error.ShouldContain("ledger rebuild");
        await bench.Repair.RebuildLedgerAsync(bench.Definition, CancellationToken.None);
        await bench.ShouldEndAs([.. Feed.Skip(1)]);
    }

    [Fact]
    public async Task A_lost_or_damaged_ledger_is_restored_and_the_next_feed_changes_only_what_differs()
    {
        foreach (var damage in new Action<string>[]
        {
            folder => Directory.Delete(folder, recursive: true),
            folder => File.WriteAllText(Directory.GetFiles(folder, "*.ledger").First(), "not a ledger"),
            folder => File.WriteAllText(Path.Combine(folder, "current"), "nonsense"),
        })
        {
            await using var bench = new SyncBench();
            await bench.SyncLines(Feed);
            damage(Directory.GetDirectories(Path.Combine(bench.DataFolder, "catalogs", "shop", "ledgers")).Single());
            var failed = await bench.SyncLines([.. Feed.Skip(1)]);
            (failed.State, failed.Error!.Contains("ledger rebuild")).ShouldBe((RunState.Failed, true), failed.Error);

            var restored = await bench.Repair.RebuildLedgerAsync(bench.Definition, CancellationToken.None);
            restored.Documents.ShouldBe(40);
            (await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
            var next = await bench.SyncLines([.. Feed.Skip(1), Line("5", "other", 5)]);
            (next.State, next.Added, next.Replaced, next.Patched, next.Removed).ShouldBe((RunState.Done, 0, 1, 0, 1));
            await bench.ShouldEndAs(Feed);
        }
    }

    [Fact]
    public async Task What_was_put_does_not_hide_that_the_ledger_is_missing()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Feed);
        await bench.Put(Line("1", "put", 1));
        File.Delete(Path.Combine(Directory.GetDirectories(Path.Combine(bench.DataFolder, "catalogs", "shop", "ledgers")).Single(), "current"));
        var failed = await bench.SyncLines([.. Feed.Skip(10)]);
        (failed.State, failed.Error!.Contains("ledger rebuild")).ShouldBe((RunState.Failed, true), failed.Error);
        await bench.Repair.RebuildLedgerAsync(bench.Definition, CancellationToken.None);
        await bench.ShouldEndAs([.. Feed.Skip(10)]);
    }

    [Fact]
    public async Task A_ledger_is_restored_in_the_middle_of_an_interrupted_plan_and_the_plan_is_given_up()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Feed);
        bench.Index.Before = (name, _) =>
        {
            if (name == "refresh")
                throw new FaultyIndex.Crash();
        };
        var interrupted = await bench.SyncLines([.. Feed.Skip(10), Line("extra", "x", 1)]);
        bench.Index.Before = (_, _) => { };
        var restored = await bench.Repair.RebuildLedgerAsync(bench.Definition, CancellationToken.None);
        restored.AbandonedRun.ShouldBe(interrupted.Run);
        await bench.ShouldEndAs(Feed);
    }

    [Fact]
    public void The_hashes_of_a_stored_document_are_those_it_was_mapped_with()
    {
        var definition = Some.Catalog();
        var hash = KeyedHash.Derive(new byte[32], "document");
        var mapper = new DocumentMapper(definition, hash);
        var volatileNames = definition.Fields.Where(field => field.Volatile).Select(field => field.Name).ToHashSet();
        foreach (var record in new[] { Line("1", "x", 5), "{\"id\":\"1\"}", "{\"id\":\"1\",\"price\":3}", "{\"id\":\"1\",\"name\":\"\\\"}\",\"unknown\":{\"b\":[1],\"a\":2}}" })
        {
            var mapped = mapper.Map(Encoding.UTF8.GetBytes(record));
            var document = mapped.Document.ToArray();
            var found = DocumentHashes.Of(document, hash).ShouldNotBeNull(record);
            found.Under(volatileNames.Contains).ShouldBe((mapped.Stable, mapped.Volatile), record);
            found.Match(mapped.Stable, mapped.Volatile).ShouldBeTrue(record);
            DocumentHashes.Of("{\"name\":\"y\"}"u8, hash)!.Match(mapped.Stable, mapped.Volatile).ShouldBeFalse();
        }

        foreach (var spoilt in new[] { "not json", "[]", "7", "{ }", "{} ", "{\"a\":1", "" })
            DocumentHashes.Of(Encoding.UTF8.GetBytes(spoilt), hash).ShouldBeNull(spoilt);
    }

    /// <summary>Overwrites a document in the index's own file, as a failing disk might.</summary>
    private static void Spoil(SyncBench bench, string index, string id)
    {
        var path = Directory.EnumerateFiles(bench.DataFolder, $"{index}*", SearchOption.AllDirectories).Single(file => file.EndsWith(".db", StringComparison.Ordinal));
        using var database = SqliteDatabase.Open(path, SqliteOpen.Existing);
        database.Prepare("UPDATE docs SET body = ? WHERE CAST(id AS TEXT) = ?").BindBlob(1, "{\"name\":\"n"u8).Bind(2, id).Run();
    }

    private static string Line(string id, string name, int price) => $$"""{"id":"{{id}}","name":"{{name}}","price":{{price}}}""";
}
