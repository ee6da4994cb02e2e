using Reshelve.StandIn;
using Reshelve.StandIn.Faults;

namespace Reshelve.Tests.OpenSearch.StandIn;

/// <summary>What goes wrong with a stand-in goes wrong as tests ask for it.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_request_that_is_rejected_whole_changes_nothing_and_its_repetition_is_taken()
    {
        await using var client = await StandInClient.StartAsync();
        client.Server.Faults.Next(new Fault.Rejected { Path = "/_bulk" });

        (await client.SendAsync("GET", "/")).Status.ShouldBe(200);
        (await client.WriteAsync("shop", "a", 1)).Status.ShouldBe(429);
        client.Server.Indexes.ShouldBeEmpty();
        (await client.WriteAsync("shop", "a", 1)).Status.ShouldBe(200);
        client.Server.Writes.WithEffect.ShouldBe(1);
    }

    [Fact]
    public async Task Rejected_items_are_not_written_and_the_others_are()
    {
        await using var client = await StandInClient.StartAsync();
        client.Server.Faults.Next(new Fault.ItemsRejected());
        var ids = new[] { "a", "b", "c", "d" };

        var (status, body) = await client.SendAsync("POST", "/shop/_bulk", string.Concat(ids.Select(id => StandInClient.Index(id, 1, "{}"))));

        status.ShouldBe(200);
        body["items"]!.AsArray().Select(item => item!["index"]!["status"]!.GetValue<int>()).ShouldBe([429, 201, 429, 201]);
        client.Server.Writes.WithEffect.ShouldBe(2);
        client.Server.Writes.Refused.ShouldBe(2);
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_write_in_effect_and_its_repetition_without()
    {
        await using var client = await StandInClient.StartAsync();
        client.Server.Faults.Next(new Fault.AnswerLost());

        await Should.ThrowAsync<HttpRequestException>(() => client.WriteAsync("shop", "a", 1));
        (await client.WriteAsync("shop", "a", 1)).Status.ShouldBe(200);

        client.Server.Writes.WithEffect.ShouldBe(1);
        client.Server.Writes.WithoutEffect.ShouldBe(1);
        client.Server.Requests.Select(request => request.Status).ShouldBe([0, 200]);
    }

    [Fact]
    public async Task A_connection_that_is_reset_first_changes_nothing()
    {
        await using var client = await StandInClient.StartAsync();
        client.Server.Faults.Next(new Fault.ResetBefore());
        await Should.ThrowAsync<HttpRequestException>(() => client.WriteAsync("shop", "a", 1));
        client.Server.Indexes.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_breaks_off_was_in_effect()
    {
        await using var client = await StandInClient.StartAsync();
        client.Server.Faults.Next(new Fault.ResetWithin());
        await Should.ThrowAsync<Exception>(() => client.WriteAsync("shop", "a", 1));
        client.Server.Indexes.ShouldBe(["shop"]);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_not_read_to_its_end()
    {
        await using var client = await StandInClient.StartAsync();
        client.Server.Faults.LargestBody = 1000;
        try
        {
            (await client.WriteAsync("shop", "a", 1, $$"""{"title":"{{new string('x', 5_000_000)}}"}""")).Status.ShouldBe(413);
        }
        catch (HttpRequestException)
        {
            // Who is still sending may see the closed connection before the answer, as with the real one.
        }

        client.Server.Indexes.ShouldBeEmpty();
        client.Server.Requests[0].Status.ShouldBe(413);
        (await client.WriteAsync("shop", "a", 1)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_full_disk_lets_nothing_be_written_until_there_is_room()
    {
        await using var client = await StandInClient.StartAsync();
        await client.WriteAsync("shop", "a", 1);
        client.Server.FillDisk("shop");
        (await client.WriteAsync("shop", "b", 1)).Body["items"]![0]!["index"]!["status"]!.GetValue<int>().ShouldBe(429);
        client.Server.FillDisk("shop", isFull: false);
        (await client.WriteAsync("shop", "b", 1)).Body["errors"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_node_refuses_connections_and_answers_again_under_its_address()
    {
        await using var client = await StandInClient.StartAsync(new() { Nodes = 2 });
        await client.WriteAsync("shop", "a", 1);
        var address = client.Server.Urls[1];

        await client.Server.KillAsync(1);
        await Should.ThrowAsync<HttpRequestException>(() => client.SendAsync("GET", "/", node: 1));
        (await client.SendAsync("GET", "/_cluster/health")).Body["status"]!.ToString().ShouldBe("yellow");
        (await client.SendAsync("GET", "/shop/_doc/a", node: 0)).Status.ShouldBe(200);

        await client.Server.ReviveAsync(1);
        client.Server.Urls[1].ShouldBe(address);
        (await client.SendAsync("GET", "/shop/_doc/a", node: 1)).Status.ShouldBe(200);
        (await client.SendAsync("GET", "/_cluster/health")).Body["status"]!.ToString().ShouldBe("green");
    }

    [Fact]
    public async Task What_is_drawn_is_drawn_again_from_the_same_seed()
    {
        var first = await StatusesAsync(seed: 7);
        first.Distinct().Order().ShouldBe([200, 503]);
        (await StatusesAsync(seed: 7)).ShouldBe(first);
        (await StatusesAsync(seed: 8)).ShouldNotBe(first);
    }

    [Fact]
    public async Task Whoever_lacks_the_right_header_or_a_privilege_is_told_so()
    {
        await using var client = await StandInClient.StartAsync(new() { Authorization = "ApiKey abc" });
        (await client.SendAsync("GET", "/")).Status.ShouldBe(401);

        await using var open = await StandInClient.StartAsync();
        open.Server.Faults.Next(new Fault.Forbidden("indices:admin/create"));
        var (status, body) = await open.SendAsync("PUT", "/shop");
        status.ShouldBe(403);
        body["error"]!["type"]!.ToString().ShouldBe("security_exception");
        open.Server.Indexes.ShouldBeEmpty();
    }

    private static async Task<List<int>> StatusesAsync(int seed)
    {
        await using var client = await StandInClient.StartAsync(new StandInOptions { Seed = seed });
        client.Server.Faults.Sometimes(0.4, new Fault.Unavailable());
        var statuses = new List<int>();
        for (var i = 0; i < 40; i++)
            statuses.Add((await client.SendAsync("GET", "/")).Status);
        return statuses;
    }
}
