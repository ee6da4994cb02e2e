using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Searching;

namespace Reshelve.Contracts.Indexing;

/// <summary>Creating, listing, promoting, dropping.</summary>
public abstract class IndexLifecycleContract : IndexEngineContract
{
    [Fact]
    public async Task Nothing_is_listed_where_nothing_was_made() =>
        (await Engine.ListAsync(Alias, default)).ShouldBeEmpty();

    [Fact]
    public async Task A_new_index_is_listed_with_what_it_is()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        await Engine.WriteAsync(First, [Products.Add("1", new { title = "a" }), Products.Add("2", new { title = "b" })], 1, default);
        await Engine.RefreshAsync(First, default);

        var index = (await Engine.ListAsync(Alias, default)).ShouldHaveSingleItem();
        index.Name.ShouldBe(First);
        index.Alias.ShouldBe(Alias);
        index.SchemaSignature.ShouldBe(Products.Schema.Signature);
        index.Live.ShouldBeFalse();
        index.Documents.ShouldBe(2);
        index.Bytes.ShouldBeGreaterThan(0);
        index.Created.ShouldBeGreaterThan(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Only_the_alias_s_own_indexes_are_listed_oldest_first()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        await Engine.CreateAsync("shop_b_20240101000000", "shop_b", Products.Schema, IndexOrigin.None, default);
        await Engine.CreateAsync(Second, Alias, Products.Schema, IndexOrigin.None, default);

        (await Engine.ListAsync(Alias, default)).Select(i => i.Name).ShouldBe([First, Second]);
        (await Engine.ListAsync("shop_b", default)).Select(i => i.Name).ShouldBe(["shop_b_20240101000000"]);
    }

