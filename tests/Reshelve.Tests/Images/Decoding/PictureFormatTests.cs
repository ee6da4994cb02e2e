using System.Text;
using Reshelve.Images.Decoding;

namespace Reshelve.Tests.Images.Decoding;

public sealed class PictureFormatTests
{
    [Theory]
    [InlineData("<!DOCTYPE html><html>", "an HTML page")]
    [InlineData("\n  <HTML>", "an HTML page")]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing")]
    [InlineData("%PDF-1.7", "a PDF document")]
    [InlineData("{\"error\":404}", "JSON")]
    [InlineData("push graphic-context", "no picture")]
    [InlineData("", "empty")]
    public void What_is_no_picture_is_called_by_its_name(string text, string name)
    {
        var file = Encoding.UTF8.GetBytes(text);
        PictureFormat.Of(file).ShouldBeNull();
        PictureFormat.Describe(file).ShouldContain(name);
    }

    [Theory]
    [InlineData("89504e470d0a1a0a", "png")]
    [InlineData("ffd8ffe0", "jpeg")]
    [InlineData("524946460000000057454250", "webp")]
    [InlineData("474946383961", "gif")]
    [InlineData("49492a00", "tiff")]
    [InlineData("4d4d002a", "tiff")]
    [InlineData("000000206674797061766966", "avif")]
    [InlineData("000000206674797068656963", "heif")]
    public void A_format_is_known_by_its_first_bytes(string hexadecimal, string name) =>
        PictureFormat.Of(Convert.FromHexString(hexadecimal)).ShouldNotBeNull().Name.ShouldBe(name);

    [Fact]
    public void No_beginning_of_any_bytes_is_too_short_to_be_looked_at()
    {
        foreach (var start in new[] { "89504e470d0a1a0a", "524946460000000057454250", "000000206674797061766966" })
        {
            for (var length = 0; length < start.Length; length += 2)
                PictureFormat.Of(Convert.FromHexString(start[..length])).ShouldBeNull();
        }
    }
}
