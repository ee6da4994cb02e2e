namespace Reshelve.Enriching.Visual;

/// <summary>A colour in CIE L*a*b* under D65: differences are about as great as they look.</summary>
/// <param name="L">Lightness, 0 to 100.</param>
/// <param name="A">Green (negative) to red.</param>
/// <param name="B">Blue (negative) to yellow.</param>
internal readonly record struct LabColour(float L, float A, float B)
{
    /// <summary>The distance from grey.</summary>
    public float Chroma => MathF.Sqrt(A * A + B * B);

    /// <summary>The square of the CIE 1976 colour difference.</summary>
    public float SquaredDistanceTo(LabColour other)
    {
        var (l, a, b) = (L - other.L, A - other.A, B - other.B);
        return l * l + a * a + b * b;
    }
}

/// <summary>Conversions from sRGB (IEC 61966-2-1).</summary>
internal static class Colour
{
    private const int LightnessSteps = 4096;

    private static readonly float[] Linear = MakeLinear();
    private static readonly float[] Lightnesses = MakeLightnesses();

    /// <summary>The light that a channel's value stands for, 0 to 1.</summary>
    public static float LinearOf(byte value) => Linear[value];

    /// <summary>CIE L*, 0 to 100, to within 0.1: from a table, for it is asked of every pixel.</summary>
    public static float LightnessOf(byte red, byte green, byte blue) =>
        Lightnesses[(int)((0.2126f * Linear[red] + 0.7152f * Linear[green] + 0.0722f * Linear[blue]) * (LightnessSteps - 1) + 0.5f)];

    /// <summary>CIE L*a*b* (CIE 15) of a colour.</summary>
    public static LabColour LabOf(byte red, byte green, byte blue)
    {
        var (r, g, b) = (Linear[red], Linear[green], Linear[blue]);
        var x = Root((0.4124564f * r + 0.3575761f * g + 0.1804375f * b) / 0.95047f);
        var y = Root(0.2126729f * r + 0.7151522f * g + 0.0721750f * b);
        var z = Root((0.0193339f * r + 0.1191920f * g + 0.9503041f * b) / 1.08883f);
        return new(116 * y - 16, 500 * (x - y), 200 * (y - z));
    }

    private static float Root(float t) => t > 0.008856452f ? MathF.Cbrt(t) : t * 7.787037f + 16f / 116;

    private static float[] MakeLinear()
    {
        var linear = new float[256];
        for (var value = 0; value < linear.Length; value++)
        {
            var part = value / 255.0;
            linear[value] = (float)(part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4));
        }

        return linear;
    }

    private static float[] MakeLightnesses()
    {
        // Two steps more, for a sum of the three weights that rounds to above 1.
        var lightnesses = new float[LightnessSteps + 2];
        for (var step = 0; step < lightnesses.Length; step++)
            lightnesses[step] = Math.Clamp(116 * Root(step / (float)(LightnessSteps - 1)) - 16, 0, 100);
        return lightnesses;
    }
}
