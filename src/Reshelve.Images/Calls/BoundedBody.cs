using System.Buffers;

namespace Reshelve.Images.Calls;

/// <summary>Reads what a server sends, never more than a limit, in memory that grows with what came.</summary>
internal static class BoundedBody
{
    private const int FirstBuffer = 64 << 10;

    /// <summary>Reads a stream to its end; null when it is longer than <paramref name="limit"/>.</summary>
    public static async Task<byte[]?> ReadAsync(Stream body, long? announced, long limit, CancellationToken cancellationToken)
    {
        // What is announced is not believed beyond a buffer's size: memory grows with what comes. One byte more tells the end.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(announced + 1 ?? FirstBuffer, FirstBuffer));
        try
        {
            var length = 0;
            while (await body.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length > limit)
                    return null;
                if (length < buffer.Length)
                    continue;
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, Array.MaxLength));
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
