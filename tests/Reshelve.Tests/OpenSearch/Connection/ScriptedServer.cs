using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Reshelve.Tests.OpenSearch.Connection;

/// <summary>An HTTP server that answers as a test says, on a port of its own; <c>GET /</c> it answers as Elasticsearch unless told otherwise.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly ConcurrentDictionary<TcpClient, Task> _connections = new();
    private readonly Func<ReceivedRequest, Task<Reply>> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public ScriptedServer(Func<ReceivedRequest, Reply> answer, X509Certificate2? certificate = null)
        : this(request => Task.FromResult(answer(request)), certificate)
    {
    }

    public ScriptedServer(Func<ReceivedRequest, Task<Reply>> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Address = new Uri(certificate is null ? $"http://127.0.0.1:{port}" : $"https://localhost:{port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>How the server answers <c>GET /</c>.</summary>
    public Reply? Product { get; set; } = Reply.Elasticsearch();

    /// <summary>What it was asked, <c>GET /</c> left out.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests.Where(request => request.Path != "/")];

    /// <summary>How often it was asked what it is.</summary>
    public int ProductRequests => _requests.Count(request => request.Path == "/");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        foreach (var connection in _connections.Keys)
            connection.Close();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptTcpClientAsync(_end.Token);
                _connections[connection] = Task.Run(() => ServeAsync(connection));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        try
        {
            await using var stream = await StreamOfAsync(connection);
            while (await ReadAsync(stream) is { } request)
            {
                _requests.Enqueue(request);
                var reply = request.Path == "/" && Product is { } product ? product : await _answer(request);
                if (!await WriteAsync(stream, reply, request.Method == "HEAD"))
                    break;
            }
        }
        catch (Exception error) when (_end.IsCancellationRequested || error is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone, or refused our certificate.
        }
    }

    private async Task<Stream> StreamOfAsync(TcpClient connection)
    {
        connection.NoDelay = true;
        // What ends, ends with a reset rather than a farewell.
        connection.LingerState = new LingerOption(true, 0);
        if (_certificate is null)
            return new BufferedStream(connection.GetStream());
        var secure = new SslStream(connection.GetStream());
        await secure.AuthenticateAsServerAsync(_certificate);
        return new BufferedStream(secure);
    }

    private async Task<bool> WriteAsync(Stream stream, Reply reply, bool isHead)
    {
        if (reply.IsNever)
            await Task.Delay(Timeout.Infinite, _end.Token);
        if (reply.BodyBytesSent == -1)
            return false;
        var head = new StringBuilder($"HTTP/1.1 {reply.Status} Status\r\nContent-Length: {reply.Body.Length}\r\n");
        foreach (var header in reply.Headers)
            head.Append(header).Append("\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        await stream.WriteAsync(isHead ? default : reply.Body.AsMemory(0, reply.BodyBytesSent ?? reply.Body.Length));
        await stream.FlushAsync();
        return reply.BodyBytesSent is null;
    }

    private static async Task<ReceivedRequest?> ReadAsync(Stream stream)
    {
        var first = await ReadLineAsync(stream);
        if (first.Length == 0)
            return null;
        var words = first.Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(stream) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        var body = headers.ContainsKey("Transfer-Encoding") ? await ReadChunksAsync(stream) : await ReadBytesAsync(stream, int.Parse(headers.GetValueOrDefault("Content-Length", "0")));
        return new ReceivedRequest(words[0], words[1], headers, headers.GetValueOrDefault("Content-Encoding") == "gzip" ? Decompress(body) : body);
    }

    private static byte[] Decompress(byte[] body)
    {
        using var plain = new MemoryStream();
        using var zipped = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        zipped.CopyTo(plain);
        return plain.ToArray();
    }

    private static async Task<byte[]> ReadChunksAsync(Stream stream)
    {
        using var body = new MemoryStream();
        while (Convert.ToInt32(await ReadLineAsync(stream), 16) is > 0 and var length)
        {
            body.Write(await ReadBytesAsync(stream, length));
            await ReadLineAsync(stream);
        }

        await ReadLineAsync(stream);
        return body.ToArray();
    }

    private static async Task<byte[]> ReadBytesAsync(Stream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<string> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
            line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }
}
