using System.Buffers.Binary;
using System.Text;

namespace Reshelve.Images.Decoding;

/// <summary>The ICC profile of a picture (ICC.1), as far as it matters here.</summary>
internal static class ColourProfile
{
    private const int Header = 128;

    /// <summary>
    /// Whether a profile calls itself sRGB. Pixels are then taken as they are: converting them to what they are already would move some by one,
    /// and the same
    /// picture without its profile would be another one.
    /// </summary>
    public static bool IsSrgb(ReadOnlySpan<byte> profile)
    {
        var description = Description(profile);
        return description.Contains("sRGB", StringComparison.OrdinalIgnoreCase)
            // The tiny ones of the "c2" family are sRGB without a word of copyright.
            || description.Trim('\0', ' ') is "c2" or "c2ci" or "uRGB";
    }

    private static string Description(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < Header + 4)
            return "";
        var count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[Header..]), (uint)(profile.Length - Header - 4) / 12);
        for (var tag = 0; tag < count; tag++)
        {
            var entry = profile.Slice(Header + 4 + tag * 12, 12);
            var (offset, length) = (BinaryPrimitives.ReadUInt32BigEndian(entry[4..]), BinaryPrimitives.ReadUInt32BigEndian(entry[8..]));
            if (!entry.StartsWith("desc"u8) || offset > (uint)profile.Length || length > (uint)profile.Length - offset)
                continue;
            var data = profile.Slice((int)offset, (int)Math.Min(length, 512));
            // 'desc' holds ASCII, its successor 'mluc' UTF-16: what is left of both without zeros is the same.
            var text = Encoding.Latin1.GetString(data).Replace("\0", "", StringComparison.Ordinal);
            return data.StartsWith("mluc"u8) ? text : Ascii(data);
        }

        return "";
    }

    private static string Ascii(ReadOnlySpan<byte> data)
    {
        if (data.Length < 12)
            return "";
        var length = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(data[8..]), (uint)data.Length - 12);
        return Encoding.Latin1.GetString(data.Slice(12, (int)length)).TrimEnd('\0');
    }
}
