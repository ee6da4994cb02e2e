using Reshelve.Enriching;
using static Reshelve.Contracts.Images.Pictures;

namespace Reshelve.Contracts.Images;

/// <summary>What every image ledger must do.</summary>
public abstract class ImageLedgerContract : IAsyncLifetime
{
    private const string Now = "visual 1";

    /// <summary>A ledger over the storage of this test: another call gives another ledger over the same storage.</summary>
    protected abstract IImageLedger Open();

    /// <summary>Deletes the storage of this test.</summary>
    protected abstract ValueTask CleanAsync();

    private IImageLedger Ledger { get; set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Ledger = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_empty_ledger_knows_nothing()
    {
        (await Ledger.SeenAsync(Cancellation)).ShouldBe(0);
        (await DueAsync()).ShouldBeEmpty();
        (await TotalsAsync()).ShouldBe(new ImageTotals(0, 0, 0));
        (await Ledger.FindUnusedAsync([Reference("a"), Reference("a")], Cancellation)).ShouldBe([Reference("a")]);
        (await Ledger.FindUsersAsync([Reference("a")], 5, Cancellation)).ShouldBeEmpty();
        await Ledger.NoteAsync([], 1, Cancellation);
        await Ledger.SettleAsync([], 1, Cancellation);
        await SettleAsync(1, Written("unknown"));
        await Ledger.ForgetAsync(["unknown"], 1, Cancellation);
        (await TotalsAsync()).ShouldBe(new ImageTotals(0, 0, 0));
    }

    [Fact]
    public async Task A_document_is_due_from_the_note_until_it_is_settled_also_after_a_crash()
    {
        await NoteAsync(1, Use("a", "x"), Use("b", "x", "y"));
        (await DueAsync()).ShouldBe(["a", "b"]);
        (await TotalsAsync()).ShouldBe(new ImageTotals(2, 0, 2));

        // The first ledger is not closed: its process was killed.
        await using var next = Open();
        (await next.FindDueAsync(Now, null, 10, Cancellation)).Count.ShouldBe(2);
        await next.SettleAsync([Written("a")], 1, Cancellation);
        (await DueAsync()).ShouldBe(["b"]);
        await SettleAsync(1, Written("b"));
        (await DueAsync()).ShouldBeEmpty();
        (await TotalsAsync()).ShouldBe(new ImageTotals(2, 0, 0));
    }

    [Fact]
    public async Task What_was_written_before_is_still_known_when_the_next_write_begins()
    {
        await WriteAsync(1, Written("a"), Use("a", "x"));
        await NoteAsync(2, Use("a", "y"));
        (await DueAsync()).ShouldBe(["a"]);
        (await TotalsAsync()).ShouldBe(new ImageTotals(1, 0, 1));
    }

    [Fact]
    public async Task Another_write_that_began_since_is_not_settled_by_the_first()
    {
        await NoteAsync(5, Use("a", "x"));
        await using var other = Open();
        await other.NoteAsync([Use("a", "y")], 6, Cancellation);
        await SettleAsync(5, Written("a"));
        (await DueAsync()).ShouldBe(["a"]);
        await SettleAsync(7, Written("a"));
        (await DueAsync()).Count.ShouldBe(1);
        await other.SettleAsync([Written("a")], 6, Cancellation);
        (await DueAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_note_under_a_lower_number_is_without_effect_and_so_is_forgetting()
    {
        await WriteAsync(5, Written("a"), Use("a", "x"));
        await NoteAsync(4, Use("a", "y"));
        (await DueAsync()).ShouldBeEmpty();
        (await UnusedAsync("x", "y")).ShouldBe(["y"]);
        await Ledger.ForgetAsync(["a"], 4, Cancellation);
        (await TotalsAsync()).Documents.ShouldBe(1);
        await NoteAsync(5, Use("a", "y"));
        (await UnusedAsync("x", "y")).ShouldBe(["x"]);
        await Ledger.ForgetAsync(["a"], 5, Cancellation);
        (await TotalsAsync()).Documents.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_owed_or_has_another_signature_is_due_by_id()
    {
        await WriteAsync(1, Written("c") with { IsOwed = true }, Use("c", "x"));
        await WriteAsync(1, Written("b") with { Signature = "visual 0" }, Use("b", "x"));
        await WriteAsync(1, Written("a"), Use("a", "x"));
        await WriteAsync(1, Written("d") with { Signature = "http 1", IsOwed = true }, Use("d", "x"));
        await NoteAsync(1, Use("e", "x"));
        (await DueAsync()).ShouldBe(["b", "c", "d", "e"]);
        (await TotalsAsync()).ShouldBe(new ImageTotals(5, 2, 3));
        (await Ledger.FindDueAsync("never used", null, 10, Cancellation)).ShouldBe(["a", "b", "c", "d", "e"]);
        (await Ledger.CountAsync("never used", Cancellation)).ShouldBe(new ImageTotals(5, 2, 5));
        await SettleAsync(1, Written("c"), Written("b"));
        (await DueAsync()).ShouldBe(["d", "e"]);
    }

    [Fact]
    public async Task Due_documents_are_paged_in_the_order_of_their_ids()
    {
        string[] ids = ["", "a", "A", "\uE000", "😀", "\uFFFD", "z\0", "ä", "日本", "'\"", .. Enumerable.Range(0, 60).Select(i => $"{i:000}"), "x\ud83d", new string('y', 500), new string('w', 600)];
        await NoteAsync(1, [.. ids.Select(id => Use(id, "x"))]);
        await SettleAsync(1, [.. ids.Where((_, i) => i % 3 == 0).Select(id => Written(id) with { Signature = "old" })]);
        await SettleAsync(1, [.. ids.Where((_, i) => i % 7 == 0).Select(id => Written(id) with { Signature = "older" })]);

        // Those that can be no ids are in no index.
        var expected = ids.Except(["", "x\ud83d", new string('w', 600)]).Order(StringComparer.Ordinal).ToList();
        foreach (var limit in new[] { 1, 7, 1000 })
        {
            var seen = new List<string>();
            while (await Ledger.FindDueAsync(Now, seen.Count > 0 ? seen[^1] : null, limit, Cancellation) is { Count: > 0 } page)
            {
                page.Count.ShouldBeLessThanOrEqualTo(limit);
                seen.AddRange(page);
            }

            seen.ShouldBe(expected);
        }

        (await Ledger.FindDueAsync(Now, null, 0, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mark_makes_due_what_was_written_as_of_an_earlier_change()
    {
        await WriteAsync(1, Written("before") with { AsOf = 99 }, Use("before", "x", "y"));
        await WriteAsync(1, Written("at") with { AsOf = 100 }, Use("at", "x"));
        await WriteAsync(1, Written("other") with { AsOf = 99 }, Use("other", "z"));
        await Ledger.MarkAsync([(Reference("x"), 100), (Reference("unknown"), 100), (Reference("x", "2"), 200)], 100, Cancellation);
        (await DueAsync()).ShouldBe(["before"]);
        (await Ledger.SeenAsync(Cancellation)).ShouldBe(100);
        await SettleAsync(1, Written("before") with { AsOf = 100 });
        (await DueAsync()).ShouldBeEmpty();
        await Ledger.MarkAsync([], 150, Cancellation);
        (await Ledger.SeenAsync(Cancellation)).ShouldBe(150);
        await using var other = Open();
        await other.MarkAsync([], 120, Cancellation);
        (await Ledger.SeenAsync(Cancellation)).ShouldBe(150, "another process was further");
    }

    [Fact]
    public async Task A_change_that_is_marked_between_reading_and_settling_is_not_lost()
    {
        await NoteAsync(1, Use("noted", "x"));
        await Ledger.MarkAsync([(Reference("x"), 105)], 105, Cancellation);
        await NoteAsync(1, Use("noted later", "x"));
        await SettleAsync(1, Written("noted") with { AsOf = 100 }, Written("noted later") with { AsOf = 100 });
        (await DueAsync()).ShouldBe(["noted", "noted later"]);
        await SettleAsync(1, Written("noted") with { AsOf = 105 }, Written("noted later") with { AsOf = 106 });
        (await DueAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task References_are_unused_when_their_last_document_is_gone_or_has_others()
    {
        await NoteAsync(1, Use("a", "x", "y", "x"), Use("b", "y"));
        (await UnusedAsync("x", "y", "z")).ShouldBe(["z"]);
        await NoteAsync(2, Use("a", "z"));
        (await UnusedAsync("x", "y", "z")).ShouldBe(["x"]);
        await Ledger.ForgetAsync(["a", "b", "b"], 2, Cancellation);
        (await UnusedAsync("x", "y", "z")).ShouldBe(["x", "y", "z"]);
        (await TotalsAsync()).ShouldBe(new ImageTotals(0, 0, 0));
        await NoteAsync(1, Use("a", "x"));
        (await UnusedAsync("x")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Users_of_references_are_named_by_id_up_to_a_limit()
    {
        await NoteAsync(1, [.. Enumerable.Range(0, 9).Reverse().Select(i => Use($"{i}", i % 2 == 0 ? "even" : "odd", "all"))]);
        var users = await Ledger.FindUsersAsync([Reference("even"), Reference("odd"), Reference("all"), Reference("none")], 4, Cancellation);
        users.Count.ShouldBe(3);
        users[Reference("even")].ShouldBe(["0", "2", "4", "6"]);
        users[Reference("odd")].ShouldBe(["1", "3", "5", "7"]);
        users[Reference("all")].ShouldBe(["0", "1", "2", "3"]);
        (await Ledger.FindUsersAsync([Reference("even")], 0, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Any_text_is_a_reference_of_its_own()
    {
        var references = HostileTexts.Distinct().SelectMany(text => new[] { new ImageReference(text), new ImageReference("same", text) }).Distinct().ToList();
        await Ledger.NoteAsync([.. references.Select((r, i) => new ImageUse($"{i:000}", [r]))], 1, Cancellation);
        var users = await Ledger.FindUsersAsync(references, 5, Cancellation);
        for (var i = 0; i < references.Count; i++)
            users[references[i]].ShouldBe([$"{i:000}"]);
        (await Ledger.FindUnusedAsync(references, Cancellation)).ShouldBeEmpty();
        await Ledger.ForgetAsync(["000"], 1, Cancellation);
        (await Ledger.FindUnusedAsync(references, Cancellation)).ShouldBe([references[0]]);
    }

    [Fact]
    public async Task A_document_whose_references_are_all_gone_stays_due_until_it_is_settled_or_forgotten()
    {
        await WriteAsync(1, Written("a"), Use("a", "x"));
        await NoteAsync(2, Use("a"));
        (await DueAsync()).Count.ShouldBe(1);
        (await UnusedAsync("x")).ShouldBe(["x"]);
        await SettleAsync(2, Written("a"));
        (await DueAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_document_that_comes_twice_at_once_the_last_counts()
    {
        await NoteAsync(1, Use("a", "x"), Use("a", "y"));
        (await UnusedAsync("x", "y")).ShouldBe(["x"]);
        await SettleAsync(1, Written("a") with { IsOwed = true }, Written("a") with { Signature = "old" });
        (await Ledger.FindDueAsync("old", null, 10, Cancellation)).ShouldBeEmpty();
        (await DueAsync()).ShouldBe(["a"]);
        (await TotalsAsync()).ShouldBe(new ImageTotals(1, 0, 1));
    }

    [Fact]
    public async Task A_hundred_thousand_documents_are_noted_marked_and_paged()
    {
        foreach (var batch in Enumerable.Range(0, 100_000).Select(i => Use($"{i:000000}", $"http://images.example.com/{i}.jpg", "shared")).Chunk(20_000))
        {
            await NoteAsync(1, batch);
            await SettleAsync(1, [.. batch.Select(u => Written(u.Id) with { AsOf = 10 })]);
        }

        (await TotalsAsync()).ShouldBe(new ImageTotals(100_000, 0, 0));
        await Ledger.MarkAsync([.. Enumerable.Range(0, 5_000).Select(i => (Reference($"http://images.example.com/{i * 10}.jpg"), 11L))], 11, Cancellation);
        (await Ledger.FindDueAsync(Now, "049000", 3, Cancellation)).ShouldBe(["049010", "049020", "049030"]);
        await Ledger.MarkAsync([(Reference("shared"), 12)], 12, Cancellation);
        (await Ledger.FindDueAsync(Now, "099990", 100, Cancellation)).Count.ShouldBe(9);
    }

    [Fact]
    public async Task Threads_and_ledgers_that_write_at_once_lose_nothing()
    {
        await using var other = Open();
        IImageLedger[] ledgers = [Ledger, other];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(thread => Task.Run(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    var ledger = ledgers[(thread + i) % 2];
                    await ledger.NoteAsync([Use($"{thread}-{i}", "shared", $"{i}")], 1, Cancellation);
                    await ledgers[thread % 2].SettleAsync([Written($"{thread}-{i}")], 1, Cancellation);
                    (await ledger.FindUnusedAsync([Reference("shared")], Cancellation)).ShouldBeEmpty();
                }
            },
            Cancellation)));
        (await TotalsAsync()).ShouldBe(new ImageTotals(120, 0, 0));
        (await other.FindUsersAsync([Reference("shared")], 1000, Cancellation))[Reference("shared")].Count.ShouldBe(120);
    }

    private static ImageUse Use(string id, params string[] locations) => new(id, [.. locations.Select(l => Reference(l))]);

    private static WrittenImages Written(string id) => new(id, Now, 1, IsOwed: false);

    private Task NoteAsync(long sequence, params ImageUse[] uses) => Ledger.NoteAsync(uses, sequence, Cancellation);

    private Task SettleAsync(long sequence, params WrittenImages[] written) => Ledger.SettleAsync(written, sequence, Cancellation);

    private async Task WriteAsync(long sequence, WrittenImages written, ImageUse use)
    {
        await NoteAsync(sequence, use);
        await SettleAsync(sequence, written);
    }

    private Task<IReadOnlyList<string>> DueAsync() => Ledger.FindDueAsync(Now, null, 1000, Cancellation);

    private Task<ImageTotals> TotalsAsync() => Ledger.CountAsync(Now, Cancellation);

    private async Task<IEnumerable<string>> UnusedAsync(params string[] locations) =>
        (await Ledger.FindUnusedAsync([.. locations.Select(l => Reference(l))], Cancellation)).Select(r => r.Location).Order(StringComparer.Ordinal);
}
