using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Reshelve.Hashing;

/// <summary>
/// The hash of record bytes and documents: XXH3 with 128 bits of output and a secret of 192 bytes
/// (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md), the secret derived from a random seed. Not cryptographic: who
/// knows the
/// secret can make two inputs collide; the seed is random per ledger and never leaves it. Gives the same value on every
/// processor.
/// </summary>
public sealed class KeyedHash
{
    /// <summary>Bytes of a seed.</summary>
    public const int SeedBytes = 32;

    private readonly byte[] _secret;

    private KeyedHash(byte[] secret) => _secret = secret;

    /// <summary>Derives a hash from a seed and what else must change it (the CSV header, the mapping).</summary>
    /// <param name="seed">Random bytes.</param>
    /// <param name="context">Texts that give the input its meaning; another text gives an unrelated hash.</param>
    public static KeyedHash Derive(ReadOnlySpan<byte> seed, params ReadOnlySpan<string> context)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(seed);
        Span<byte> length = stackalloc byte[4];
        foreach (var text in context)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            digest.AppendData(length);
            digest.AppendData(bytes);
        }

        return new KeyedHash(Expand(digest.GetHashAndReset()));
    }

    /// <summary>Makes a hash with a given secret, to check it against published vectors.</summary>
    internal static KeyedHash WithSecret(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Xxh3.SecretBytes);
        return new KeyedHash(secret.ToArray());
    }

    /// <summary>The hash of some bytes.</summary>
    public Hash128 Of(ReadOnlySpan<byte> bytes) => Xxh3.Hash128(bytes, _secret);

    /// <summary>The low half of the hash of some bytes.</summary>
    public ulong Low64(ReadOnlySpan<byte> bytes) => Xxh3.Hash128(bytes, _secret).Low;

    private static byte[] Expand(ReadOnlySpan<byte> key)
    {
        var secret = new byte[Xxh3.SecretBytes];
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes + 1];
        key.CopyTo(block);
        for (var at = 0; at < secret.Length; at += SHA256.HashSizeInBytes)
        {
            block[^1] = (byte)(at / SHA256.HashSizeInBytes);
            SHA256.HashData(block, secret.AsSpan(at));
        }

        return secret;
    }
}
