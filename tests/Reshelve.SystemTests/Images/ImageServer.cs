using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Reshelve.SystemTests.Images;

/// <summary>A real server of pictures, with validators, that counts what it is asked.</summary>
internal sealed class ImageServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, Action<HttpListenerContext>> _answers = new();
    private int _requests, _notModified;

    public ImageServer()
    {
        using (var port = new TcpListener(IPAddress.Loopback, 0))
        {
            port.Start();
            Port = ((IPEndPoint)port.LocalEndpoint).Port;
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}/";

    /// <summary>How it is allowed in a definition.</summary>
    public string Host => $"127.0.0.1:{Port}";

    public int Requests => _requests;

    public int NotModified => _notModified;

    public void ForgetCounts() => (_requests, _notModified) = (0, 0);

    /// <summary>What lies at a path.</summary>
    public void Put(string path, byte[] bytes, string type = "image/png")
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        _answers[path] = context =>
        {
            context.Response.AddHeader("ETag", tag);
            if (context.Request.Headers["If-None-Match"] == tag)
            {
                Interlocked.Increment(ref _notModified);
                context.Response.StatusCode = 304;
                return;
            }

            context.Response.ContentType = type;
            context.Response.ContentLength64 = bytes.Length;
            context.Response.OutputStream.Write(bytes);
        };
    }

    /// <summary>What a path answers.</summary>
    public void Put(string path, Action<HttpListenerContext> answer) => _answers[path] = answer;

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => Answer(context));
        }
    }

    private void Answer(HttpListenerContext context)
    {
        Interlocked.Increment(ref _requests);
        try
        {
            if (_answers.TryGetValue(context.Request.Url!.AbsolutePath.TrimStart('/'), out var answer))
                answer(context);
            else
                context.Response.StatusCode = 404;
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client had enough, which some tests are about.
            context.Response.Abort();
        }
    }
}
