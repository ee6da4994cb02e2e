using Reshelve.Enriching.Visual;

namespace Reshelve.Tests.Enriching.Visual;

public sealed class ColourNamesTests
{
    [Theory]
    [InlineData("black", "000000 0a0a0a 2f2f2f 101018")]
    [InlineData("grey", "808080 bdbdbd 616161 d3d3d3 708090 9e9e9e")]
    [InlineData("white", "ffffff fafafa f5f5f5 fffafa")]
    [InlineData("red", "ff0000 c62828 b22222 dc143c 800000 e53935 ff2400")]
    [InlineData("orange", "ffa500 ff8c00 fb8c00 ff7f50 ff6d00")]
    [InlineData("yellow", "ffff00 ffd700 ffeb3b fcc21b fff59d")]
    [InlineData("green", "00ff00 008000 32cd32 2e7d32 8bc34a 808000 98fb98 556b2f")]
    [InlineData("turquoise", "40e0d0 008080 00ffff 26a69a 00bcd4")]
    [InlineData("blue", "0000ff 000080 1e90ff 87ceeb 4169e1 1565c0 03a9f4")]
    [InlineData("purple", "800080 9c27b0 8a2be2 4b0082 673ab7 651fff b39ddb")]
    [InlineData("pink", "ffc0cb ff69b4 ff1493 e91e63 f48fb1 ffb6c1")]
    [InlineData("brown", "8b4513 a0522d 543930 795548 5d4037 6d4c41")]
    [InlineData("beige", "d2b48c f5deb3 fadcbc ffe4c4 deb887")]
    public void A_colour_has_the_name_that_people_give_it(string name, string colours)
    {
        foreach (var colour in colours.Split(' '))
        {
            var channels = Convert.FromHexString(colour);
            ColourNames.NameOf(channels[0], channels[1], channels[2]).ShouldBe(name, colour);
        }
    }

    [Fact]
    public void Lightness_is_that_of_the_CIE()
    {
        // Reference values of CIE 15 for sRGB under D65.
        ((double)Colour.LightnessOf(255, 255, 255)).ShouldBe(100, 0.1);
        ((double)Colour.LightnessOf(0, 0, 0)).ShouldBe(0, 0.1);
        ((double)Colour.LightnessOf(119, 119, 119)).ShouldBe(50.03, 0.1);
        var red = Colour.LabOf(255, 0, 0);
        ((double)red.L).ShouldBe(53.24, 0.05);
        ((double)red.A).ShouldBe(80.09, 0.05);
        ((double)red.B).ShouldBe(67.20, 0.05);
        Colour.LabOf(200, 200, 200).Chroma.ShouldBeLessThan(0.1f);
    }
}