    [Fact]
    public async Task A_second_index_of_the_same_name_is_refused()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        var refusal = await Should.ThrowAsync<ReshelveException>(() => Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default));
        refusal.Message.ShouldContain(First);
    }

    [Fact]
    public async Task Searching_before_anything_was_promoted_says_so()
    {
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        var refusal = await Should.ThrowAsync<ReshelveException>(() => SearchAsync(new SearchRequest()));
        refusal.Message.ShouldContain(Alias);
    }

    [Fact]
    public async Task Writing_to_refreshing_reading_and_promoting_an_index_that_is_not_there_says_so()
    {
        var attempts = new Func<Task>[]
        {
            () => Engine.WriteAsync(First, [Products.Add("1", new { title = "a" })], 1, default),
            () => Engine.RefreshAsync(First, default),
            () => ReadAllAsync(First),
            () => Engine.GetAsync(First, ["1"], default),
            () => Engine.PromoteAsync(Alias, First, default),
        };
        foreach (var attempt in attempts)
            (await Should.ThrowAsync<ReshelveException>(attempt)).Message.ShouldContain(First);
    }

    [Fact]
    public async Task The_promoted_index_is_the_live_one()
    {
        await FillAsync(Products.Add("1", new { title = "old" }));
        await Engine.CreateAsync(Second, Alias, Products.Schema, IndexOrigin.None, default);
        await Engine.WriteAsync(Second, [Products.Add("2", new { title = "new" })], 2, default);
        await Engine.RefreshAsync(Second, default);
        (await IdsAsync("")).ShouldBe(["1"]);

        await Engine.PromoteAsync(Alias, Second, default);

        (await IdsAsync("")).ShouldBe(["2"]);
        (await Engine.ListAsync(Alias, default)).Select(i => i.Live).ShouldBe([false, true]);
        await Engine.PromoteAsync(Alias, First, default);
        (await IdsAsync("")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_live_index_is_not_dropped()
    {
        await FillAsync(Products.Add("1", new { title = "old" }));
        var refusal = await Should.ThrowAsync<ReshelveException>(() => Engine.DropAsync(First, default));
        refusal.Message.ShouldContain(Alias);
        (await IdsAsync("")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_dropped_index_is_gone_and_its_name_is_free()
    {
        await FillAsync(Products.Add("1", new { title = "old" }));
        await Engine.CreateAsync(Second, Alias, Products.Schema, IndexOrigin.None, default);
        await Engine.PromoteAsync(Alias, Second, default);

        await Engine.DropAsync(First, default);

        (await Engine.ListAsync(Alias, default)).Select(i => i.Name).ShouldBe([Second]);
        await Should.ThrowAsync<ReshelveException>(() => Engine.WriteAsync(First, [Products.Remove("1")], 1, default));
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        (await ReadAllAsync(First)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dropping_an_index_that_is_gone_is_no_error()
    {
        await Engine.DropAsync(First, default);
        await Engine.CreateAsync(First, Alias, Products.Schema, IndexOrigin.None, default);
        await Engine.DropAsync(First, default);
        await Engine.DropAsync(First, default);
        (await Engine.ListAsync(Alias, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_index_can_be_searched_by_its_own_name_before_it_is_promoted()
    {
        await FillAsync(Products.Add("1", new { title = "old tea" }));
        await Engine.CreateAsync(Second, Alias, Products.Schema, IndexOrigin.None, default);
        await Engine.WriteAsync(Second, [Products.Add("2", new { title = "new tea" }), Products.Add("3", new { title = "new cup" })], 2, default);
        await Engine.RefreshAsync(Second, default);

        (await Engine.SearchAsync(Second, new SearchRequest { Query = "tea" }, default)).Hits.Select(hit => hit.Id).ShouldBe(["2"]);
        (await Engine.SearchAsync(Second, new SearchRequest(), default)).Total.ShouldBe(2);
        (await IdsAsync("tea")).ShouldBe(["1"]);

        await Engine.DropAsync(Second, default);
        (await Should.ThrowAsync<ReshelveException>(() => Engine.SearchAsync(Second, new SearchRequest(), default))).Message.ShouldContain(Second);
    }

    [Fact]
    public async Task What_one_engine_does_another_one_over_the_same_storage_sees()
    {
        await FillAsync(Products.Add("1", new { title = "old" }));
        var other = OpenAnother();
        (await other.SearchAsync(Alias, new SearchRequest(), default)).Total.ShouldBe(1);

        await WriteAsync(2, Products.Add("2", new { title = "two" }));
        (await other.SearchAsync(Alias, new SearchRequest(), default)).Total.ShouldBe(2);

        await other.CreateAsync(Second, Alias, Products.Schema, IndexOrigin.None, default);
        await other.PromoteAsync(Alias, Second, default);
        await other.DropAsync(First, default);
        (await SearchAsync(new SearchRequest())).Total.ShouldBe(0);
        await Should.ThrowAsync<ReshelveException>(() => Engine.WriteAsync(First, [Products.Remove("1")], 3, default));
    }

    [Fact]
    public async Task Searches_see_the_old_or_the_new_index_whole_while_indexes_are_promoted_and_dropped()
    {
        const int Documents = 50;
        await FillAsync([.. Enumerable.Range(0, Documents).Select(i => Products.Add($"0-{i}", new { title = "thing" }))]);
        using var stop = new CancellationTokenSource();
        var other = OpenAnother();
        var searches = new[] { Engine, other }.Select(engine => Task.Run(async () =>
        {
            var searched = 0;
            while (searched == 0 || !stop.IsCancellationRequested)
            {
                var result = await engine.SearchAsync(Alias, new SearchRequest { Query = "thing", Limit = 100 }, default);
                result.Total.ShouldBe(Documents);
                result.Hits.Select(h => h.Id.Split('-')[0]).Distinct().Count().ShouldBe(1);
                searched++;
            }

            return searched;
        })).ToList();

        var live = First;
        for (var round = 1; round <= 20; round++)
        {
            var next = $"shop_202402010000{round:D2}";
            await Engine.CreateAsync(next, Alias, Products.Schema, IndexOrigin.None, default);
            await Engine.WriteAsync(
                next, [.. Enumerable.Range(0, Documents).Select(i => Products.Add($"{round}-{i}", new { title = "thing" }))], 1, default);
            await Engine.PromoteAsync(Alias, next, default);
            await Engine.DropAsync(live, default);
            live = next;
        }

        await stop.CancelAsync();
        (await Task.WhenAll(searches)).ShouldAllBe(count => count > 0);
    }
}
