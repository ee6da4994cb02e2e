using System.Net;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Fetching;
using Reshelve.Tests.Feeds.Sources;

namespace Reshelve.Tests.Images.Fetching;

/// <summary>A fetcher with a clock and a name server of the test's own.</summary>
internal sealed class FetchBench : IDisposable
{
    public static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(10);

    public static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Encoding.ASCII.GetBytes("and so on")];

    private readonly List<string> _resolved = [];

    public FetchBench() => Fetcher = new ImageFetcher(Time, ResolveAsync);

    public SteppedTime Time { get; } = new(TimeSpan.FromMinutes(2));

    public ImageFetcher Fetcher { get; }

    /// <summary>What names resolve to; others do not.</summary>
    public Dictionary<string, string[]> Names { get; } = [];

    public IReadOnlyList<string> Resolved => _resolved;

    public ImageSettings Settings { get; set; } = new() { AllowedHosts = ["127.0.0.1"], Timeout = LongTimeout };

    public Uri Base { get; set; } = new("https://shop.example/feeds/products.xml");

    public static Reply Picture => new() { Body = Png };

    public Task<FetchedImage> FetchAsync(Uri address, FetchedImage? held = null, CancellationToken stop = default) =>
        FetchAsync(address.OriginalString, held, stop);

    public Task<FetchedImage> FetchAsync(string location, FetchedImage? held = null, CancellationToken stop = default) =>
        Fetcher.FetchAsync(new ImageRequest(location, Base, held?.ETag, held?.LastModified), Settings, stop);

    public async Task<ImageFetchException> FailAsync(Uri address) => await FailAsync(address.OriginalString);

    public async Task<ImageFetchException> FailAsync(string location) => await Should.ThrowAsync<ImageFetchException>(FetchAsync(location));

    /// <summary>Waits until a server was asked so often.</summary>
    public static async Task AskedAsync(FaultyServer server, int times)
    {
        while (server.Requests.Count < times)
            await Task.Delay(1);
    }

    public void Dispose() => Fetcher.Dispose();

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        lock (_resolved)
            _resolved.Add(host);
        return Names.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses.Select(IPAddress.Parse).ToArray())
            : Task.FromException<IPAddress[]>(new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));
    }
}
