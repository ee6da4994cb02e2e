using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;

namespace Reshelve.Tests.OpenSearch.Indexing;

public sealed class IndexLifecycleTests : IAsyncDisposable
{
    private const string First = "shop_20260101000000";
    private const string Second = "shop_20260102000000";

    private readonly SmallCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task An_index_whose_creation_was_answered_into_the_void_is_taken_for_made()
    {
        await using var engine = _cluster.Open();
        _cluster.LoseAnswerOf($"PUT /p-{First}");
        await engine.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default);
        _cluster.Indexes.ShouldBe([$"p-{First}"]);
        (await Should.ThrowAsync<ReshelveException>(() => engine.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default))).Message.ShouldContain("exists already");
    }

    [Fact]
    public async Task A_promotion_whose_answer_was_lost_is_found_done()
    {
        await using var engine = _cluster.Open();
        await MakeLiveAsync(engine, First);
        await engine.CreateAsync(Second, "shop", Shelf.Schema, IndexOrigin.None, default);
        _cluster.LoseAnswerOf("POST /_aliases");
        await engine.PromoteAsync("shop", Second, default);
        _cluster.TargetsOf("p-shop").ShouldBe([$"p-{Second}"]);
        (await engine.ListAsync("shop", default)).Select(i => i.Live).ShouldBe([false, true]);
    }

    [Fact]
    public async Task An_alias_that_points_there_already_is_left_alone()
    {
        await using var engine = _cluster.Open();
        await MakeLiveAsync(engine, First);
        _cluster.Requests.Clear();
        await engine.PromoteAsync("shop", First, default);
        _cluster.Requests.ShouldAllBe(request => request.StartsWith("GET"));
    }

    [Fact]
    public async Task A_promotion_waits_for_the_copies_that_can_be_placed()
    {
        await using var engine = _cluster.Open();
        await engine.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default);
        _cluster.Health.Clear();
        _cluster.Health.Enqueue((408, """{"status":"yellow","timed_out":true}"""));
        _cluster.Health.Enqueue((200, """{"status":"yellow","timed_out":true}"""));
        _cluster.Health.Enqueue((200, """{"status":"green","timed_out":false}"""));
        await engine.PromoteAsync("shop", First, default);
        _cluster.Requests.Count(request => request.StartsWith("GET /_cluster/health")).ShouldBe(3);
        _cluster.TargetsOf("p-shop").ShouldBe([$"p-{First}"]);
    }

    [Fact]
    public async Task Who_may_not_ask_for_the_health_is_told_so_and_waits_for_nothing()
    {
        await using var engine = _cluster.Open();
        await engine.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default);
        _cluster.Health.Clear();
        _cluster.Health.Enqueue((403, """{"error":{"type":"security_exception","reason":"action [cluster:monitor/health] is unauthorized"},"status":403}"""));

        (await Should.ThrowAsync<ReshelveException>(() => engine.PromoteAsync("shop", First, default))).Message.ShouldContain("cluster:monitor/health");
    }

    [Fact]
    public async Task An_index_with_missing_primaries_is_not_promoted_and_one_that_is_still_copied_is()
    {
        await using var engine = _cluster.Open(settings: new ClusterSettings { Patience = TimeSpan.Zero });
        await engine.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default);
        _cluster.Health.Clear();
        _cluster.Health.Enqueue((408, """{"status":"red","timed_out":true}"""));
        (await Should.ThrowAsync<ReshelveException>(() => engine.PromoteAsync("shop", First, default))).Message.ShouldContain("red");
        _cluster.TargetsOf("p-shop").ShouldBeEmpty();

        _cluster.Health.Clear();
        _cluster.Health.Enqueue((408, """{"status":"yellow","timed_out":true}"""));
        await engine.PromoteAsync("shop", First, default);
        _cluster.TargetsOf("p-shop").ShouldBe([$"p-{First}"]);
    }

    [Fact]
    public async Task An_alias_that_may_be_taken_over_moves_in_one_call_and_the_foreign_index_stays()
    {
        _cluster.Make("legacy", "p-shop");
        await using var refused = _cluster.Open();
        (await Should.ThrowAsync<ReshelveException>(() => refused.ListAsync("shop", default))).Message.ShouldContain("'legacy'");

        await using var engine = _cluster.Open(settings: new ClusterSettings { TakeOver = ["shop"] });
        (await engine.ListAsync("shop", default)).ShouldBeEmpty();
        await MakeLiveAsync(engine, First);
        _cluster.TargetsOf("p-shop").ShouldBe([$"p-{First}"]);
        _cluster.Indexes.ShouldContain("legacy");
        _cluster.AliasBodies.ShouldHaveSingleItem().ShouldContain("must_exist");
    }

    [Fact]
    public async Task An_index_of_the_alias_s_name_is_never_deleted_but_the_request_that_does_it_is_given()
    {
        _cluster.Make("p-shop");
        await using var engine = _cluster.Open(settings: new ClusterSettings { TakeOver = ["shop"] });
        await engine.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default);
        (await Should.ThrowAsync<ReshelveException>(() => engine.PromoteAsync("shop", First, default))).Message
            .ShouldEndWith($$$"""POST _aliases {"actions":[{"remove_index":{"index":"p-shop"}},{"add":{"index":"p-{{{First}}}","alias":"p-shop"}}]}""");
        _cluster.Indexes.ShouldContain("p-shop");
    }

    [Fact]
    public async Task Nothing_of_another_owner_is_listed_written_promoted_or_dropped()
    {
        await using var they = _cluster.Open("they");
        await they.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default);
        await using var engine = _cluster.Open();
        (await engine.ListAsync("shop", default)).ShouldBeEmpty();
        foreach (var attempt in new Func<Task>[]
        {
            () => engine.WriteAsync(First, [], 1, default), () => engine.RefreshAsync(First, default),
            () => engine.PromoteAsync("shop", First, default), () => engine.DropAsync(First, default),
        })
        {
            (await Should.ThrowAsync<ReshelveException>(attempt)).Message.ShouldContain("'they'");
        }

        _cluster.Indexes.ShouldBe([$"p-{First}"]);
    }

    [Fact]
    public async Task An_index_that_someone_gave_another_alias_is_not_dropped()
    {
        await using var engine = _cluster.Open();
        await MakeLiveAsync(engine, First);
        await MakeLiveAsync(engine, Second);
        await SendAliasAsync($"p-{First}", "by-hand");
        (await Should.ThrowAsync<ReshelveException>(() => engine.DropAsync(First, default))).Message.ShouldContain("'by-hand'");
        (await Should.ThrowAsync<ReshelveException>(() => engine.DropAsync(Second, default))).Message.ShouldContain("promote another one");
        _cluster.Indexes.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_drop_whose_answer_was_lost_is_done()
    {
        await using var engine = _cluster.Open();
        await engine.CreateAsync(First, "shop", Shelf.Schema, IndexOrigin.None, default);
        _cluster.LoseAnswerOf($"DELETE /p-{First}");
        await engine.DropAsync(First, default);
        await engine.DropAsync(First, default);
        _cluster.Indexes.ShouldBeEmpty();
    }

    private static async Task MakeLiveAsync(IIndexEngine engine, string index)
    {
        await engine.CreateAsync(index, "shop", Shelf.Schema, IndexOrigin.None, default);
        await engine.PromoteAsync("shop", index, default);
    }

    private async Task SendAliasAsync(string index, string alias)
    {
        using var http = new HttpClient();
        using var body = new StringContent($$$"""{"actions":[{"add":{"index":"{{{index}}}","alias":"{{{alias}}}"}}]}""");
        (await http.PostAsync(new Uri(_cluster.Address, "_aliases"), body)).EnsureSuccessStatusCode();
    }
}
