using System.Buffers;

namespace Reshelve.Embedded.Images;

/// <summary>Hashes as the ports write them (lower-case hexadecimal digits) and as files keep them (bytes).</summary>
internal static class HexBytes
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>What a hash of pixels is called in messages.</summary>
    public const string Pixels = "the hash of a picture's pixels";

    /// <exception cref="ArgumentException">It is no SHA-256.</exception>
    public static byte[] Sha256(string hex, string what) => Parse(hex, 32, what);

    /// <exception cref="ArgumentException">It is no hash of this length.</exception>
    public static byte[] Parse(string hex, int bytes, string what)
    {
        // Upper-case digits too: they would come back as lower-case ones.
        if (hex.Length != bytes * 2 || hex.AsSpan().ContainsAnyExcept(Digits))
            throw new ArgumentException($"{what} must have {bytes * 2} lower-case hexadecimal digits, but is '{hex}'", nameof(hex));
        return Convert.FromHexString(hex);
    }

    public static string Format(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
