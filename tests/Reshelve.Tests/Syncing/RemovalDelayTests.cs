using Reshelve.Catalogs;
using Reshelve.Running;
using Reshelve.Tests.Host;

namespace Reshelve.Tests.Syncing;

/// <summary>A missing record stays for a while, and coming back costs nothing.</summary>
public sealed class RemovalDelayTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly SyncBench _bench;

    public RemovalDelayTests() => _bench = new SyncBench(time: _time);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_missing_record_stays_for_so_many_feeds()
    {
        Delay(new RemovalDelay(2, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2", "3"));
        (await _bench.SyncText(Feed("1", "3"))).Kept.ShouldBe(1);
        (await _bench.SyncText(Feed("1", "3"))).Kept.ShouldBe(1);
        await ShouldHoldAsync("1", "2", "3");
        (await _bench.SyncText(Feed("1", "3"))).Removed.ShouldBe(1);
        await ShouldHoldAsync("1", "3");
        (await _bench.SyncText(Feed("1", "3"))).Kept.ShouldBe(0);
    }

    [Fact]
    public async Task A_missing_record_stays_for_so_long()
    {
        Delay(new RemovalDelay(0, TimeSpan.FromHours(36)));
        await _bench.SyncText(Feed("1", "2"));
        await _bench.SyncText(Feed("1"));
        _time.Advance(TimeSpan.FromHours(36) - TimeSpan.FromSeconds(1));
        (await _bench.SyncText(Feed("1"))).Kept.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await _bench.SyncText(Feed("1"))).Removed.ShouldBe(1);
        await ShouldHoldAsync("1");
    }

    [Fact]
    public async Task Coming_back_parses_and_writes_nothing_and_begins_the_delay_anew()
    {
        Delay(new RemovalDelay(2, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2"));
        await _bench.SyncText(Feed("1"));
        await _bench.SyncText(Feed("1"));
        var written = _bench.Index.Written;
        var back = await _bench.SyncText(Feed("1", "2"));
        (back.Parsed, back.Unchanged, back.Kept).ShouldBe((0, 2, 0));
        _bench.Index.Written.ShouldBe(written);
        (await _bench.SyncText(Feed("1"))).Kept.ShouldBe(1);
        (await _bench.SyncText(Feed("1"))).Kept.ShouldBe(1);
        (await _bench.SyncText(Feed("1"))).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task Feeds_that_are_skipped_as_unchanged_count_too()
    {
        Delay(new RemovalDelay(3, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2"));
        var path = _bench.OldFile("""{"id":"1","name":"n1"}""");
        (await _bench.SyncFile(path)).Kept.ShouldBe(1);
        for (var i = 0; i < 2; i++)
            (await _bench.SyncFile(path)).Notes.ShouldContain("the feed is the one that was applied last");
        (await _bench.SyncFile(path)).Removed.ShouldBe(1);
        await ShouldHoldAsync("1");
        (await _bench.SyncFile(path)).Notes.ShouldContain("the feed is the one that was applied last");
    }

    [Fact]
    public async Task A_time_ends_also_while_the_feed_stays_unchanged()
    {
        Delay(new RemovalDelay(0, TimeSpan.FromDays(2)));
        await _bench.SyncText(Feed("1", "2"));
        var path = _bench.OldFile("""{"id":"1","name":"n1"}""");
        await _bench.SyncFile(path);
        (await _bench.SyncFile(path)).Notes.ShouldContain("the feed is the one that was applied last");
        _time.Advance(TimeSpan.FromDays(2));
        (await _bench.SyncFile(path)).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task A_delay_that_is_taken_out_of_the_definition_is_over()
    {
        Delay(new RemovalDelay(30, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2"));
        var path = _bench.OldFile("""{"id":"1","name":"n1"}""");
        (await _bench.SyncFile(path)).Kept.ShouldBe(1);
        Delay(RemovalDelay.None);
        (await _bench.SyncFile(path)).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task Plans_that_are_only_shown_let_no_delay_pass()
    {
        Delay(new RemovalDelay(2, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2"));
        await _bench.SyncText(Feed("1"));
        for (var i = 0; i < 4; i++)
            (await _bench.SyncText(Feed("1"), new SyncOptions { PlanOnly = true })).Kept.ShouldBe(1);
        (await _bench.SyncText(Feed("1"))).Kept.ShouldBe(1);
    }

    [Fact]
    public async Task A_last_record_that_goes_missing_and_so_moves_nothing_is_noted_too()
    {
        Delay(new RemovalDelay(1, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2"));
        (await _bench.SyncText(Feed("1"))).Kept.ShouldBe(1);
        (await _bench.SyncText(Feed("1"))).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task A_record_that_an_incremental_feed_brings_is_missing_no_longer()
    {
        Delay(new RemovalDelay(3, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2", "3"));
        (await _bench.SyncText(Feed("1"))).Kept.ShouldBe(2);
        _bench.Definition = _bench.Definition with { Feed = FeedKind.Incremental };
        for (var i = 0; i < 3; i++)
            (await _bench.SyncText(Feed("2"))).State.ShouldBe(RunState.Done);
        _bench.Definition = _bench.Definition with { Feed = FeedKind.Full };
        var full = await _bench.SyncText(Feed("1"));
        (full.Kept, full.Removed).ShouldBe((1, 1));
        await ShouldHoldAsync("1", "2");
    }

    [Fact]
    public async Task Tombstones_do_not_wait()
    {
        _bench.Definition = Some.Catalog() with { RemovalDelay = new RemovalDelay(5, TimeSpan.Zero), Tombstone = new Tombstone(FieldPath.Of("gone"), ["true"]) };
        await _bench.SyncText(Feed("1", "2"));
        (await _bench.SyncText(Feed("1") + """{"id":"2","gone":true}""" + "\n")).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task Under_explicit_only_what_is_missing_stays_and_a_tombstone_removes()
    {
        _bench.Definition = Some.Catalog() with { Removals = RemovalPolicy.ExplicitOnly, Tombstone = new Tombstone(FieldPath.Of("gone"), ["true"]) };
        await _bench.SyncText(Feed("1", "2", "3"));
        var report = await _bench.SyncText(Feed("1") + """{"id":"2","gone":true}""" + "\n");
        (report.State, report.Removed, report.Kept, report.HeldReasons.Count).ShouldBe((RunState.Done, 1, 1, 0));
        await ShouldHoldAsync("1", "3");
        _bench.Definition = _bench.Definition with { Removals = RemovalPolicy.Always };
        (await _bench.SyncText(Feed("1"))).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task Checks_count_what_would_be_removed_now()
    {
        Delay(new RemovalDelay(1, TimeSpan.Zero));
        var all = Enumerable.Range(0, 200).Select(i => $"{i}").ToArray();
        await _bench.SyncText(Feed(all));
        (await _bench.SyncText(Feed(all[..120]))).HeldReasons.ShouldBeEmpty();
        var due = await _bench.SyncText(Feed(all[..120]));
        (due.RemovalsHeld, due.Removed, due.HeldReasons.Count).ShouldBe((80, 0, 1));
        (await _bench.SyncText(Feed(all[..120]))).RemovalsHeld.ShouldBe(80);
        (await _bench.Approve(removals: true)).Removed.ShouldBe(80);
        await ShouldHoldAsync(all[..120]);
    }

    [Fact]
    public async Task A_removal_that_was_due_and_refused_by_the_index_is_tried_again_at_once()
    {
        Delay(new RemovalDelay(1, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2", "3"));
        await _bench.SyncText(Feed("1", "3"));
        _bench.Index.Refuses = change => change.Id == "2";
        // Another record is missing from now on, so that something is written down besides.
        (await _bench.SyncText(Feed("1"))).Rejected.ShouldBe(1);
        _bench.Index.Refuses = _ => false;
        (await _bench.SyncText(Feed("1"))).Removed.ShouldBe(2);
    }

    [Fact]
    public async Task A_damaged_note_of_what_is_missing_removes_nothing_early_and_is_told()
    {
        Delay(new RemovalDelay(1, TimeSpan.Zero));
        await _bench.SyncText(Feed("1", "2"));
        await _bench.SyncText(Feed("1"));
        var path = Directory.EnumerateFiles(_bench.DataFolder, "*.missing", SearchOption.AllDirectories).Single();
        foreach (var torn in new Func<byte[], byte[]>[] { bytes => bytes[..^1], bytes => [.. bytes[..^20], 1, .. bytes[^19..]], _ => [] })
        {
            await File.WriteAllBytesAsync(path, torn(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);
            var report = await _bench.SyncText(Feed("1"), new SyncOptions { PlanOnly = true });
            (report.State, report.Kept, report.Removed).ShouldBe((RunState.Planned, 1, 0), report.Error);
            report.Notes.ShouldContain(note => note.Contains("is damaged"));
        }

        (await _bench.SyncText(Feed("1"))).Kept.ShouldBe(1);
        (await _bench.SyncText(Feed("1"))).Removed.ShouldBe(1);
    }

    /// <summary>Random feeds, clocks and interruptions, compared after each with a dictionary.</summary>
    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 5)]
    public async Task A_removal_delay_does_what_a_dictionary_would(int feeds, int hours)
    {
        var seed = Seeds.One();
        var place = $"Seed {seed}; replay with RESHELVE_TEST_SEED={seed}";
        var random = new Random(seed);
        Delay(new RemovalDelay(feeds, TimeSpan.FromHours(hours)));
        _bench.Definition = _bench.Definition with { Checks = CatalogChecks.None };
        var model = new DelayModel(feeds, TimeSpan.FromHours(hours));
        string? last = null;
        for (var step = 0; step < 60; step++)
        {
            _time.Advance(TimeSpan.FromMinutes(random.Next(180)));
            var ids = Enumerable.Range(0, 30).Where(_ => random.Next(4) > 0).Select(i => $"{i}").ToArray();
            var repeat = last is not null && random.Next(4) == 0;
            if (!repeat)
                (last, model.Feed) = (_bench.OldFile([.. ids.Select(id => $$"""{"id":"{{id}}","name":"n{{id}}"}""")]), ids);
            if (random.Next(5) == 0)
            {
                var at = random.Next(3);
                _bench.Index.Before = (_, _) =>
                {
                    if (at-- == 0)
                        throw new FaultyIndex.Crash();
                };
            }

            var report = await _bench.SyncFile(last!);
            _bench.Index.Before = (_, _) => { };
            if (report.State == RunState.Failed)
            {
                // The next run finishes the plan as of then, and the feed it brings is another one.
                model.Apply(_time.GetUtcNow());
                report = await _bench.SyncFile(last!);
            }

            report.State.ShouldBe(RunState.Done, $"{place}, step {step}: {report.Error}");
            model.Apply(_time.GetUtcNow());
            (await _bench.Documents()).Keys.Order().ShouldBe(model.Documents.Order(), $"{place}, step {step}");
        }
    }

    private void Delay(RemovalDelay delay) => _bench.Definition = _bench.Definition with { RemovalDelay = delay };

    private async Task ShouldHoldAsync(params string[] ids) => (await _bench.Documents()).Keys.Order().ShouldBe(ids.Order());

    private static string Feed(params string[] ids) => string.Concat(ids.Select(id => $$"""{"id":"{{id}}","name":"n{{id}}"}""" + "\n"));

    /// <summary>What a removal delay means, told the slow and obvious way.</summary>
    private sealed class DelayModel(int feeds, TimeSpan time)
    {
        private readonly Dictionary<string, (int Feed, DateTimeOffset Time)> _missing = [];
        private int _feed;

        public string[] Feed { get; set; } = [];

        public HashSet<string> Documents { get; } = [];

        public void Apply(DateTimeOffset now)
        {
            _feed++;
            Documents.UnionWith(Feed);
            foreach (var id in Feed)
                _missing.Remove(id);
            foreach (var id in Documents.Except(Feed).ToList())
            {
                _missing.TryAdd(id, (_feed, now));
                if (_feed - _missing[id].Feed < feeds || now - _missing[id].Time < time)
                    continue;
                Documents.Remove(id);
                _missing.Remove(id);
            }
        }
    }
}
