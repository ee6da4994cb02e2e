namespace Reshelve.Enriching.Visual;

/// <summary>
/// The tagger that is built in: turns what was measured of a picture into words, without a model. Its tags and their bounds are listed in
/// docs/decoding.md; whoever changes one changes <see cref="RulesVersion"/> too.
/// </summary>
public sealed class VisualTagger : ITagger
{
    /// <summary>The version of the rules.</summary>
    internal const string RulesVersion = "1";

    private const double LeastColourShare = 0.12;
    private const int MostColours = 4;

    /// <inheritdoc/>
    public string Name => "visual";

    /// <summary>The version of the rules and of the measures that they judge.</summary>
    public string Version => $"{RulesVersion}.{VisualFeatures.CurrentVersion}";

    /// <inheritdoc/>
    public int BatchSize => 256;

    /// <inheritdoc/>
    public Task<IReadOnlyList<TagResult>> TagAsync(IReadOnlyList<TaggerPicture> pictures, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<TagResult>>([.. pictures.Select(picture => TagsOf(picture.Facts))]);
    }

    /// <summary>The tags of a picture.</summary>
    internal static TagResult TagsOf(PictureFacts facts)
    {
        var features = facts.Features;
        if (features.Version != VisualFeatures.CurrentVersion)
        {
            return new(null, $"the picture was measured in another way (version {features.Version}, not {VisualFeatures.CurrentVersion}) and must be "
                + "decoded again", IsTransient: true);
        }

        var tags = new List<Tag>();
        AddColours(tags, features);
        AddBackground(tags, features);
        AddShape(tags, facts.Width, facts.Height);
        AddSharpness(tags, features.Sharpness);
        return new(tags);
    }

    private static void AddColours(List<Tag> tags, VisualFeatures features)
    {
        foreach (var colour in features.Colours.Where((colour, place) => place == 0 || colour.Share >= LeastColourShare).Take(MostColours))
            tags.Add(new(colour.Name, Score(colour.Share)));
        // Nothing that counts has no lightness.
        if (features.Colours.Count == 0)
            return;
        if (features.Lightness < 35)
            tags.Add(new("dark", Score(1 - features.Lightness / 70)));
        else if (features.Lightness > 75)
            tags.Add(new("light", Score(0.5 + (features.Lightness - 75) / 50)));
    }

    private static void AddBackground(List<Tag> tags, VisualFeatures features)
    {
        if (features.BorderTransparent >= 0.5)
        {
            tags.Add(new("transparent background", Score(features.BorderTransparent)));
            return;
        }

        if (!PictureBorder.IsPlainBackground(features.BorderTransparent, features.BorderSpread))
            return;
        var score = Score(1 - features.BorderSpread / 10);
        tags.Add(new("plain background", score));
        if (features.BorderLightness >= 95 && features.BorderChroma < 4)
            tags.Add(new("white background", score));
    }

    private static void AddShape(List<Tag> tags, int width, int height)
    {
        var ratio = (double)width / height;
        tags.Add(new(ratio > 1.1 ? "landscape" : ratio < 1 / 1.1 ? "portrait" : "square", 1));
        var longer = Math.Max(width, height);
        if (longer < 400)
            tags.Add(new("low resolution", 1));
        else if (longer >= 1600)
            tags.Add(new("high resolution", 1));
    }

    private static void AddSharpness(List<Tag> tags, double sharpness)
    {
        // Nothing to judge by.
        if (sharpness <= 0)
            return;
        if (sharpness >= 0.8)
            tags.Add(new("sharp", Score(0.5 + (sharpness - 0.8) / 2)));
        else if (sharpness <= 0.2)
            tags.Add(new("blurred", Score(1 - sharpness * 2.5)));
    }

    private static double Score(double value) => Math.Round(Math.Clamp(value, 0, 1), 2);
}
