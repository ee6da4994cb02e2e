using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Bulk;
using Reshelve.StandIn.Calls;
using Reshelve.StandIn.Faults;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Searching;

namespace Reshelve.StandIn;

/// <summary>
/// A server that answers as Elasticsearch or OpenSearch does, as far as this project asks, on ports of its own on this machine. All that it holds is in memory.
/// </summary>
public sealed class StandInServer : IAsyncDisposable
{
    private readonly StandInCluster _cluster;
    private readonly ConcurrentQueue<RequestRecord> _requests = new();
    private readonly StandInNode[] _nodes;

    private StandInServer(StandInOptions options)
    {
        Faults = new(options.Seed);
        _cluster = new(options, Faults);
        _nodes = [.. Enumerable.Range(0, options.Nodes).Select(number => new StandInNode(number, _cluster, new(Routes(number)), _requests))];
    }

    /// <summary>The first node.</summary>
    public Uri Url => _nodes[0].Url;

    public IReadOnlyList<Uri> Urls => [.. _nodes.Select(node => node.Url)];

    /// <summary>What goes wrong.</summary>
    public StandInFaults Faults { get; }

    /// <summary>What was written so far.</summary>
    public WriteCounters Writes => _cluster.Writes;

    /// <summary>All requests so far, in the order in which they were answered.</summary>
    public IReadOnlyList<RequestRecord> Requests => [.. _requests];

    /// <summary>The indexes there are.</summary>
    public IReadOnlyList<string> Indexes
    {
        get
        {
            lock (_cluster.Gate)
                return [.. _cluster.Indexes.Keys];
        }
    }

    /// <summary>Scrolls and points in time that nobody closed.</summary>
    public int OpenSearches
    {
        get
        {
            lock (_cluster.Gate)
                return _cluster.Searches.Count;
        }
    }

    public static Task<StandInServer> StartAsync() => StartAsync(new StandInOptions());

    public static async Task<StandInServer> StartAsync(StandInOptions options)
    {
        var server = new StandInServer(options);
        foreach (var node in server._nodes)
            await node.StartAsync();
        return server;
    }

    /// <summary>Lets a node answer nothing any more: connections to it are refused.</summary>
    public async Task KillAsync(int node)
    {
        await _nodes[node].StopAsync();
        lock (_cluster.Gate)
            _cluster.Nodes = Math.Max(1, _nodes.Count(each => each.IsRunning));
    }

    /// <summary>Lets a killed node answer again, under its old address.</summary>
    public async Task ReviveAsync(int node)
    {
        await _nodes[node].StartAsync();
        lock (_cluster.Gate)
            _cluster.Nodes = _nodes.Count(each => each.IsRunning);
    }

    /// <summary>Blocks an index as a server does whose disk is nearly full; blocks of users are settings.</summary>
    public void FillDisk(string index, bool isFull = true)
    {
        lock (_cluster.Gate)
        {
            foreach (var blocked in _cluster.Resolve(index))
                blocked.Settings.Set(new JsonObject { ["blocks.read_only_allow_delete"] = isFull ? true : null }, place: "");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.StopAsync();
    }

    private Route[] Routes(int node) =>
    [
        .. new InfoCalls(_cluster, $"n{node + 1}").Routes,
        .. new BulkCalls(_cluster).Routes,
        .. new SearchCalls(_cluster).Routes,
        .. new DocumentCalls(_cluster).Routes,
        .. new AliasCalls(_cluster).Routes,
        .. new MaintenanceCalls(_cluster).Routes,
        .. new ListCalls(_cluster).Routes,
        .. new StatsCalls(_cluster).Routes,
        .. new HealthCalls(_cluster).Routes,
        .. new IndexCalls(_cluster).Routes,
    ];
}
