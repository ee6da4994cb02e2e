using System.Text;

namespace Reshelve.Images.Decoding;

/// <summary>
/// A format that is decoded, known by the first bytes of a file and by nothing else. Drawings, documents and rare formats (SVG, PDF, whatever
/// ImageMagick reads) are not:
/// their decoders are large and were not made for files of strangers.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Loader">The operation of libvips that reads it.</param>
/// <param name="LoaderClass">That operation's class, by which it is allowed.</param>
internal sealed record PictureFormat(string Name, string Loader, string LoaderClass)
{
    private static readonly PictureFormat Png = new("png", "pngload_buffer", "VipsForeignLoadPng");
    private static readonly PictureFormat Jpeg = new("jpeg", "jpegload_buffer", "VipsForeignLoadJpeg");
    private static readonly PictureFormat Webp = new("webp", "webpload_buffer", "VipsForeignLoadWebp");
    private static readonly PictureFormat Gif = new("gif", "gifload_buffer", "VipsForeignLoadNsgif");
    private static readonly PictureFormat Tiff = new("tiff", "tiffload_buffer", "VipsForeignLoadTiff");
    private static readonly PictureFormat Avif = new("avif", "heifload_buffer", "VipsForeignLoadHeif");
    private static readonly PictureFormat Heif = new("heif", "heifload_buffer", "VipsForeignLoadHeif");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<PictureFormat> All = [Png, Jpeg, Webp, Gif, Tiff, Avif, Heif];

    /// <summary>The format of a file; null when it is none of these.</summary>
    public static PictureFormat? Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
            return Png;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]))
            return Jpeg;
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..12].SequenceEqual("WEBP"u8))
            return Webp;
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
            return Gif;
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8))
            return Tiff;
        return file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8) ? OfBrand(file[8..12]) : null;
    }

    /// <summary>What a file is that is none of these, for people.</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            return "it is empty";
        var beginning = file[..Math.Min(file.Length, 512)];
        var text = Encoding.UTF8.GetString(beginning).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        var known =
            text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
                ? "an HTML page"
            : text.Contains("<svg", StringComparison.OrdinalIgnoreCase) ? "an SVG drawing"
            : text.StartsWith("%PDF", StringComparison.Ordinal) ? "a PDF document"
            : text.StartsWith("BM", StringComparison.Ordinal) && file.Length > 26 && beginning.Contains((byte)0) ? "a BMP file"
            : text.StartsWith('<') ? "markup"
            : text.StartsWith('{') || text.StartsWith('[') ? "JSON"
            : null;
        return $"it is {known ?? "no picture"}, not one of {string.Join(", ", All.Select(format => format.Name))}";
    }

    private static PictureFormat? OfBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) ? Avif
        : brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8)
            || brand.SequenceEqual("hevc"u8) ? Heif
        : null;
}
