using Reshelve.Catalogs;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;
using Reshelve.Tests.OpenSearch.Connection;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class SearchGovernorTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HandClock _time = new();
    private readonly ClusterFigures _figures = new();
    private ScriptedServer? _server;
    private ClusterClient? _client;
    private SearchGovernor? _governor;

    private SearchGovernor Governor => _governor!;

    public ValueTask InitializeAsync()
    {
        Open(new ReaderProtection());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Governor.DisposeAsync();
        await _client!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task Slow_searches_halve_the_share_each_second_and_quick_ones_give_it_back()
    {
        Governor.Watch("shop");
        await LookAsync();
        Governor.Share.ShouldBe(1);

        _figures.MillisecondsPerSearch = 400;
        await LookAsync(2);
        Governor.Share.ShouldBeLessThanOrEqualTo(0.25);
        await LookAsync(10);
        Governor.Share.ShouldBe(0.05);

        _figures.MillisecondsPerSearch = 10;
        await LookAsync(12);
        Governor.Share.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_slow_before_we_wrote_is_not_our_doing()
    {
        _figures.MillisecondsPerSearch = 300;
        _figures.Pass();
        Governor.Watch("shop");
        await LookAsync();

        _figures.MillisecondsPerSearch = 500;
        await LookAsync(5);
        Governor.Share.ShouldBe(1);

        _figures.MillisecondsPerSearch = 700;
        await LookAsync(3);
        Governor.Share.ShouldBeLessThan(1);
    }

    [Fact]
    public async Task A_latency_in_the_settings_is_the_limit()
    {
        await DisposeAsync();
        Open(new ReaderProtection { SearchLatency = TimeSpan.FromMilliseconds(20) });
        Governor.Watch("shop");
        await LookAsync();

        _figures.MillisecondsPerSearch = 25;
        await LookAsync(2);

        Governor.Share.ShouldBeLessThan(1);
    }

    [Fact]
    public async Task A_long_write_queue_is_trouble()
    {
        Governor.Watch("shop");
        await LookAsync();

        _figures.Queue = 200;
        await LookAsync();

        Governor.Share.ShouldBe(0.5);
    }

    [Fact]
    public async Task Writes_that_a_node_rejected_are_trouble_once()
    {
        _figures.Rejected = 1000;
        Governor.Watch("shop");
        await LookAsync(2);
        Governor.Share.ShouldBe(1);

        _figures.Rejected++;
        await LookAsync();
        Governor.Share.ShouldBe(0.5);
        await LookAsync();
        Governor.Share.ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public async Task Who_may_not_look_says_so_once_and_leaves_writers_alone()
    {
        _figures.Status = 403;
        Governor.Watch("shop");
        Governor.Works();
        await UntilAsync(() => Governor.Note is not null);

        Governor.Note!.ShouldContain("Searches are not watched");
        Governor.Note!.ShouldContain("monitor");
        Governor.Share.ShouldBe(1);
    }

    [Fact]
    public async Task Who_could_not_look_looks_again_later()
    {
        _figures.Status = 500;
        Governor.Watch("shop");
        Governor.Works();
        await UntilAsync(() => Governor.Note is not null);

        _figures.Status = 200;
        while (Governor.Note is not null)
        {
            Governor.Works();
            if (_time.CountWaits(atMost: TimeSpan.FromMinutes(1)) > 0)
                _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(1);
        }

        _figures.Queue = 200;
        await LookAsync(2);
        Governor.Share.ShouldBeLessThan(1);
    }

    [Fact]
    public async Task An_alias_that_comes_later_is_watched_then()
    {
        _figures.IsMissing = true;
        Governor.Watch("shop");
        await LookAsync(2);
        Governor.Share.ShouldBe(1);

        _figures.IsMissing = false;
        await LookAsync();
        _figures.MillisecondsPerSearch = 400;
        await LookAsync(2);
        Governor.Share.ShouldBeLessThan(1);
    }

    [Fact]
    public async Task While_a_request_takes_long_the_cluster_is_looked_at()
    {
        Governor.Watch("shop");
        Governor.Begin();
        await UntilAsync(() => Governor.Looks > 0);
        _figures.Queue = 200;

        var looks = Governor.Looks;
        await UntilAsync(() => Governor.Looks >= looks + 10);

        Governor.Share.ShouldBe(0.05);
        Governor.End();
        await UntilNobodyWaitsAsync();
    }

    [Fact]
    public async Task While_nobody_writes_nobody_looks()
    {
        Governor.Watch("shop");
        await LookAsync();
        await UntilNobodyWaitsAsync();
        var looks = _figures.Looks;

        _time.Advance(TimeSpan.FromMinutes(1));
        await UntilNobodyWaitsAsync();

        _figures.Looks.ShouldBe(looks);
        await LookAsync();
        _figures.Looks.ShouldBeGreaterThan(looks);
    }

    [Fact]
    public async Task Nobody_looks_where_the_settings_say_not_to()
    {
        await DisposeAsync();
        Open(new ReaderProtection { Watch = false });
        Governor.Watch("shop");
        Governor.Works();

        await UntilNobodyWaitsAsync();

        _figures.Looks.ShouldBe(0);
    }

    [Fact]
    public async Task A_writer_works_for_its_share_of_time_alone()
    {
        _figures.Queue = 1000;
        Governor.Watch("shop");
        await LookAsync(2);
        var share = Governor.Share;
        var counters = new WriteCounters();

        var wait = Governor.HoldBackAsync(TimeSpan.FromMilliseconds(100), counters, default);
        wait.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(100 / share) - TimeSpan.FromMilliseconds(100));
        await wait;

        counters.Figures.Slowed.ShouldBe(TimeSpan.FromMilliseconds((100 / share) - 100), TimeSpan.FromMilliseconds(1));
    }

    private void Open(ReaderProtection readers)
    {
        _server = new ScriptedServer(_figures.Answer);
        var settings = Clusters.Settings(_server) with { Readers = readers };
        _client = Clusters.Client(settings, _time);
        _governor = new SearchGovernor(_client, _time);
    }

    /// <summary>Lets the governor look so often, a second apart, while something is written.</summary>
    private async Task LookAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _figures.Pass();
            var looks = Governor.Looks;
            Governor.Works();
            await UntilAsync(() => Governor.Looks > looks);
        }
    }

    /// <summary>Lets time pass until the governor has gone idle.</summary>
    private async Task UntilNobodyWaitsAsync()
    {
        for (var quiet = 0; quiet < 20; quiet++)
        {
            if (_time.CountWaits(atMost: TimeSpan.FromMinutes(1)) > 0)
            {
                quiet = 0;
                if (_time.CountWaits(atMost: Second) > 0)
                    _time.Advance(Second);
            }

            await Task.Delay(1);
        }
    }

    /// <summary>Lets time pass whenever the governor waits for it, and not while it asks the cluster.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            if (_time.CountWaits(atMost: Second) > 0)
                _time.Advance(Second);
            await Task.Delay(1);
        }
    }
}
