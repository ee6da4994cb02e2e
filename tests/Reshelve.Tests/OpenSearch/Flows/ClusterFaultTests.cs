using Reshelve.Catalogs;
using Reshelve.Running;
using Reshelve.StandIn;
using Reshelve.StandIn.Faults;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.OpenSearch.Flows;

/// <summary>
/// Whatever a cluster does to requests: in the end the index is as the feed says, nothing was written twice with effect, nothing is lost, and there is an end. Waits are three hundred times as short as in life.
/// </summary>
public sealed class ClusterFaultTests
{
    private const int Documents = 1000;

    private static readonly ClusterSettings Patient = new()
    {
        Limits = new WriteLimits { RequestBytes = 8 << 10 }, Timeout = TimeSpan.FromMinutes(30), Patience = TimeSpan.FromHours(2),
    };

    public static TheoryData<string, double> Faults => new()
    {
        { nameof(Fault.Rejected), 0.4 },
        { nameof(Fault.ItemsRejected), 0.5 },
        { nameof(Fault.Unavailable), 0.3 },
        { nameof(Fault.Gateway), 0.3 },
        { nameof(Fault.ResetBefore), 0.3 },
        { nameof(Fault.ResetWithin), 0.3 },
        { nameof(Fault.AnswerLost), 0.3 },
        { nameof(Fault.Delayed), 0.5 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_catalog_comes_through(string kind, double share)
    {
        foreach (var seed in Seeds.Of(1))
        {
            await using var cluster = await StartAsync(seed);
            cluster.Server.Faults.Sometimes(share, FaultOf(kind));
            await FillAndChangeAsync(cluster, $"{kind}, {share}; to see it again: RESHELVE_TEST_SEED={seed} ./test --fast ClusterFaultTests");
        }
    }

    [Fact]
    public async Task A_catalog_comes_through_all_of_it_at_once()
    {
        foreach (var seed in Seeds.Of(3))
        {
            await using var cluster = await StartAsync(seed, nodes: 2);
            foreach (var (kind, _) in Faults.Select(row => row.Data))
                cluster.Server.Faults.Sometimes(0.05, FaultOf(kind));
            await FillAndChangeAsync(cluster, $"to see it again: RESHELVE_TEST_SEED={seed} ./test --fast ClusterFaultTests");
        }
    }

    [Theory]
    [InlineData(1_500_000)]
    [InlineData(100_000)]
    public async Task Bodies_that_are_too_large_for_the_cluster_are_divided(int largest)
    {
        await using var cluster = await StartAsync(1, settings: Patient with { Limits = new WriteLimits() });
        cluster.Server.Faults.LargestBody = largest;
        var text = new string('x', 3000);
        var feed = string.Concat(Enumerable.Range(0, 1500).Select(i => $$"""{"id":"{{i}}","name":"{{text}}","price":1}""" + "\n"));
        await DoneAsync(cluster.Bench, feed, "");
        cluster.Server.Writes.WithEffect.ShouldBe(1500);
        // It learns: what was too large once is not tried again and again.
        cluster.Server.Requests.Count(request => request.Bytes > largest).ShouldBeInRange(1, 25);
    }

    [Fact]
    public async Task One_node_of_two_is_enough_and_is_missed_no_longer_when_it_is_back()
    {
        await using var cluster = await StartAsync(1, nodes: 2);
        var bench = cluster.Bench;
        (await bench.SyncText(Feed(0, 100, 1))).State.ShouldBe(RunState.Done);
        await cluster.Server.KillAsync(1);
        (await bench.SyncText(Feed(0, Documents, 1))).State.ShouldBe(RunState.Done);
        await cluster.Server.ReviveAsync(1);
        await bench.During("write", () => cluster.Server.KillAsync(0));
        var report = await bench.SyncText(Feed(0, Documents, 2));
        report.State.ShouldBe(RunState.Done, report.Error);
        (await bench.Documents()).Count.ShouldBe(Documents);
    }

    [Fact]
    public async Task A_cluster_that_is_gone_fails_the_run_and_the_next_one_carries_on()
    {
        await using var cluster = await StartAsync(1, settings: Patient with { Patience = TimeSpan.FromMinutes(10) });
        var bench = cluster.Bench;
        (await bench.SyncText(Feed(0, 100, 1))).State.ShouldBe(RunState.Done);
        await bench.During("write", () => cluster.Server.KillAsync(0));
        var report = await bench.SyncText(Feed(0, Documents, 2));
        report.State.ShouldBe(RunState.Failed, report.Error);
        report.Error!.ShouldContain("no node of the cluster answers");
        await cluster.Server.ReviveAsync(0);
        report = await bench.SyncText(Feed(0, Documents, 2));
        report.State.ShouldBe(RunState.Done, report.Error);
        (await bench.Documents()).Count.ShouldBe(Documents);
    }

    [Fact]
    public async Task A_full_disk_is_waited_for_and_named_when_it_stays_full()
    {
        await using var cluster = await StartAsync(1, settings: Patient with { Patience = TimeSpan.FromMinutes(5) });
        var bench = cluster.Bench;
        await bench.SyncText(Feed(0, 100, 1));
        cluster.Server.FillDisk($"p-{await bench.Live()}");
        var report = await bench.SyncText(Feed(0, 110, 1));
        report.State.ShouldBe(RunState.Failed);
        report.Error!.ShouldContain("disk");
        cluster.Server.FillDisk($"p-{await bench.Live()}", isFull: false);
        (await bench.SyncText(Feed(0, 110, 1))).State.ShouldBe(RunState.Done);
        (await bench.Documents()).Count.ShouldBe(110);
    }

    [Fact]
    public async Task A_write_block_fails_the_run_at_once_and_is_named()
    {
        await using var cluster = await StartAsync(1);
        var bench = cluster.Bench;
        await bench.SyncText(Feed(0, 100, 1));
        await cluster.SendAsync(HttpMethod.Put, $"/p-{await bench.Live()}/_settings", new { index = new { blocks = new { write = true } } });
        var report = await bench.SyncText(Feed(0, 110, 1));
        (report.State, report.Error!.Contains("write")).ShouldBe((RunState.Failed, true), report.Error);
        await cluster.SendAsync(HttpMethod.Put, $"/p-{await bench.Live()}/_settings", new { index = new { blocks = new { write = false } } });
        (await bench.SyncText(Feed(0, 110, 1))).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task A_run_tells_what_the_cluster_rejected()
    {
        await using var cluster = await StartAsync(1);
        await cluster.Bench.SyncText(Feed(0, 10, 1));
        cluster.Server.Faults.Next(new Fault.Rejected { Path = "/_bulk" }, times: 3);
        var report = await cluster.Bench.SyncText(Feed(0, 20, 1));
        report.State.ShouldBe(RunState.Done, report.Error);
        string.Join("; ", report.Notes).ShouldContain("rejected 3 bulk requests");
    }

    /// <summary>A first feed, a changed one, a rebuild: after each, the index is as the feed says, and each document was written with effect as often as it changed.</summary>
    private static async Task FillAndChangeAsync(ClusterBench cluster, string because)
    {
        var bench = cluster.Bench;
        await DoneAsync(bench, Feed(0, Documents, 1), because);
        cluster.Server.Writes.WithEffect.ShouldBe(Documents, because);
        await DoneAsync(bench, Feed(40, Documents + 60, 2), because);
        var changed = Enumerable.Range(40, Documents - 40).Count(i => i % 3 == 0) + 60 + 40;
        cluster.Server.Writes.WithEffect.ShouldBe(Documents + changed, because);
        await DoneAsync(bench, Feed(40, Documents + 60, 2), because, new SyncOptions { Rebuild = true });
        cluster.Server.Faults.Clear();
        cluster.Server.Faults.LargestBody = 100 << 20;
        cluster.Server.Writes.WithEffect.ShouldBe(Documents + changed + Documents + 20, because);
        (await bench.Repair.VerifyAsync(bench.Definition, mend: false, default)).InStep.ShouldBeTrue(because);
    }

    private static async Task DoneAsync(SyncBench bench, string feed, string because, SyncOptions? options = null)
    {
        var report = await bench.SyncText(feed, options);
        // A run may fail for good reasons; the next one makes up for it.
        for (var again = 0; again < 10 && report.State == RunState.Failed; again++)
            report = await bench.SyncText(feed, options);
        report.State.ShouldBe(RunState.Done, $"{report.Error} {because}");
        (await bench.Documents()).Count.ShouldBe(feed.Count(c => c == '\n'), because);
    }

    private static async Task<ClusterBench> StartAsync(int seed, int nodes = 1, ClusterSettings? settings = null)
    {
        var cluster = await ClusterBench.StartAsync(
            new StandInOptions { Seed = seed, Nodes = nodes },
            settings ?? Patient,
            new QuickTime());
        cluster.Bench.Definition = cluster.Bench.Definition with { Checks = CatalogChecks.None, Rebuilds = new RebuildPolicy { Above = null } };
        return cluster;
    }

    private static Fault FaultOf(string kind) => kind switch
    {
        nameof(Fault.Rejected) => new Fault.Rejected(),
        nameof(Fault.ItemsRejected) => new Fault.ItemsRejected(),
        nameof(Fault.Unavailable) => new Fault.Unavailable(),
        nameof(Fault.Gateway) => new Fault.Gateway(),
        nameof(Fault.ResetBefore) => new Fault.ResetBefore(),
        nameof(Fault.ResetWithin) => new Fault.ResetWithin(),
        nameof(Fault.AnswerLost) => new Fault.AnswerLost(),
        _ => new Fault.Delayed(TimeSpan.FromMilliseconds(20)),
    };

    private static string Feed(int from, int to, int version) => string.Concat(
        Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","name":"a lamp of kind n{{(i % 3 == 0 ? version : 1)}}","price":1}""" + "\n"));
}
