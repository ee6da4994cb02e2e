using System.Net;
using System.Net.Sockets;
using System.Text.Unicode;
using System.Buffers.Text;

namespace Reshelve.Benchmarks.Bulk;

/// <summary>
/// Takes bulk requests as fast as anything can: it reads every byte, counts the lines, and says of two lines each that a document was written. What a writer reaches against it is the writer's own limit.
/// </summary>
internal sealed class CountingServer : IDisposable
{
    private const int BufferBytes = 256 << 10;
    private const int MaxItems = 10_000;

    private static readonly byte[] Opening = "{\"errors\":false,\"items\":["u8.ToArray();
    private static readonly byte[] Item = "{\"index\":{\"status\":201}},"u8.ToArray();
    private static readonly byte[] Items = [.. Enumerable.Repeat(Item, MaxItems).SelectMany(item => item)];
    private static readonly byte[] Product = "{\"version\":{\"number\":\"7.17.6\"},\"tagline\":\"You Know, for Search\"}"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private long _documents;
    private long _bytes;

    public CountingServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Documents taken so far.</summary>
    public long Documents => Interlocked.Read(ref _documents);

    /// <summary>Bytes of bodies taken so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptAsync();
                connection.NoDelay = true;
                _ = Task.Run(() => ServeAsync(connection));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using var owned = connection;
        var buffer = new byte[BufferBytes];
        var answer = new byte[Opening.Length + Items.Length + 256];
        try
        {
            while (await ReadHeadAsync(connection, buffer) is var (head, filled) && head > 0)
            {
                var length = ContentLength(buffer.AsSpan(0, head));
                var lines = await CountLinesAsync(connection, buffer, buffer.AsMemory(head, filled - head), length);
                Interlocked.Add(ref _bytes, length);
                Interlocked.Add(ref _documents, lines / 2);
                await SendAsync(connection, Answer(answer, (int)(lines / 2)));
            }
        }
        catch (SocketException)
        {
            // The client has gone.
        }
    }

    private static async Task<(int Head, int Filled)> ReadHeadAsync(Socket connection, byte[] buffer)
    {
        var filled = 0;
        while (true)
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(filled));
            if (read == 0)
                return (0, 0);
            filled += read;
            if (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return (end + 4, filled);
        }
    }

    private static long ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out long length, out _) ? length : 0;
    }

    private static async Task<long> CountLinesAsync(Socket connection, byte[] buffer, ReadOnlyMemory<byte> first, long length)
    {
        long lines = first.Span.Count((byte)'\n');
        for (var left = length - first.Length; left > 0;)
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)));
            if (read == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            left -= read;
        }

        return lines;
    }

    private static ReadOnlyMemory<byte> Answer(byte[] answer, int documents)
    {
        var items = (documents * Item.Length) - 1;
        var length = documents == 0 ? Product.Length : Opening.Length + items + 2;
        Utf8.TryWrite(answer, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n", out var at);
        if (documents == 0)
        {
            Product.CopyTo(answer, at);
            return answer.AsMemory(0, at + length);
        }

        Opening.CopyTo(answer, at);
        Items.AsSpan(0, items).CopyTo(answer.AsSpan(at + Opening.Length));
        "]}"u8.CopyTo(answer.AsSpan(at + Opening.Length + items));
        return answer.AsMemory(0, at + length);
    }

    private static async Task SendAsync(Socket connection, ReadOnlyMemory<byte> answer)
    {
        while (!answer.IsEmpty)
            answer = answer[await connection.SendAsync(answer)..];
    }
}
