using System.Net;
using System.Net.Sockets;
using Reshelve.Tests.Feeds.Sources;

namespace Reshelve.Tests.Images.Fetching;

public sealed class HostGateTests : IDisposable
{
    private readonly FetchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_host_that_keeps_failing_is_left_alone_until_one_request_finds_it_back()
    {
        var isDown = true;
        await using var server = new FaultyServer((_, _) => isDown ? Reply.Of(500) : FetchBench.Picture);
        while (!(await _bench.FailAsync(server.Address())).Message.Contains("failed too often", StringComparison.Ordinal))
            server.Requests.Count.ShouldBeLessThan(20);
        var asked = server.Requests.Count;

        for (var i = 0; i < 50; i++)
            (await _bench.FailAsync(server.Address($"/{i}.png"))).IsTransient.ShouldBeTrue();
        server.Requests.Count.ShouldBe(asked);

        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        await _bench.FailAsync(server.Address());
        server.Requests.Count.ShouldBe(asked + 1);

        isDown = false;
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 10; i++)
            await _bench.FetchAsync(server.Address());
        server.Requests.Count.ShouldBe(asked + 11);
    }

    [Fact]
    public async Task Pictures_that_are_not_there_do_not_speak_against_their_host()
    {
        await using var server = new FaultyServer((_, n) => n <= 50 ? Reply.Of(404) : FetchBench.Picture);

        for (var i = 0; i < 50; i++)
            (await _bench.FailAsync(server.Address())).IsTransient.ShouldBeFalse();

        await _bench.FetchAsync(server.Address());
    }

    [Fact]
    public async Task A_dead_host_does_not_slow_another()
    {
        await using var dead = FaultyServer.Replying(new Reply { Mute = true });
        await using var alive = FaultyServer.Replying(FetchBench.Picture);

        var hanging = Enumerable.Range(0, 40).Select(i => _bench.FailAsync(dead.Address($"/{i}.png"))).ToList();
        await FetchBench.AskedAsync(dead, 6);
        for (var i = 0; i < 40; i++)
            await _bench.FetchAsync(alive.Address($"/{i}.png"));

        hanging.ShouldAllBe(h => !h.IsCompleted);
        dead.Requests.Count.ShouldBe(6);
        // Once those are given up, all others fail without asking, but for as many as came before the breaker had counted enough.
        _bench.Time.Advance(FetchBench.LongTimeout);
        while (hanging.Count(h => h.IsCompleted) < 40 - 6)
            await Task.Delay(1);
        dead.Requests.Count.ShouldBeLessThanOrEqualTo(12);
        var all = Task.WhenAll(hanging);
        while (!all.IsCompleted)
        {
            _bench.Time.Advance(FetchBench.LongTimeout);
            await Task.Delay(1);
        }

        (await all).ShouldAllBe(e => e.IsTransient);
    }

    [Fact]
    public async Task Where_one_request_at_a_time_is_allowed_nobody_queues_behind_the_one_that_tries_again()
    {
        _bench.Settings = _bench.Settings with { PerHost = 1 };
        await using var dead = FaultyServer.Replying(new Reply { Mute = true });
        for (var asked = 1; asked <= 2; asked++)
        {
            var hanging = _bench.FailAsync(dead.Address());
            await FetchBench.AskedAsync(dead, asked);
            _bench.Time.Advance(FetchBench.LongTimeout);
            await hanging;
        }

        (await _bench.FailAsync(dead.Address())).Message.ShouldContain("failed too often");
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        var trying = _bench.FailAsync(dead.Address());
        await FetchBench.AskedAsync(dead, 3);

        (await _bench.FailAsync(dead.Address())).Message.ShouldContain("failed too often");

        trying.IsCompleted.ShouldBeFalse();
        _bench.Time.Advance(FetchBench.LongTimeout);
        await trying;
    }

    [Fact]
    public async Task No_more_requests_than_allowed_are_made_to_a_host_at_a_time()
    {
        _bench.Settings = _bench.Settings with { PerHost = 2 };
        var (inside, most) = (0, 0);
        await using var server = new FaultyServer((_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Sleep(2);
            Interlocked.Decrement(ref inside);
            return FetchBench.Picture;
        });

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => _bench.FetchAsync(server.Address($"/{i}.png"))));

        server.Requests.Count.ShouldBe(30);
        most.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_host_that_nobody_listens_at_is_a_debt()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var e = await _bench.FailAsync($"http://127.0.0.1:{port}/a.png");

        e.IsTransient.ShouldBeTrue();
        e.Message.ShouldContain("in 3 tries");
    }

    [Fact]
    public void Very_many_hosts_are_not_all_remembered()
    {
        var gates = new Reshelve.Images.Fetching.HostGates(_bench.Time);
        var first = gates.Of(new Uri("http://a.example/"), _bench.Settings);
        gates.Of(new Uri("http://A.example./b"), _bench.Settings).ShouldBeSameAs(first);

        for (var i = 0; i < 3000; i++)
            gates.Of(new Uri($"http://h{i}.example/"), _bench.Settings);

        gates.Of(new Uri("http://a.example/"), _bench.Settings).ShouldNotBeSameAs(first);
    }
}
