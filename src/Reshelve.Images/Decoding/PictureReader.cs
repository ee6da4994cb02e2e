using Reshelve.Enriching;
using Reshelve.Images.Decoding.Vips;

namespace Reshelve.Images.Decoding;

/// <summary>
/// Reads a picture's file: by its content, refusing broken ones, turned upright and converted to sRGB; of several frames or pages the first.
/// </summary>
internal static unsafe class PictureReader
{
    // Of VipsInterpretation.
    private const int Srgb = 22;
    private const int Multiband = 0;

    /// <summary>Reads it.</summary>
    /// <exception cref="PictureException">It is none, or has too many pixels.</exception>
    /// <exception cref="VipsException">It is broken, or needs more memory than there is.</exception>
    public static UprightPixels Read(byte* file, int length, PictureFormat format, long maxPixels)
    {
        using var image = Open(file, length, format);
        var count = (long)image.Width * image.Height;
        if (count > maxPixels)
        {
            throw new PictureException(
                $"it says that it has {image.Width:N0} × {image.Height:N0} = {count:N0} pixels, more than the limit of {maxPixels:N0}");
        }

        using var srgb = ToSrgb(image);
        if (image.Orientation == 1)
            return Pixels(srgb);
        // Turning reads the pixels in another order than that in which they are decoded.
        using var inMemory = srgb.InMemory();
        using var upright = VipsOperation.Apply("autorot", inMemory);
        return Pixels(upright);
    }

    private static VipsImage Open(byte* file, int length, PictureFormat format)
    {
        // What libvips calls an error: data that ends early or contradicts its checksums. Oddities that every viewer shows are warnings.
        using var loader = VipsOperation.New(format.Loader, "access=sequential,fail-on=error");
        return loader.Set("buffer", file, length).RunToImage();
    }

    private static UprightPixels Pixels(VipsImage image)
    {
        var (width, height, bands) = (image.Width, image.Height, image.Bands);
        return new UprightPixels(image.ToPixels(out _), width, height, bands);
    }

    private static VipsImage ToSrgb(VipsImage image)
    {
        var profile = image.Attachment("icc-profile-data");
        if (!profile.IsEmpty && !ColourProfile.IsSrgb(profile))
        {
            try
            {
                using var converted = VipsOperation.Apply("icc_transform", image, "output-profile=srgb,embedded=true,depth=8");
                return ToBytes(converted);
            }
            catch (VipsException)
            {
                // A profile that is broken or belongs to other channels: viewers pass over it too.
            }
        }

        var interpretation = image.Interpretation;
        if (interpretation == Srgb && image.Format == VipsImage.Bytes)
            return ToBytes(image);
        if (interpretation == Multiband)
            throw new PictureException($"its {image.Bands} channels are no colours");
        using var srgb = VipsOperation.Apply("colourspace", image, "space=srgb");
        return ToBytes(srgb);
    }

    private static VipsImage ToBytes(VipsImage image)
    {
        using var bytes = VipsOperation.Apply("cast", image, "format=uchar");
        var bands = bytes.Bands;
        if (bands < 3)
            throw new PictureException($"its {bands} channels are no colours");
        // Channels beyond alpha belong to print shops.
        return VipsOperation.Apply("extract_band", bytes, $"band=0,n={Math.Min(bands, 4)}");
    }
}
