using System.Text;

namespace Reshelve.Embedded.Indexing;

/// <summary>
/// Ids as the database keeps them: UTF-8, changed so that comparing bytes orders them as
/// <see cref="string.CompareOrdinal(string, string)"/> does. The two differ only where characters beyond U+FFFF, in UTF-16
/// pairs that begin with D8 to DB, meet U+E000 to U+FFFF. The latter
/// begin with EE or EF in UTF-8, the former with F0 to F4; so EE and EF become F8 and F9, which no UTF-8 text holds.
/// </summary>
internal static class IdKey
{
    /// <summary>The longest id, in bytes of UTF-8.</summary>
    public const int MaxBytes = 512;

    private const byte Shift = 0xF8 - 0xEE;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes an id's key and gives its length; -1, with the problem, when it cannot be an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="key">At least <see cref="MaxBytes"/> long.</param>
    /// <param name="problem">Why it cannot be an id.</param>
    public static int Encode(string id, Span<byte> key, out string? problem)
    {
        problem = null;
        if (id.Length == 0)
            problem = "the id is empty";
        else if (id.Length > MaxBytes || Encoding.UTF8.GetByteCount(id) > MaxBytes)
            problem = $"the id is longer than {MaxBytes} bytes";
        if (problem is not null)
            return -1;
        int length;
        try
        {
            length = Strict.GetBytes(id, key);
        }
        catch (EncoderFallbackException)
        {
            problem = "the id is not valid Unicode: it holds half of a surrogate pair";
            return -1;
        }

        foreach (ref var b in key[..length])
        {
            if (b is 0xEE or 0xEF)
                b += Shift;
        }

        return length;
    }

    /// <summary>The id that a key stands for.</summary>
    public static string Decode(ReadOnlySpan<byte> key)
    {
        Span<byte> utf8 = stackalloc byte[MaxBytes];
        utf8 = utf8[..key.Length];
        for (var i = 0; i < key.Length; i++)
            utf8[i] = key[i] >= 0xF8 ? (byte)(key[i] - Shift) : key[i];
        return Encoding.UTF8.GetString(utf8);
    }
}
