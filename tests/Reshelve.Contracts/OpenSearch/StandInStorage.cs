using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.StandIn;

namespace Reshelve.Contracts.OpenSearch;

/// <summary>A stand-in of its own for one test.</summary>
internal sealed class StandInStorage(ServerFlavor flavor)
{
    private StandInServer? _server;

    public async Task StartAsync() => _server = await StandInServer.StartAsync(new() { Flavor = flavor });

    public IIndexEngine Open() => ServerEngines.Open(new ClusterSettings { Urls = _server!.Urls, Prefix = "reshelve-test-" });

    public ValueTask StopAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
