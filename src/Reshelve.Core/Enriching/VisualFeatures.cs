namespace Reshelve.Enriching;

/// <summary>One colour of a picture and how much of it there is.</summary>
/// <param name="Name">A basic colour term: <c>black</c>, <c>grey</c>, <c>white</c>, <c>red</c>, <c>orange</c>, <c>yellow</c>, <c>green</c>, <c>turquoise</c>, <c>blue</c>, <c>purple</c>, <c>pink</c>, <c>brown</c>, <c>beige</c>.</param>
/// <param name="Share">Of the pixels that count (not transparent, not plain background), 0 to 1.</param>
public readonly record struct ColourShare(string Name, double Share);

/// <summary>What was measured of a picture when it was decoded; a tagger of rules turns it into tags.</summary>
public sealed record VisualFeatures
{
    /// <summary>Grows whenever something is measured in another way; measures of another version are not used.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The way it was measured.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The colours by share, greatest first.</summary>
    public IReadOnlyList<ColourShare> Colours { get; init; } = [];

    /// <summary>Mean CIE L* of the pixels that count, 0 (black) to 100 (white).</summary>
    public double Lightness { get; init; }

    /// <summary>The share of pixels that are mostly transparent, 0 to 1.</summary>
    public double Transparent { get; init; }

    /// <summary>The share of the border's pixels that are mostly transparent, 0 to 1.</summary>
    public double BorderTransparent { get; init; }

    /// <summary>Mean CIE L* of the opaque border, 0 to 100.</summary>
    public double BorderLightness { get; init; }

    /// <summary>Mean CIE chroma of the opaque border.</summary>
    public double BorderChroma { get; init; }

    /// <summary>Standard deviation (CIE ΔE) of the opaque border from its mean colour: small where the background is plain.</summary>
    public double BorderSpread { get; init; }

    /// <summary>
    /// How fast the lightness changes at edges, at a standard size: the energy of its Laplacian to that of its gradient. Small where the picture is
    /// blurred, whatever its contrast; 0 where it has no edges to judge by.
    /// </summary>
    public double Sharpness { get; init; }

    /// <summary>64-bit perceptual hash (DCT of 32×32 lightness, sign against the median); near duplicates differ in few bits.</summary>
    public ulong PerceptualHash { get; init; }
}
