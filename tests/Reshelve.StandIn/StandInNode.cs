using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.WebUtilities;
using Reshelve.StandIn.Faults;
using Reshelve.StandIn.Http;

namespace Reshelve.StandIn;

/// <summary>One port that answers for the cluster.</summary>
internal sealed class StandInNode(int number, StandInCluster cluster, Router router, ConcurrentQueue<RequestRecord> requests)
{
    private const string Json = "application/json; charset=UTF-8";

    private WebApplication? _application;
    private int _port;

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public bool IsRunning => _application is not null;

    public async Task StartAsync()
    {
        // An empty builder: others watch files of settings, and a machine has few watchers for many servers at a time.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Listen(IPAddress.Loopback, _port);
        });
        var application = builder.Build();
        application.Run(HandleAsync);
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        _port = new Uri(addresses.Addresses.Single()).Port;
        _application = application;
    }

    /// <summary>Closes the port, and all connections to it at once.</summary>
    public async Task StopAsync()
    {
        if (_application is not { } application)
            return;
        _application = null;
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var fault = cluster.Faults.Draw(path);
        if (fault is Fault.ResetBefore)
        {
            Note(context, path, 0, 0, 0);
            context.Abort();
            return;
        }

        if (await ReadAsync(context, path) is not { } wire)
            return;
        var body = IsCompressed(context) ? Decompress(wire) : wire;
        await AnswerAsync(context, Call(context, path, body), fault, wire.Length);
    }

    /// <summary>The body as it comes; null where it is too large and was refused.</summary>
    private async Task<byte[]?> ReadAsync(HttpContext context, string path)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[81920];
        while (await context.Request.Body.ReadAsync(chunk) is var read && read > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length <= cluster.Faults.LargestBody)
                continue;
            Note(context, path, buffer.Length, 0, StatusCodes.Status413PayloadTooLarge);
            // As the real one: an answer that a client which is still sending may never read, and no connection any more.
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            context.Response.ContentLength = 0;
            context.Response.Headers.Connection = "close";
            await context.Response.Body.FlushAsync();
            context.Abort();
            return null;
        }

        return buffer.ToArray();
    }

    private async Task AnswerAsync(HttpContext context, Call call, Fault? fault, long bytes)
    {
        var items = call.Path.Contains("/_bulk", StringComparison.Ordinal) ? Items(call.Body.Span) : 0;
        if (fault is Fault.Gateway or Fault.Answered)
        {
            var (status, text) = fault is Fault.Answered answered ? (answered.Status, answered.Body) : (((Fault.Gateway)fault).Status, FaultAnswers.Page(((Fault.Gateway)fault).Status));
            Note(context, call.Path, bytes, items, status);
            context.Response.ContentType = fault is Fault.Gateway ? "text/html" : Json;
            await SendAsync(context, status, System.Text.Encoding.UTF8.GetBytes(text));
            return;
        }

        var answer = Answer(context, call, fault);
        Note(context, call.Path, bytes, items, fault is Fault.AnswerLost ? 0 : answer.Status);
        if (fault is Fault.Delayed delayed)
            await Task.Delay(delayed.By, cluster.Options.Time, context.RequestAborted);
        if (fault is Fault.AnswerLost)
        {
            context.Abort();
            return;
        }

        Describe(context, answer);
        await SendAsync(context, answer.Status, answer.ToBytes(), breaks: fault is Fault.ResetWithin);
    }

    private Answer Answer(HttpContext context, Call call, Fault? fault)
    {
        if (cluster.Options.Authorization is { } wanted && context.Request.Headers.Authorization != wanted)
            return FaultAnswers.Unauthorized(call.Path);
        if (FaultAnswers.Of(fault, cluster.Flavor, call.Path) is { } failed)
            return failed;
        lock (cluster.Gate)
        {
            cluster.Faults.Reject(fault);
            return router.Answer(call);
        }
    }

    private void Describe(HttpContext context, Answer answer)
    {
        context.Response.ContentType = Json;
        if (cluster.Flavor.NamesItself)
            context.Response.Headers["X-elastic-product"] = "Elasticsearch";
        if (answer.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"security\" charset=\"UTF-8\"";
    }

    private static async Task SendAsync(HttpContext context, int status, byte[] body, bool breaks = false)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (!breaks)
        {
            await context.Response.Body.WriteAsync(body);
            return;
        }

        await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    private void Note(HttpContext context, string path, long bytes, int items, int status) => requests.Enqueue(new(
        number, context.Request.Method, path, bytes, items, IsCompressed(context), context.Request.Headers.Authorization, status));

    private static Call Call(HttpContext context, string path, byte[] body)
    {
        var parts = path.Split('?', 2);
        var segments = parts[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToList();
        var query = QueryHelpers.ParseQuery(parts.Length > 1 ? parts[1] : "").ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        return new(context.Request.Method, path, segments, query, body);
    }

    private static bool IsCompressed(HttpContext context) => context.Request.Headers.ContentEncoding == "gzip";

    private static byte[] Decompress(byte[] wire)
    {
        using var plain = new MemoryStream();
        using (var zipped = new GZipStream(new MemoryStream(wire), CompressionMode.Decompress))
            zipped.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>How many actions a bulk request holds: its lines, without those that are documents of the action before.</summary>
    private static int Items(ReadOnlySpan<byte> body)
    {
        var items = 0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.TrimStart(" \t\r"u8).IsEmpty)
                continue;
            items++;
            if (!line.TrimStart("{ "u8).StartsWith("\"delete\""u8) && body.IndexOf((byte)'\n') is var next && next >= 0)
                body = body[(next + 1)..];
        }

        return items;
    }
}
