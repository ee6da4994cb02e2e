using Reshelve.Enriching;
using Reshelve.Enriching.Visual;

namespace Reshelve.Tests.Enriching.Visual;

public sealed class VisualTaggerTests
{
    [Fact]
    public async Task A_picture_has_its_colours_background_shape_and_sharpness_as_tags()
    {
        var features = new VisualFeatures
        {
            Colours = [new("red", 0.6), new("white", 0.3), new("black", 0.1)], Lightness = 50, BorderLightness = 99, BorderChroma = 1, BorderSpread = 1, Sharpness = 1.5,
        };
        (await TagsAsync(800, 500, features)).ShouldBe(["red", "white", "plain background", "white background", "landscape", "sharp"]);
    }

    [Fact]
    public async Task A_transparent_background_is_no_plain_one()
    {
        var features = new VisualFeatures { Colours = [new("black", 1)], Lightness = 5, Transparent = 0.5, BorderTransparent = 1 };
        (await TagsAsync(200, 399, features)).ShouldBe(["black", "dark", "transparent background", "portrait", "low resolution"]);
    }

    [Fact]
    public async Task The_greatest_colour_is_named_however_small_and_at_most_four_are()
    {
        var colours = new[] { "red", "green", "blue", "yellow", "pink" }.Select(name => new ColourShare(name, 0.2)).ToArray();
        (await TagsAsync(500, 500, new VisualFeatures { Colours = colours, Lightness = 50, BorderSpread = 40 })).ShouldBe(["red", "green", "blue", "yellow", "square"]);
        var many = new[] { "red", "green" }.Select(name => new ColourShare(name, 0.09)).ToArray();
        (await TagsAsync(500, 500, new VisualFeatures { Colours = many, Lightness = 50, BorderSpread = 40 })).ShouldBe(["red", "square"]);
    }

    [Fact]
    public async Task A_picture_without_a_visible_pixel_has_a_shape_and_nothing_else() =>
        (await TagsAsync(2000, 1999, new VisualFeatures { Transparent = 1, BorderTransparent = 1 })).ShouldBe(["transparent background", "square", "high resolution"]);

    [Fact]
    public void Scores_lie_between_0_and_1_for_any_measures()
    {
        var seed = Seeds.One();
        var random = new Random(seed);
        for (var picture = 0; picture < 500; picture++)
        {
            var features = new VisualFeatures
            {
                Colours = [new("red", random.NextDouble())], Lightness = random.NextDouble() * 100, BorderTransparent = random.NextDouble(),
                BorderLightness = random.NextDouble() * 100, BorderSpread = random.NextDouble() * 20, Sharpness = random.NextDouble() * 5,
            };
            var result = VisualTagger.TagsOf(Facts(random.Next(1, 5000), random.Next(1, 5000), features));
            foreach (var tag in result.Tags!)
                tag.Score.ShouldBeInRange(0, 1, $"seed {seed}, picture {picture}, {tag.Name}");
        }
    }

    [Fact]
    public async Task Measures_of_another_version_are_owed_not_judged()
    {
        var results = await new VisualTagger().TagAsync([Picture(10, 10, new VisualFeatures { Version = 0 })], TestContext.Current.CancellationToken);
        var result = results.ShouldHaveSingleItem();
        result.Tags.ShouldBeNull();
        result.IsTransient.ShouldBeTrue();
    }

    private static async Task<IEnumerable<string>> TagsAsync(int width, int height, VisualFeatures features)
    {
        var results = await new VisualTagger().TagAsync([Picture(width, height, features)], TestContext.Current.CancellationToken);
        return results.ShouldHaveSingleItem().Tags!.Select(tag => tag.Name);
    }

    private static TaggerPicture Picture(int width, int height, VisualFeatures features) =>
        new(new string('0', 64), Facts(width, height, features), _ => throw new InvalidOperationException("The bytes are not needed."));

    private static PictureFacts Facts(int width, int height, VisualFeatures features) =>
        new() { Format = "png", Width = width, Height = height, PixelHash = new string('0', 64), Features = features };
}
