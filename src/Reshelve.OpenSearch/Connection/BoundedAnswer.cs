using System.Buffers;
using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>Reads the body of an answer, up to a limit.</summary>
internal static class BoundedAnswer
{
    private const int FirstBytes = 16 << 10;

    /// <param name="content">The answer's content; decompressed while it is read.</param>
    /// <param name="limit">The most bytes, decompressed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ReshelveException">There are more.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        // Taken away by decompression, so that where it is, it is right.
        if (content.Headers.ContentLength is { } length)
            return await ReadWholeAsync(stream, length <= limit ? (int)length : throw TooLong(limit), cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        try
        {
            var filled = 0;
            while (await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken) is > 0 and var read)
            {
                filled += read;
                if (filled > limit)
                    throw TooLong(limit);
                if (filled == buffer.Length)
                    buffer = Grow(buffer);
            }

            return buffer.AsSpan(0, filled).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<byte[]> ReadWholeAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        var body = GC.AllocateUninitializedArray<byte>(length);
        await stream.ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, 2L * buffer.Length));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static ReshelveException TooLong(int limit) =>
        new($"A node of the cluster answers with more than {limit >> 20} MiB, which is more than was asked for.");
}
