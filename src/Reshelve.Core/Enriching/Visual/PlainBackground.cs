namespace Reshelve.Enriching.Visual;

/// <summary>
/// Finds what belongs to a plain background: the pixels of about the border's colour that hang together with the border. A white shirt on white keeps
/// its folds, and the white inside of a ring counts as part of the thing, which is how people see it as often as not.
/// </summary>
internal static class PlainBackground
{
    // About five times what the eye can just tell apart: shadows and the noise of compression are background too.
    private const float SquaredTolerance = 12 * 12;

    /// <summary>For each pixel whether it is background.</summary>
    public static bool[] Find(SrgbPixels pixels, LabColour background)
    {
        var (width, height) = (pixels.Width, pixels.Height);
        var found = new bool[pixels.Count];
        var open = new Stack<int>();
        foreach (var pixel in PictureBorder.Pixels(width, height))
            Visit(pixels, background, found, open, pixel);
        while (open.TryPop(out var pixel))
        {
            var x = pixel % width;
            if (x > 0)
                Visit(pixels, background, found, open, pixel - 1);
            if (x < width - 1)
                Visit(pixels, background, found, open, pixel + 1);
            if (pixel >= width)
                Visit(pixels, background, found, open, pixel - width);
            if (pixel < width * (height - 1))
                Visit(pixels, background, found, open, pixel + width);
        }

        return found;
    }

    private static void Visit(SrgbPixels pixels, LabColour background, bool[] found, Stack<int> open, int pixel)
    {
        if (found[pixel])
            return;
        var channels = pixels.Bytes.Slice(pixel * pixels.Channels, pixels.Channels);
        // What is transparent lets the background through.
        if (channels.Length == 4 && channels[3] < 128
            || Colour.LabOf(channels[0], channels[1], channels[2]).SquaredDistanceTo(background) <= SquaredTolerance)
        {
            found[pixel] = true;
            open.Push(pixel);
        }
    }
}
