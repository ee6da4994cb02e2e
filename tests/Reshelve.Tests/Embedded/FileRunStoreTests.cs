using System.Diagnostics;
using Reshelve.Embedded;
using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Tests.Embedded;

/// <summary>What is the file store's own: its files, and what can be wrong with them.</summary>
public sealed class FileRunStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reshelve-runs-").FullName;
    private readonly FileRunStore _store;

    public FileRunStoreTests() => _store = new FileRunStore(_folder, TimeProvider.System);

    private string Runs => Path.Combine(_folder, "shop", "runs");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Damaged_and_foreign_files_are_passed_over()
    {
        Save(1);
        Save(2);
        Save(3);
        File.WriteAllText(Path.Combine(Runs, "run-000000000002.json"), "{\"catalog\":");
        File.WriteAllText(Path.Combine(Runs, "run-x.json"), "{}");
        File.WriteAllText(Path.Combine(Runs, "notes.json"), "{}");
        File.WriteAllText(Path.Combine(Runs, "run-000000000009.json"), "null");
        _store.List("shop", 2).Select(r => r.Run).ShouldBe([3, 1]);
    }

    [Fact]
    public async Task A_lost_or_damaged_sequence_never_gives_a_number_twice()
    {
        Save(41);
        long first;
        using (var lease = _store.Acquire("shop", "sync"))
            first = lease.Run;
        // Single documents take numbers too, of which there is no report: far more than them are passed over.
        first.ShouldBeGreaterThan(41 + 100_000);
        foreach (var damage in new[] { "garbage", "", "-5\n", "1\0", "5", "\n" })
        {
            long before;
            using (var turn = await _store.TakeEventTurnAsync("shop", CancellationToken.None))
                before = turn.NextSequence();
            Save(before - 1);
            await File.WriteAllTextAsync(Path.Combine(Runs, "sequence"), damage, TestContext.Current.CancellationToken);
            using var lease = _store.Acquire("shop", "sync");
            lease.Run.ShouldBeGreaterThan(before, damage);
            (await File.ReadAllTextAsync(Path.Combine(Runs, "sequence"), TestContext.Current.CancellationToken)).Trim().ShouldBe($"{lease.Run}");
        }
    }

    [Fact]
    public void Old_runs_are_pruned_with_their_rejected_records()
    {
        for (var run = 1; run <= FileRunStore.KeptRuns + 5; run++)
        {
            Directory.CreateDirectory(Runs);
            File.WriteAllText(Path.Combine(Runs, $"run-{run:D12}.json"), "{}");
            if (run < 10)
                File.WriteAllText(Path.Combine(Runs, $"run-{run:D12}.rejected.jsonl"), "");
        }

        _store.Acquire("shop", "sync").Dispose();
        Directory.GetFiles(Runs, "run-*.json").Length.ShouldBe(FileRunStore.KeptRuns);
        Directory.GetFiles(Runs, "*.rejected.jsonl").Length.ShouldBe(4);
    }

    [Fact]
    public void A_line_that_a_crash_cut_hides_no_other()
    {
        var record = new RejectedRecord(1, "f", 0, null, null, "why", "x"u8.ToArray());
        using (var writer = _store.OpenRejected("shop", 1))
            writer.Write(record);
        var path = Path.Combine(Runs, "run-000000000001.rejected.jsonl");
        File.AppendAllText(path, "{\"record\":2,\"fi");
        using (var writer = _store.OpenRejected("shop", 1))
            writer.Write(record with { Record = 3 });
        _store.ReadRejected("shop", 1).Select(r => r.Record).ShouldBe([1, 3]);
    }

    [Fact]
    public void An_owner_that_died_does_not_keep_the_catalog()
    {
        _store.Acquire("shop", "sync").Dispose();
        File.WriteAllText(
            Path.Combine(Runs, "lease.json"),
            """{"process":1,"host":"elsewhere","purpose":"sync","run":7,"started":"2024-01-01T00:00:00+00:00"}""");
        using var lease = _store.Acquire("shop", "sync");
        Should.Throw<CatalogBusyException>(() => _store.Acquire("shop", "sync")).Message.ShouldContain($"run {lease.Run} ");
    }

    [Fact]
    public void An_owner_that_has_not_yet_said_who_it_is_is_still_an_owner()
    {
        using var lease = _store.Acquire("shop", "sync");
        File.Delete(Path.Combine(Runs, "lease.json"));
        Should.Throw<CatalogBusyException>(() => _store.Acquire("shop", "sync")).Message.ShouldContain("just beginning");
    }

    [Fact]
    public void A_lease_of_another_process_ends_when_that_is_killed()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "needs the program flock (util-linux)");
        _store.Acquire("shop", "sync").Dispose();
        Save(1);
        var path = Path.Combine(Runs, "lease.lock");
        using var other = Process.Start(new ProcessStartInfo("/usr/bin/flock", ["-o", path, "sh", "-c", "echo taken; sleep 60"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        other.StandardOutput.ReadLine().ShouldBe("taken");

        Should.Throw<CatalogBusyException>(() => _store.Acquire("shop", "sync"));
        _store.List("shop", 1).ShouldHaveSingleItem();

        other.Kill(entireProcessTree: true);
        other.WaitForExit();
        _store.Acquire("shop", "sync").Dispose();
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_catalog_name_that_could_leave_the_folder_is_refused(string catalog) =>
        Should.Throw<ReshelveException>(() => _store.Acquire(catalog, "sync"));

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "shop"), "a file where the folder should be");
        Should.Throw<ReshelveException>(() => _store.Acquire("shop", "sync")).Message.ShouldContain(Runs);
    }

    private void Save(long run) =>
        _store.Save(new RunReport { Catalog = "shop", Run = run, State = RunState.Done, Started = DateTimeOffset.UnixEpoch });
}
