using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Enriching.Visual;
using Reshelve.Images.Decoding.Vips;

namespace Reshelve.Images.Decoding;

/// <summary>
/// All that is done to one picture, in this process: what a worker does, and what must not be done in any process that has something to lose.
/// </summary>
internal static unsafe class PictureDecoding
{
    /// <summary>Decodes, measures and resizes a picture.</summary>
    /// <exception cref="PictureException">It is none, is broken, or has too many pixels.</exception>
    /// <exception cref="VipsException">It needs more memory than there is.</exception>
    /// <exception cref="OutOfMemoryException">The same.</exception>
    public static DecodedPicture Decode(ReadOnlySpan<byte> file, IReadOnlyList<RenditionSpec> renditions, long maxPixels)
    {
        var format = PictureFormat.Of(file) ?? throw new PictureException(PictureFormat.Describe(file));
        // What the picture before it left there.
        VipsLog.Take();
        try
        {
            fixed (byte* start = file)
            {
                using var pixels = PictureReader.Read(start, file.Length, format, maxPixels);
                using var image = pixels.ToImage();
                var facts = new PictureFacts
                {
                    Format = format.Name, Width = pixels.Width, Height = pixels.Height, PixelHash = pixels.Hash, Features = Measure(pixels, image),
                };
                return new(facts, RenditionEncoder.Encode(image, renditions));
            }
        }
        catch (VipsException error) when (!error.IsOutOfMemory)
        {
            throw new PictureException($"it is a broken or unusual {format.Name} file: {error.Message}", cause: error);
        }
    }

    private static VisualFeatures Measure(UprightPixels pixels, VipsImage image)
    {
        const int side = VisualMeasurement.Side;
        if (pixels.Width <= side && pixels.Height <= side)
            return VisualMeasurement.Of(new(pixels.Bytes, pixels.Width, pixels.Height, pixels.Channels));
        using var small = RenditionEncoder.Shrink(image, side, side);
        var (width, height, channels) = (small.Width, small.Height, small.Bands);
        var bytes = small.ToPixels(out var size);
        try
        {
            return VisualMeasurement.Of(new(new ReadOnlySpan<byte>(bytes, checked((int)size)), width, height, channels));
        }
        finally
        {
            VipsNative.g_free(bytes);
        }
    }
}
