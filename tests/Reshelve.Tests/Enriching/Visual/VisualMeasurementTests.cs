using Reshelve.Enriching;
using Reshelve.Enriching.Visual;

namespace Reshelve.Tests.Enriching.Visual;

public sealed class VisualMeasurementTests
{
    [Fact]
    public void The_plain_background_does_not_count_among_the_colours()
    {
        var features = Measure(100, 100, (x, y) => IsInside(x, y) ? (200, 20, 20, 255) : (255, 255, 255, 255));
        features.Colours.ShouldHaveSingleItem().ShouldBe(new ColourShare("red", 1));
        features.BorderLightness.ShouldBe(100, 0.1);
        features.BorderSpread.ShouldBe(0, 0.1);
    }

    [Fact]
    public void A_sample_of_one_colour_has_that_colour()
    {
        var features = Measure(50, 30, (_, _) => (20, 60, 220, 255));
        features.Colours.ShouldHaveSingleItem().Name.ShouldBe("blue");
        features.Sharpness.ShouldBe(0);
    }

    [Fact]
    public void What_is_transparent_does_not_count_whatever_colour_it_hides()
    {
        var features = Measure(100, 100, (x, y) => IsInside(x, y) ? (20, 160, 40, 255) : (255, 0, 0, 10));
        features.Colours.ShouldHaveSingleItem().Name.ShouldBe("green");
        features.BorderTransparent.ShouldBe(1);
        features.Transparent.ShouldBe(0.64, 0.02);
    }

    [Fact]
    public void A_white_thing_on_a_grey_background_is_white()
    {
        var features = Measure(100, 100, (x, y) => IsInside(x, y) ? (255, 255, 255, 255) : (150, 150, 150, 255));
        features.Colours.ShouldHaveSingleItem().Name.ShouldBe("white");
    }

    [Fact]
    public void Blurring_lowers_the_sharpness_and_contrast_does_not()
    {
        var strong = Stripes(0, 255);
        var weak = Stripes(100, 150);
        SharpnessOf(strong).ShouldBe(SharpnessOf(weak), 0.5);
        SharpnessOf(Blur(strong, 4)).ShouldBeLessThan(0.2);
        SharpnessOf(Blur(weak, 4)).ShouldBeLessThan(0.2);
        SharpnessOf(strong).ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public void The_perceptual_hash_outlives_another_size_and_a_little_noise_but_not_another_picture()
    {
        var random = new Random(Seeds.One());
        var large = Measure(250, 200, (x, y) => Scene(x / 250.0, y / 200.0, 0));
        var small = Measure(100, 80, (x, y) => Scene(x / 100.0, y / 80.0, random.Next(-2, 3)));
        var other = Measure(100, 80, (x, y) => Scene(y / 80.0, 1 - x / 100.0, 0));
        PerceptualHash.Distance(large.PerceptualHash, small.PerceptualHash).ShouldBeLessThanOrEqualTo(3);
        PerceptualHash.Distance(large.PerceptualHash, other.PerceptualHash).ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Every_measure_of_any_picture_is_within_its_bounds()
    {
        var seed = Seeds.One();
        var random = new Random(seed);
        for (var picture = 0; picture < 200; picture++)
        {
            var (width, height, channels) = (random.Next(1, 40), random.Next(1, 40), random.Next(3, 5));
            var bytes = new byte[width * height * channels];
            random.NextBytes(bytes);
            if (random.Next(3) == 0)
                Array.Fill(bytes, (byte)random.Next(256));
            var features = VisualMeasurement.Of(new SrgbPixels(bytes, width, height, channels));
            var what = $"seed {seed}, picture {picture}: {width} × {height} × {channels}";
            foreach (var share in (double[])[features.Transparent, features.BorderTransparent, .. features.Colours.Select(colour => colour.Share)])
                share.ShouldBeInRange(0, 1, what);
            features.Colours.Sum(colour => colour.Share).ShouldBeInRange(0, 1.001, what);
            features.Lightness.ShouldBeInRange(0, 100, what);
            features.BorderLightness.ShouldBeInRange(0, 100.001, what);
            double.IsFinite(features.Sharpness + features.BorderSpread + features.BorderChroma).ShouldBeTrue(what);
        }
    }

    private static bool IsInside(int x, int y) => x is >= 20 and < 80 && y is >= 20 and < 80;

    private static VisualFeatures Measure(int width, int height, Func<int, int, (int Red, int Green, int Blue, int Alpha)> pixel)
    {
        var bytes = new byte[width * height * 4];
        for (var at = 0; at < width * height; at++)
        {
            var (red, green, blue, alpha) = pixel(at % width, at / width);
            (bytes[at * 4], bytes[at * 4 + 1], bytes[at * 4 + 2], bytes[at * 4 + 3]) = ((byte)red, (byte)green, (byte)blue, (byte)alpha);
        }

        return VisualMeasurement.Of(new SrgbPixels(bytes, width, height, 4));
    }

    private static (int, int, int, int) Scene(double x, double y, int noise)
    {
        var light = 128 + 60 * Math.Sin(7 * x) + 50 * Math.Cos(5 * y * y) - (Math.Abs(x - 0.3) < 0.15 && y > 0.4 ? 60 : 0) + noise;
        var value = (int)Math.Clamp(light, 0, 255);
        return (value, value, value, 255);
    }

    private static double[] Stripes(int dark, int light) =>
        [.. Enumerable.Range(0, 200 * 200).Select(at => (double)(at % 200 / 25 % 2 == 0 ? dark : light))];

    private static double[] Blur(double[] values, int radius)
    {
        // Two passes of a box make about a bell.
        for (var pass = 0; pass < 2; pass++)
        {
            var source = values;
            values = [.. Enumerable.Range(0, source.Length).Select(at =>
                Enumerable.Range(-radius, 2 * radius + 1).Average(step => source[at / 200 * 200 + Math.Clamp(at % 200 + step, 0, 199)]))];
        }

        return values;
    }

    private static double SharpnessOf(double[] values) =>
        Measure(200, 200, (x, y) =>
        {
            var value = (int)values[y * 200 + x];
            return (value, value, value, 255);
        }).Sharpness;
}
