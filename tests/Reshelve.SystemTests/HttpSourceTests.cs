using System.Net;

namespace Reshelve.SystemTests;

/// <summary>A feed that comes over the network.</summary>
public sealed class HttpSourceTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly HttpListener _server = new();
    private readonly string _address;
    private byte[] _feed = Some.Gzip(Some.Products(100));
    private int _sent;

    public HttpSourceTests()
    {
        _address = $"http://127.0.0.1:{FreePort()}/";
        _server.Prefixes.Add(_address);
        _server.Start();
        _ = ServeAsync();
        _workspace.WithCatalog("shop", Some.ProductsYaml.Replace("source: products.jsonl", $"source: {_address}products.jsonl.gz", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _server.Close();
        _workspace.Dispose();
    }

    [Fact]
    public async Task A_feed_that_the_server_says_is_unchanged_is_not_even_sent()
    {
        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Count("added").ShouldBe(100);

        var again = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json;

        (again.Text("state"), again.Count("parsed")).ShouldBe(("done", 0));
        _sent.ShouldBe(1);
        _feed = Some.Gzip(Some.Products(101));
        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Count("added").ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named()
    {
        _server.Stop();
        _workspace.WithCatalog("shop", Some.ProductsYaml.Replace(
            "source: products.jsonl", $"source: {{ url: \"{_address}products.jsonl.gz\", retries: 0 }}", StringComparison.Ordinal));

        var report = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(1).Json;

        report.Text("error").ShouldContain("127.0.0.1");
    }

    private async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _server.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Answer(context, _feed);
        }
    }

    private void Answer(HttpListenerContext context, byte[] feed)
    {
        var tag = $"\"{feed.Length}\"";
        context.Response.AddHeader("ETag", tag);
        if (context.Request.Headers["If-None-Match"] == tag)
        {
            context.Response.StatusCode = 304;
        }
        else
        {
            Interlocked.Increment(ref _sent);
            context.Response.ContentLength64 = feed.Length;
            context.Response.OutputStream.Write(feed);
        }

        context.Response.Close();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
