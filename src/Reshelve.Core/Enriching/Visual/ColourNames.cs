namespace Reshelve.Enriching.Visual;

/// <summary>
/// What people call a colour: the eleven basic colour terms of English (Berlin and Kay), beige and turquoise. The bounds are drawn in Oklab
/// (Björn Ottosson, https://bottosson.github.io/posts/oklab/), whose hues stay blue or yellow over all lightnesses; those of CIE L*a*b* do
/// not (its pure blue has the hue of its purples).
/// </summary>
internal static class ColourNames
{
    private const int Bits = 5;

    /// <summary>The names, in the order of their numbers.</summary>
    public static readonly IReadOnlyList<string> All =
        ["black", "grey", "white", "red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "brown", "beige"];

    private const byte Black = 0, Grey = 1, White = 2, Red = 3, Orange = 4, Yellow = 5, Green = 6, Turquoise = 7, Blue = 8, Purple = 9, Pink = 10,
        Brown = 11, Beige = 12;

    // One name for 8 × 8 × 8 neighbouring colours: a name costs more to find than all else that is measured of a pixel.
    private static readonly byte[] Table = MakeTable();

    /// <summary>The number of a colour's name.</summary>
    public static byte NumberOf(byte red, byte green, byte blue) =>
        Table[(red >> (8 - Bits) << (2 * Bits)) | (green >> (8 - Bits) << Bits) | (blue >> (8 - Bits))];

    /// <summary>A colour's name.</summary>
    public static string NameOf(byte red, byte green, byte blue) => All[NumberOf(red, green, blue)];

    private static byte[] MakeTable()
    {
        var table = new byte[1 << (3 * Bits)];
        for (var cell = 0; cell < table.Length; cell++)
            table[cell] = Name(Middle(cell >> (2 * Bits)), Middle((cell >> Bits) & 31), Middle(cell & 31));
        return table;
    }

    // The first and the last cell stand for pure black and white, which most pictures are full of.
    private static byte Middle(int cell) => (byte)(cell * 255 / ((1 << Bits) - 1));

    private static byte Name(byte red, byte green, byte blue)
    {
        var (lightness, chroma, hue) = OklchOf(red, green, blue);
        if (lightness < 0.2 || (lightness < 0.27 && chroma < 0.05))
            return Black;
        if (chroma < LeastChroma(lightness, hue))
            return lightness < 0.335 ? Black : lightness > 0.935 ? White : Grey;
        return hue switch
        {
            < 18 or >= 342 => Reddish(lightness, chroma, hue < 18 ? hue : hue - 360),
            < 108 => Warm(lightness, chroma, hue),
            < 113 => lightness > 0.75 ? Yellow : Green,
            < 168 => Green,
            < 214 => Turquoise,
            < 278 => Blue,
            < 322 => Purple,
            _ => lightness > 0.72 || (lightness > 0.62 && chroma > 0.24) ? Pink : Purple,
        };
    }

    // Below this a colour looks grey. The eye is keener on warm tints (wood, skin, cream) than on cool ones (steel, slate).
    private static double LeastChroma(double lightness, double hue) =>
        lightness > 0.935 ? 0.026 : hue is > 20 and < 110 ? 0.028 : 0.042;

    private static byte Reddish(double lightness, double chroma, double hue) =>
        lightness > 0.62 || (lightness > 0.55 && hue < 14 && chroma > 0.12) ? Pink
        : hue < 0 && lightness < 0.5 ? Purple
        : Red;

    private static byte Warm(double lightness, double chroma, double hue)
    {
        // Pale and warm: skin, sand, cream.
        if (chroma < 0.085 && lightness > 0.77)
            return hue < 40 ? Pink : Beige;
        // Reds are red from maroon to scarlet, unless they are dull: those are browns.
        if (hue < 37)
        {
            return lightness > 0.72 && chroma < 0.16 && hue < 30 ? Pink
                : chroma < 0.095 || (chroma < 0.13 && lightness < 0.5 && hue > 31) ? Brown
                : Red;
        }

        if (hue < 76)
            return lightness < 0.6 || chroma < 0.115 ? Brown : Orange;
        if (lightness > 0.74)
            return chroma < 0.075 ? Beige : Yellow;
        return hue < 98 ? Brown : Green;
    }

    private static (double Lightness, double Chroma, double Hue) OklchOf(byte red, byte green, byte blue)
    {
        double r = Colour.LinearOf(red), g = Colour.LinearOf(green), b = Colour.LinearOf(blue);
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        var lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
        var a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
        var yellow = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
        var hue = Math.Atan2(yellow, a) * (180 / Math.PI);
        return (lightness, Math.Sqrt(a * a + yellow * yellow), hue < 0 ? hue + 360 : hue);
    }
}
