using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>
/// Short stand-ins for references, which may be long: as the key of an index, and to tell whether a document's references are still the same.
/// SHA-256, so that no feed can be made to have many of the same.
/// </summary>
internal static class ReferenceHash
{
    /// <summary>The length of <see cref="OfAll"/>.</summary>
    public const int Bytes = 16;

    /// <summary>Of one reference; two may have the same.</summary>
    public static long Of(ImageReference reference)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, reference);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    /// <summary>Of references in their order.</summary>
    public static byte[] OfAll(IReadOnlyList<ImageReference> references)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        foreach (var reference in references)
            Write(buffer, reference);
        return SHA256.HashData(buffer.WrittenSpan)[..Bytes];
    }

    // With their lengths, so that no two lists read the same.
    private static void Write(ArrayBufferWriter<byte> buffer, ImageReference reference)
    {
        Write(buffer, reference.Location);
        Write(buffer, reference.Version);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, string? text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), text?.Length ?? -1);
        buffer.Advance(sizeof(int));
        buffer.Write(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}
