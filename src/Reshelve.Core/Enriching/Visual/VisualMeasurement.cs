namespace Reshelve.Enriching.Visual;

/// <summary>
/// Measures a picture. Whoever calls it shrinks the picture first, to at most <see cref="Side"/> pixels a side: that is the standard size.
/// </summary>
internal static class VisualMeasurement
{
    /// <summary>The longer side, at most, of what is measured; smaller pictures are measured as they are.</summary>
    public const int Side = 256;

    /// <summary>Colours below this share are left out.</summary>
    private const double LeastShare = 0.005;

    /// <summary>Measures upright pixels.</summary>
    public static VisualFeatures Of(SrgbPixels pixels)
    {
        var border = PictureBorder.Of(pixels);
        var background = border.IsPlain ? PlainBackground.Find(pixels, border.Mean) : null;
        var counts = Count(pixels, background);
        // A picture of nothing but its background, such as a colour sample, is that colour.
        if (background is not null && counts.Counted < pixels.Count / 50)
            counts = Count(pixels, null);
        var lightness = LightnessOverWhite(pixels);
        return new VisualFeatures
        {
            Colours = Shares(counts),
            Lightness = Round(counts.Counted == 0 ? 0 : counts.Lightness / counts.Counted),
            Transparent = Round((double)counts.Transparent / pixels.Count),
            BorderTransparent = Round(border.Transparent),
            BorderLightness = Round(border.Mean.L),
            BorderChroma = Round(border.Mean.Chroma),
            BorderSpread = Round(border.Spread),
            Sharpness = Round(SharpnessOf(lightness, pixels.Width, pixels.Height)),
            PerceptualHash = PerceptualHash.Of(lightness, pixels.Width, pixels.Height),
        };
    }

    private static Counts Count(SrgbPixels pixels, bool[]? background)
    {
        var counts = new Counts(new int[ColourNames.All.Count]);
        var bytes = pixels.Bytes;
        for (var (pixel, at) = (0, 0); pixel < pixels.Count; pixel++, at += pixels.Channels)
        {
            if (pixels.AlphaAt(pixel) < 128)
            {
                counts.Transparent++;
            }
            else if (background is null || !background[pixel])
            {
                counts.Counted++;
                counts.Lightness += Colour.LightnessOf(bytes[at], bytes[at + 1], bytes[at + 2]);
                counts.Names[ColourNames.NumberOf(bytes[at], bytes[at + 1], bytes[at + 2])]++;
            }
        }

        return counts;
    }

    private static ColourShare[] Shares(Counts counts) =>
    [
        .. counts.Names.Select((count, number) => new ColourShare(ColourNames.All[number], Round((double)count / Math.Max(1, counts.Counted))))
            .Where(colour => colour.Share >= LeastShare)
            .OrderByDescending(colour => colour.Share).ThenBy(colour => colour.Name, StringComparer.Ordinal),
    ];

    private static float[] LightnessOverWhite(SrgbPixels pixels)
    {
        var lightness = new float[pixels.Count];
        var bytes = pixels.Bytes;
        for (var (pixel, at) = (0, 0); pixel < lightness.Length; pixel++, at += pixels.Channels)
        {
            var alpha = pixels.AlphaAt(pixel);
            lightness[pixel] = Colour.LightnessOf(Over(bytes[at], alpha), Over(bytes[at + 1], alpha), Over(bytes[at + 2], alpha));
        }

        return lightness;
    }

    private static byte Over(byte value, int alpha) => alpha == 255 ? value : (byte)((value * alpha + 255 * (255 - alpha) + 127) / 255);

    // How fast edges are, whatever their contrast and however many there are: the energy of the second derivative to that of the first.
    // The step of an edge that is blurred by a Gaussian of σ pixels has the ratio 1 / (2σ²).
    private static double SharpnessOf(float[] lightness, int width, int height)
    {
        double slopes = 0, bends = 0;
        for (var y = 1; y < height - 1; y++)
        {
            for (var at = y * width + 1; at < y * width + width - 1; at++)
            {
                var (left, right, up, down) = (lightness[at - 1], lightness[at + 1], lightness[at - width], lightness[at + width]);
                var (across, along, bend) = (right - left, down - up, left + right + up + down - 4 * lightness[at]);
                slopes += (across * across + along * along) * 0.25;
                bends += bend * bend;
            }
        }

        // Less than this, on the mean, is noise, and no edge to judge by.
        return slopes < 0.02 * width * height ? 0 : bends / slopes;
    }

    private static double Round(double value) => Math.Round(value, 4);

    private sealed class Counts(int[] names)
    {
        public int[] Names { get; } = names;

        public int Counted { get; set; }

        public int Transparent { get; set; }

        public double Lightness { get; set; }
    }
}
