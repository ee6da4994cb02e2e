using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Decoding.Vips;

namespace Reshelve.Images.Decoding;

/// <summary>Makes the copies of a picture. Where several come to the same size, format and quality, they share their bytes.</summary>
internal static class RenditionEncoder
{
    // What the formats can hold at all.
    private const int WebpSide = 16_383;
    private const int JpegSide = 65_500;

    // Of 0 to 6. More takes up to twice as long and saves a tenth of the bytes; less saves a tenth of the time and takes a third more.
    private const int WebpEffort = 2;

    /// <summary>Makes them.</summary>
    /// <returns>One for each that is wanted, in order.</returns>
    public static IReadOnlyList<EncodedRendition> Encode(VipsImage image, IReadOnlyList<RenditionSpec> wanted)
    {
        var made = new Dictionary<(int Width, RenditionFormat Format, int Quality), EncodedRendition>();
        var renditions = new List<EncodedRendition>(wanted.Count);
        foreach (var spec in wanted)
        {
            var key = (Math.Min(spec.Width, image.Width), spec.Format, spec.Quality);
            if (!made.TryGetValue(key, out var rendition))
                made.Add(key, rendition = Encode(image, spec));
            renditions.Add(rendition with { Spec = spec });
        }

        return renditions;
    }

    private static EncodedRendition Encode(VipsImage image, RenditionSpec spec)
    {
        var highest = spec.Format == RenditionFormat.Webp ? WebpSide : JpegSide;
        var width = Math.Min(spec.Width, highest);
        if (image.Width <= width && image.Height <= highest)
            return Save(image, spec);
        using var small = Shrink(image, width, highest);
        return Save(small, spec);
    }

    /// <summary>A copy that fits into a box, never enlarged.</summary>
    public static VipsImage Shrink(VipsImage image, int width, int height) =>
        VipsOperation.Apply("thumbnail_image", image, FormattableString.Invariant($"width={width},height={height},size=down"));

    private static EncodedRendition Save(VipsImage image, RenditionSpec spec)
    {
        var (width, height) = (image.Width, image.Height);
        if (spec.Format == RenditionFormat.Webp)
            return new(spec, width, height, Save("webpsave_buffer", image, $"Q={spec.Quality},effort={WebpEffort},strip=true"));
        using var opaque = image.Bands == 4 ? VipsOperation.Apply("flatten", image, "background=255") : null;
        return new(spec, width, height, Save("jpegsave_buffer", opaque ?? image, $"Q={spec.Quality},optimize-coding=true,strip=true"));
    }

    private static byte[] Save(string operation, VipsImage image, string options)
    {
        using var save = VipsOperation.New(operation, options);
        return save.Set("in", image).RunToBytes();
    }
}
