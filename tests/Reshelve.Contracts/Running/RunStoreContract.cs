using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Contracts.Running;

/// <summary>What every run store must do.</summary>
public abstract class RunStoreContract : IAsyncLifetime
{
    private static readonly PlanVerdict Verdict = new("removals", VerdictOutcome.Held, HeldPart.Removals, "too \"many\"");

    private static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A store over the storage of this test: another call gives another store over the same storage.</summary>
    protected abstract IRunStore Open();

    /// <summary>Deletes the storage of this test.</summary>
    protected abstract ValueTask CleanAsync();

    private IRunStore Store { get; set; } = null!;

    public ValueTask InitializeAsync()
    {
        Store = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Numbers_go_on_above_one_that_an_index_has_and_never_back()
    {
        Store.NumberAbove("shop", 5000);
        using (var lease = Open().Acquire("shop", "sync"))
            lease.Run.ShouldBeGreaterThan(5000);
        using var turn = await Store.TakeEventTurnAsync("shop", CancellationToken.None);
        var number = turn.NextSequence();

        Store.NumberAbove("shop", 5);

        turn.NextSequence().ShouldBe(number + 1);
    }

    [Fact]
    public void Sequence_numbers_grow_whatever_becomes_of_the_runs()
    {
        var last = 0L;
        for (var i = 0; i < 5; i++)
        {
            using var lease = (i % 2 == 0 ? Store : Open()).Acquire("shop", "sync");
            lease.Run.ShouldBeGreaterThan(last);
            last = lease.Run;
        }
    }

    [Fact]
    public void A_catalog_in_use_is_refused_and_the_message_names_the_run()
    {
        using var lease = Store.Acquire("shop", "sync");
        foreach (var store in new[] { Store, Open() })
        {
            var refusal = Should.Throw<CatalogBusyException>(() => store.Acquire("shop", "plan"));
            refusal.Message.ShouldContain("'shop'");
            refusal.Message.ShouldContain($"run {lease.Run}");
            refusal.Message.ShouldContain("sync");
            refusal.Message.ShouldContain(Environment.ProcessId.ToString());
        }

        using var other = Store.Acquire("another", "sync");
    }

    [Fact]
    public void A_catalog_is_free_again_when_the_lease_ends()
    {
        var first = Store.Acquire("shop", "sync");
        first.Dispose();
        using var second = Store.Acquire("shop", "sync");
        first.Dispose();
        Should.Throw<CatalogBusyException>(() => Open().Acquire("shop", "sync"));
    }

    [Fact]
    public async Task Of_many_who_want_a_catalog_at_once_one_gets_it()
    {
        for (var round = 0; round < 3; round++)
        {
            var leases = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
            {
                try
                {
                    return Open().Acquire("shop", "sync");
                }
                catch (CatalogBusyException)
                {
                    return null;
                }
            })));
            leases.OfType<ICatalogLease>().ShouldHaveSingleItem().Dispose();
        }
    }

    [Fact]
    public void Reports_are_listed_newest_first_as_they_were_saved()
    {
        var reports = Enumerable.Range(1, 12).Select(i => Report(i) with
        {
            State = RunState.Held, Feed = new(10, 20), Added = 1, Replaced = 2, Patched = 3, Removed = 4, Unchanged = 5, Rejected = 6,
            Duplicates = 7, Parsed = 8, HeldReasons = ["too \"few\""], RemovalsHeld = 9, Kept = 10, Verdicts = [Verdict], Notes = ["ü"], Error = "why", Source = "file", PlanFolder = "/x",
            Seconds = new(0.25, 2, 3, 5.25),
        }).ToList();
        foreach (var report in reports)
            Store.Save(report);

        Open().List("shop", 5).Select(r => r.Run).ShouldBe([12, 11, 10, 9, 8]);
        var read = Store.List("shop", 100)[11];
        read.HeldReasons.ShouldBe(reports[0].HeldReasons);
        read.Notes.ShouldBe(reports[0].Notes);
        read.Verdicts.ShouldBe([Verdict]);
        (read with { HeldReasons = [], Verdicts = [], Notes = [] }).ShouldBe(reports[0] with { HeldReasons = [], Verdicts = [], Notes = [] });
        Store.List("nobody", 5).ShouldBeEmpty();
    }

    [Fact]
    public void A_report_saved_again_replaces_the_first()
    {
        using var lease = Store.Acquire("shop", "sync");
        Store.Save(Report(lease.Run) with { State = RunState.Running });
        Store.List("shop", 1)[0].State.ShouldBe(RunState.Running);
        Store.Save(Report(lease.Run) with { State = RunState.Done });
        Store.List("shop", 10).ShouldHaveSingleItem().State.ShouldBe(RunState.Done);
    }

    [Fact]
    public void A_run_whose_process_ended_without_saying_so_has_failed()
    {
        var lease = Store.Acquire("shop", "sync");
        Store.Save(Report(lease.Run) with { State = RunState.Running });
        lease.Dispose();
        var crashed = Open().List("shop", 1)[0];
        crashed.State.ShouldBe(RunState.Failed);
        crashed.Error!.ShouldContain("without finishing");

        using var next = Store.Acquire("shop", "sync");
        Store.Save(Report(next.Run) with { State = RunState.Running });
        Store.List("shop", 2).Select(r => r.State).ShouldBe([RunState.Running, RunState.Failed]);
    }

    [Fact]
    public async Task Asking_for_the_runs_turns_no_run_away()
    {
        Store.Save(Report(1) with { State = RunState.Running });
        using var stop = new CancellationTokenSource();
        var asking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                Open().List("shop", 1);
        });
        for (var i = 0; i < 50; i++)
            Store.Acquire("shop", "sync").Dispose();
        await stop.CancelAsync();
        await asking;
    }

    [Fact]
    public void Rejected_records_come_back_as_they_were()
    {
        RejectedRecord[] records =
        [
            new(1, "feed.jsonl", 0, "a", "price", "not a \"number\"", "{\"price\": \"x\"}\n"u8.ToArray()),
            new(2, "ünï.jsonl", 20, null, null, "broken\nJSON", [0xFF, 0xFE, 0, 1]),
            new(0, "", -1, "😀\0", null, "refused", []),
            new(4, "big", 1L << 40, "b", "f", "long", [.. Enumerable.Repeat((byte)'x', 1 << 20)]),
        ];
        using (var writer = Store.OpenRejected("shop", 3))
        {
            foreach (var record in records)
                writer.Write(record);
        }

        var read = Open().ReadRejected("shop", 3).ToList();
        read.Count.ShouldBe(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            (read[i] with { Bytes = [] }).ShouldBe(records[i] with { Bytes = [] }, $"record {i}");
            read[i].Bytes.ShouldBe(records[i].Bytes);
        }

        Store.ReadRejected("shop", 4).ShouldBeEmpty();
    }

    [Fact]
    public async Task Several_threads_may_reject_at_once_and_a_second_writer_adds()
    {
        for (var round = 0; round < 2; round++)
        {
            using var writer = Store.OpenRejected("shop", 1);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            {
                for (var i = 0; i < 500; i++)
                    writer.Write(new RejectedRecord(i, $"{thread}", 0, null, null, "x", "{}"u8.ToArray()));
            })));
        }

        var read = Store.ReadRejected("shop", 1).ToList();
        read.Count.ShouldBe(4000);
        foreach (var thread in read.GroupBy(r => r.File))
            thread.Select(r => r.Record).ShouldBe([.. Enumerable.Range(0, 500).Concat(Enumerable.Range(0, 500)).Select(i => (long)i)]);
    }

    private static RunReport Report(long run) =>
        new() { Catalog = "shop", Run = run, State = RunState.Running, Started = Noon };
}
