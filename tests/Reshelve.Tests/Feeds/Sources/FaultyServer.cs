using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Reshelve.Tests.Feeds.Sources;

/// <summary>A request as it came over the wire.</summary>
internal sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    public byte[] Body { get; init; } = [];

    public string? this[string header] => Headers.GetValueOrDefault(header);
}

/// <summary>What the server sends, and how it fails while sending it.</summary>
internal sealed record Reply
{
    public int Status { get; init; } = 200;

    public string Reason { get; init; } = "As Told";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>What Content-Length says; null: the truth.</summary>
    public long? AnnouncedLength { get; init; }

    public bool Chunked { get; init; }

    /// <summary>Neither length nor chunks: the body ends with the connection.</summary>
    public bool UntilClose { get; init; }

    /// <summary>Close the connection after so many bytes of the body.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Send nothing more after so many bytes of the body, and keep the connection.</summary>
    public int? StallAfter { get; init; }

    /// <summary>Do not even send the status line.</summary>
    public bool Mute { get; init; }

    public Reply With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    public static Reply Of(int status, params (string Name, string Value)[] headers) => new() { Status = status, Headers = headers };

    public static Reply Feed(string body) => new() { Body = Encoding.UTF8.GetBytes(body) };
}

/// <summary>
/// An HTTP/1.1 server on a socket of its own, so that it can break the protocol in every way a test wants. One reply per
/// connection.
/// </summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RecordedRequest, int, Reply> _answer;
    private readonly List<RecordedRequest> _requests = [];
    private readonly Task _accepting;

    /// <param name="answer">Gives the reply to a request and its number, from 1.</param>
    public FaultyServer(Func<RecordedRequest, int, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers the first request with the first reply, and so on; the last reply stays.</summary>
    public static FaultyServer Replying(params Reply[] replies) => new((_, n) => replies[Math.Min(n, replies.Length) - 1]);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public Uri Address(string path = "/feed.jsonl") => new($"http://127.0.0.1:{Port}{path}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                await using var stream = connection.GetStream();
                if (await ReadRequestAsync(stream, _stop.Token) is not { } request)
                    return;
                int number;
                lock (_requests)
                {
                    _requests.Add(request);
                    number = _requests.Count;
                }

                await SendAsync(stream, _answer(request, number));
                connection.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task SendAsync(NetworkStream stream, Reply reply)
    {
        if (reply.Mute)
            await Task.Delay(Timeout.Infinite, _stop.Token);
        await stream.WriteAsync(Head(reply), _stop.Token);
        var sent = Math.Min(reply.CutAfter ?? reply.StallAfter ?? int.MaxValue, reply.Body.Length);
        var body = reply.Body.AsMemory(0, sent);
        if (reply.Chunked)
        {
            foreach (var chunk in reply.Body[..sent].Chunk(1000))
                await stream.WriteAsync((byte[])[.. Ascii($"{chunk.Length:x}\r\n"), .. chunk, .. Ascii("\r\n")], _stop.Token);
            if (sent == reply.Body.Length && reply.CutAfter is null && reply.StallAfter is null)
                await stream.WriteAsync(Ascii("0\r\n\r\n"), _stop.Token);
        }
        else
        {
            await stream.WriteAsync(body, _stop.Token);
        }

        await stream.FlushAsync(_stop.Token);
        if (reply.StallAfter is not null)
            await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    private static byte[] Head(Reply reply)
    {
        var head = new StringBuilder($"HTTP/1.1 {reply.Status} {reply.Reason}\r\nConnection: close\r\n");
        if (reply.Chunked)
            head.Append("Transfer-Encoding: chunked\r\n");
        else if (!reply.UntilClose && reply.Status is not (204 or 304))
            head.Append($"Content-Length: {reply.AnnouncedLength ?? reply.Body.Length}\r\n");
        foreach (var (name, value) in reply.Headers)
            head.Append($"{name}: {value}\r\n");
        return Ascii(head.Append("\r\n").ToString());
    }

    private static async Task<RecordedRequest?> ReadRequestAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, stop) == 0)
                return null;
            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var request = lines[0].Split(' ');
        var headers = lines.Skip(1)
            .Select(l => l.Split(": ", 2))
            .GroupBy(h => h[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(h => h[1])), StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stop);
        return new RecordedRequest(request[0], request[1], headers) { Body = body };
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
