using Reshelve.Enriching;
using static Reshelve.Contracts.Images.Pictures;

namespace Reshelve.Contracts.Images;

/// <summary>What every picture store must do with references.</summary>
public abstract class PictureReferenceContract : PictureStoreContract
{
    private const string Shop = "shop";

    [Fact]
    public async Task An_empty_store_knows_nothing()
    {
        (await LatestAsync()).ShouldBe(0);
        (await FindAsync("a")).ShouldBeNull();
        (await Store.FindDueAsync(Shop, DateTimeOffset.MaxValue, 10, Cancellation)).ShouldBeEmpty();
        (await Store.FindChangedAsync(Shop, 0, 10, Cancellation)).ShouldBeEmpty();
        (await Store.FindFailingAsync(Shop, null, 10, Cancellation)).ShouldBeEmpty();
        (await Store.CountReferencesAsync(Shop, Noon, Cancellation)).ShouldBe(new ReferenceTotals(0, 0, 0, 0));
        await Store.ForgetReferencesAsync(Shop, [Reference("a")], Cancellation);
        await Store.SaveReferencesAsync(Shop, [], Cancellation);
        (await Store.FindReferencesAsync(Shop, [], Cancellation)).ShouldBeEmpty();
        (await LatestAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_state_comes_back_as_it_was_saved_also_from_another_store()
    {
        var full = new ReferenceState
        {
            Reference = new ImageReference("http://x/ä?b", "v\"1"), Sha256 = Hash("p"), ETag = "W/\"é\"", LastModified = "Wed, 01 May 2024 12:00:00 GMT",
            Checked = Noon.AddTicks(7), Due = Noon.ToOffset(TimeSpan.FromHours(5)).AddDays(2), Interval = TimeSpan.FromHours(7), Failures = 3, Error = "why\n", IsTransient = true,
        };
        var bare = new ReferenceState { Reference = Reference("b"), Due = DateTimeOffset.MaxValue };
        await SaveAsync(full, bare);
        await using var other = Open();
        foreach (var store in new[] { Store, other })
        {
            var found = await store.FindReferencesAsync(Shop, [bare.Reference, full.Reference, Reference("unknown"), full.Reference], Cancellation);
            found.Count.ShouldBe(2);
            (found[full.Reference] with { Changed = 0 }).ShouldBe(full);
            (found[bare.Reference] with { Changed = 0 }).ShouldBe(bare);
        }
    }

    [Fact]
    public async Task Any_text_is_a_location_a_version_a_validator_and_an_error_of_its_own()
    {
        var states = HostileTexts.Distinct()
            .SelectMany(text => new[] { new ImageReference(text), new ImageReference("same", text), new ImageReference(text, "") })
            .Distinct()
            .Select((reference, i) => new ReferenceState
            {
                Reference = reference, Sha256 = Hash($"{i}"), ETag = reference.Location, LastModified = reference.Version, Error = reference.Location,
            })
            .ToList();
        await SaveAsync([.. states]);
        await SaveAsync([.. states]);
        var found = await Store.FindReferencesAsync(Shop, [.. states.Select(s => s.Reference)], Cancellation);
        found.Count.ShouldBe(states.Count);
        foreach (var state in states)
            (found[state.Reference] with { Changed = 0 }).ShouldBe(state);
        (await AllFailingAsync(7)).Select(s => s.Reference).ShouldBe(states.Select(s => s.Reference), ignoreOrder: true);
        await Store.ForgetReferencesAsync(Shop, [.. states.Skip(1).Select(s => s.Reference)], Cancellation);
        (await Store.CountReferencesAsync(Shop, Noon, Cancellation)).References.ShouldBe(1);
    }

    [Fact]
    public async Task Saving_the_same_again_changes_nothing()
    {
        await SaveAsync(State("a", "1"), State("b", error: "no"));
        var latest = await LatestAsync();
        var before = await ChangedAsync();
        await SaveAsync(State("a", "1") with { Changed = 77 }, State("b", error: "no"));
        (await LatestAsync()).ShouldBe(latest);
        (await ChangedAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Numbers_grow_with_another_picture_and_with_a_failure_where_there_is_none_and_with_nothing_else()
    {
        await SaveAsync(State("a", "1"));
        var last = await LatestAsync();
        last.ShouldBeGreaterThan(0);
        ReferenceState[] changes = [State("a", "2"), State("a"), State("a", error: "no"), State("a", error: "no") with { IsTransient = true }, State("a"), State("a", "1")];
        foreach (var change in changes)
        {
            await SaveAsync(change);
            var latest = await LatestAsync();
            latest.ShouldBeGreaterThan(last);
            (await FindAsync("a"))!.Changed.ShouldBe(latest);
            last = latest;
        }

        ReferenceState[] none =
        [
            State("a", "1", "why"), State("a", "1", "other"), State("a", "1") with { RefusedUnder = "limits" }, State("a", "1") with { ETag = "e" }, State("a", "1") with { LastModified = "m" }, State("a", "1") with { Checked = Noon.AddHours(1) },
            State("a", "1") with { Due = Noon.AddHours(1) }, State("a", "1") with { Failures = 1, IsTransient = true }, State("a", "1") with { Interval = TimeSpan.FromDays(1) },
        ];
        foreach (var state in none)
        {
            await SaveAsync(state);
            (await FindAsync("a")).ShouldBe(state with { Changed = last });
        }

        (await LatestAsync()).ShouldBe(last);
    }

    [Fact]
    public async Task A_reference_that_was_forgotten_is_a_new_one()
    {
        await SaveAsync(State("a", "1"), State("b", "1"));
        var latest = await LatestAsync();
        await Store.ForgetReferencesAsync(Shop, [Reference("a"), Reference("a", "1"), Reference("unknown")], Cancellation);
        (await FindAsync("a")).ShouldBeNull();
        (await FindAsync("b")).ShouldNotBeNull();
        (await LatestAsync()).ShouldBe(latest);
        await SaveAsync(State("a", "1"));
        (await FindAsync("a"))!.Changed.ShouldBeGreaterThan(latest);
    }

    [Fact]
    public async Task Of_a_reference_that_is_saved_twice_at_once_the_last_counts()
    {
        await SaveAsync(State("a", "1"), State("b", "1"), State("a", "2"));
        (await FindAsync("a"))!.Sha256.ShouldBe(Hash("2"));
        (await ChangedAsync()).Select(s => s.Reference.Location).ShouldBe(["b", "a"]);
    }

    [Fact]
    public async Task Changes_are_paged_in_their_order()
    {
        await SaveAsync([.. Enumerable.Range(0, 25).Select(i => State($"{i}", "1"))]);
        await SaveAsync(State("3", "2"), State("7", "2"));
        var seen = new List<ReferenceState>();
        for (var after = 0L; ;)
        {
            var page = await Store.FindChangedAsync(Shop, after, 4, Cancellation);
            if (page.Count == 0)
                break;
            page.Count.ShouldBeLessThanOrEqualTo(4);
            seen.AddRange(page);
            after = page[^1].Changed;
        }

        seen.Select(s => s.Changed).ShouldBeInOrder(SortDirection.Ascending);
        seen.Select(s => s.Changed).ShouldBeUnique();
        seen.Count.ShouldBe(25);
        seen[^2..].Select(s => s.Reference.Location).ShouldBe(["3", "7"]);
        seen[^1].Changed.ShouldBe(await LatestAsync());
        (await Store.FindChangedAsync(Shop, 0, 0, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_longest_due_come_first_and_never_is_never()
    {
        await SaveAsync(
            State("later", "1") with { Due = Noon.AddTicks(1) }, State("now", "1") with { Due = Noon }, State("long ago", "1") with { Due = Noon.AddYears(-3) },
            State("never", "1") with { Due = DateTimeOffset.MaxValue }, State("first", "1") with { Due = DateTimeOffset.MinValue });
        (await Store.FindDueAsync(Shop, Noon, 10, Cancellation)).Select(s => s.Reference.Location).ShouldBe(["first", "long ago", "now"]);
        (await Store.FindDueAsync(Shop, Noon, 2, Cancellation)).Select(s => s.Reference.Location).ShouldBe(["first", "long ago"]);
        (await Store.FindDueAsync(Shop, DateTimeOffset.MaxValue, 10, Cancellation)).Count.ShouldBe(4);
        await SaveAsync(State("long ago", "1") with { Due = Noon.AddDays(1) });
        (await Store.FindDueAsync(Shop, Noon, 10, Cancellation)).Select(s => s.Reference.Location).ShouldBe(["first", "now"]);
    }

    [Fact]
    public async Task Failing_references_are_paged_by_location_and_version()
    {
        ImageReference[] references = [Reference("b", "2"), Reference("a"), Reference("b"), Reference("b", ""), Reference("c", "1"), Reference("b", "1"), Reference("")];
        await SaveAsync([.. references.Select(r => State("x", error: "no") with { Reference = r })]);
        await SaveAsync(State("fine", "1"));
        foreach (var limit in new[] { 1, 2, 100 })
        {
            (await AllFailingAsync(limit)).Select(s => s.Reference).ShouldBe(
                [Reference(""), Reference("a"), Reference("b"), Reference("b", ""), Reference("b", "1"), Reference("b", "2"), Reference("c", "1")]);
        }
    }

    [Fact]
    public async Task References_are_counted()
    {
        await SaveAsync(
            State("had", "1"), State("had, failing", "1", "gone") with { Due = Noon }, State("failing", error: "gone"), State("new") with { Due = Noon.AddDays(-1) },
            State("never", "2") with { Due = DateTimeOffset.MaxValue });
        (await Store.CountReferencesAsync(Shop, Noon, Cancellation)).ShouldBe(new ReferenceTotals(5, 3, 2, 2));
    }

    [Fact]
    public async Task Catalogs_know_nothing_of_each_other()
    {
        await SaveAsync(State("a", "1"));
        var latest = await LatestAsync();
        await Store.SaveReferencesAsync("other", [State("a", "2"), State("b", error: "no")], Cancellation);
        (await FindAsync("a"))!.Sha256.ShouldBe(Hash("1"));
        (await LatestAsync()).ShouldBe(latest);
        await Store.ForgetReferencesAsync("other", [Reference("a")], Cancellation);
        (await FindAsync("a")).ShouldNotBeNull();
        (await Store.FindFailingAsync(Shop, null, 10, Cancellation)).ShouldBeEmpty();
        (await Store.FindDueAsync(Shop, DateTimeOffset.MaxValue, 10, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_hundred_thousand_references_are_saved_and_found()
    {
        var states = Enumerable.Range(0, 100_000).Select(i => State($"http://images.example.com/products/{i}.jpg", $"{i}")).ToList();
        foreach (var batch in states.Chunk(20_000))
            await SaveAsync(batch);
        (await Store.CountReferencesAsync(Shop, Noon, Cancellation)).References.ShouldBe(100_000);
        (await Store.FindReferencesAsync(Shop, [.. states.Select(s => s.Reference)], Cancellation)).Count.ShouldBe(100_000);
        (await Store.FindChangedAsync(Shop, 0, 100_000, Cancellation)).Select(s => s.Reference.Location).ShouldBe(states.Select(s => s.Reference.Location));
    }

    [Fact]
    public async Task Threads_and_stores_that_save_at_once_lose_nothing_and_share_no_number()
    {
        await using var other = Open();
        IPictureStore[] stores = [Store, other];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(thread => Task.Run(
            async () =>
            {
                var before = 0L;
                for (var i = 0; i < 25; i++)
                {
                    await stores[thread % 2].SaveReferencesAsync(Shop, [State($"{thread}-{i}", "1"), State($"{thread}", $"{i}")], Cancellation);
                    var latest = await stores[(thread + i) % 2].LatestChangeAsync(Shop, Cancellation);
                    latest.ShouldBeGreaterThan(before);
                    before = latest;
                }
            },
            Cancellation)));
        var changed = await ChangedAsync();
        changed.Count.ShouldBe(6 * 26);
        changed.Select(s => s.Changed).ShouldBeUnique();
        changed[^1].Changed.ShouldBe(await LatestAsync());
    }

    [Fact]
    public async Task A_save_that_is_cancelled_leaves_nothing_of_itself()
    {
        using var cancelled = new CancellationTokenSource();
        var states = new CancellingCollection(cancelled, [.. Enumerable.Range(0, 100).Select(i => State($"{i}", "1"))]);
        await Should.ThrowAsync<OperationCanceledException>(() => Store.SaveReferencesAsync(Shop, states, cancelled.Token));
        (await Store.CountReferencesAsync(Shop, Noon, Cancellation)).References.ShouldBe(0);
        (await LatestAsync()).ShouldBe(0);
        await SaveAsync(State("a", "1"));
        (await ChangedAsync()).ShouldHaveSingleItem();
    }

    private Task SaveAsync(params ReferenceState[] states) => Store.SaveReferencesAsync(Shop, states, Cancellation);

    private Task<long> LatestAsync() => Store.LatestChangeAsync(Shop, Cancellation);

    private Task<IReadOnlyList<ReferenceState>> ChangedAsync() => Store.FindChangedAsync(Shop, 0, 1000, Cancellation);

    private async Task<ReferenceState?> FindAsync(string location) =>
        (await Store.FindReferencesAsync(Shop, [Reference(location)], Cancellation)).GetValueOrDefault(Reference(location));

    private async Task<List<ReferenceState>> AllFailingAsync(int limit)
    {
        var all = new List<ReferenceState>();
        while (true)
        {
            var page = await Store.FindFailingAsync(Shop, all.Count > 0 ? all[^1].Reference : null, limit, Cancellation);
            if (page.Count == 0)
                return all;
            page.Count.ShouldBeLessThanOrEqualTo(limit);
            all.AddRange(page);
        }
    }

    /// <summary>Cancels when half of it was read.</summary>
    private sealed class CancellingCollection(CancellationTokenSource cancellation, ReferenceState[] states) : IReadOnlyCollection<ReferenceState>
    {
        public int Count => states.Length;

        public IEnumerator<ReferenceState> GetEnumerator()
        {
            for (var i = 0; i < states.Length; i++)
            {
                if (i == states.Length / 2)
                    cancellation.Cancel();
                yield return states[i];
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
