using Reshelve.Catalogs;
using Reshelve.OpenSearch.Connection;
using Reshelve.Tests.Images;

namespace Reshelve.Tests.OpenSearch.Connection;

/// <summary>Clients for tests.</summary>
internal static class Clusters
{
    /// <summary>Shorter waits are over at once; timeouts end when the test lets time pass.</summary>
    public static readonly TimeSpan ShortWait = TimeSpan.FromMinutes(9);

    public static readonly TimeSpan NodeTimeout = TimeSpan.FromMinutes(10);

    public static SteppedTime Clock() => new(ShortWait);

    public static ClusterSettings Settings(params ReadOnlySpan<ScriptedServer> servers)
    {
        var urls = new List<Uri>();
        foreach (var server in servers)
            urls.Add(server.Address);
        return new ClusterSettings { Urls = urls, Timeout = NodeTimeout };
    }

    public static ClusterClient Client(ClusterSettings settings, TimeProvider? time = null, string? folder = null) =>
        new(settings, folder ?? Path.GetTempPath(), time ?? Clock(), new Random(1));

    public static ClusterRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>An address at which nobody listens.</summary>
    public static Uri Nowhere { get; } = new("http://127.0.0.1:9");
}
