namespace Reshelve.Enriching.Visual;

/// <summary>The outermost pixels of a picture: what they are shows what is behind the thing in it.</summary>
/// <param name="Transparent">The share that is mostly transparent.</param>
/// <param name="Mean">The mean colour of the others.</param>
/// <param name="Spread">Their standard deviation (CIE 1976) from it.</param>
internal readonly record struct PictureBorder(double Transparent, LabColour Mean, double Spread)
{
    /// <summary>Whether the background is one colour.</summary>
    public bool IsPlain => IsPlainBackground(Transparent, Spread);

    /// <summary>
    /// The rule for it: hardly any of the border is transparent, and the rest varies no more than a photographed sheet of paper does.
    /// </summary>
    public static bool IsPlainBackground(double transparent, double spread) => transparent < 0.05 && spread < 5;

    /// <summary>Measures it.</summary>
    public static PictureBorder Of(SrgbPixels pixels)
    {
        var (transparent, count) = (0, 0);
        double l = 0, a = 0, b = 0, squares = 0;
        foreach (var pixel in Pixels(pixels.Width, pixels.Height))
        {
            if (pixels.AlphaAt(pixel) < 128)
            {
                transparent++;
                continue;
            }

            var colour = At(pixels, pixel);
            (l, a, b, count) = (l + colour.L, a + colour.A, b + colour.B, count + 1);
            squares += colour.SquaredDistanceTo(default);
        }

        if (count == 0)
            return new(1, default, 0);
        var mean = new LabColour((float)(l / count), (float)(a / count), (float)(b / count));
        var variance = squares / count - mean.SquaredDistanceTo(default);
        return new((double)transparent / (transparent + count), mean, Math.Sqrt(Math.Max(0, variance)));
    }

    /// <summary>The border's pixels: every one of the first and last row and column, each once.</summary>
    public static IEnumerable<int> Pixels(int width, int height)
    {
        for (var x = 0; x < width; x++)
            yield return x;
        for (var y = 1; y < height; y++)
        {
            yield return y * width;
            if (width > 1)
                yield return y * width + width - 1;
        }

        if (height > 1)
        {
            for (var x = 1; x < width - 1; x++)
                yield return (height - 1) * width + x;
        }
    }

    private static LabColour At(SrgbPixels pixels, int pixel)
    {
        var channels = pixels.Bytes.Slice(pixel * pixels.Channels, 3);
        return Colour.LabOf(channels[0], channels[1], channels[2]);
    }
}
