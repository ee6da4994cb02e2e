using System.IO.Compression;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Decoding;
using Reshelve.Images.Decoding.Vips;

namespace Reshelve.Tests.Images.Decoding;

/// <summary>What a worker does, in this process: only for pictures that the tests make themselves.</summary>
public sealed unsafe class PictureDecodingTests
{
    private const long Many = 100_000_000;

    private static readonly Lazy<bool> Started = new(() =>
    {
        VipsLibrary.Start();
        return true;
    });

    public PictureDecodingTests()
    {
        Assert.SkipUnless(VipsLibrary.Problem is null, VipsLibrary.Problem ?? "");
        _ = Started.Value;
    }

    [Fact]
    public void The_same_pixels_have_the_same_hash_however_a_file_keeps_them()
    {
        var plain = Hash(Png.OfRgb(20, 10, Pixel));
        var all = new Dictionary<string, byte[]>
        {
            ["better compressed"] = Png.File(20, 10, 8, Png.Rgb, Row, CompressionLevel.SmallestSize),
            ["with a comment"] = Png.OfRgb(20, 10, Pixel, ("tEXt", Encoding.Latin1.GetBytes("Comment\0made by a test"))),
            ["with alpha that hides nothing"] = Png.OfRgba(20, 10, (x, y) => (Pixel(x, y).Red, Pixel(x, y).Green, Pixel(x, y).Blue, 255)),
            ["16 bits deep"] = Png.File(20, 10, 16, Png.Rgb, y => [.. Row(y).SelectMany(sample => new[] { sample, sample })]),
            ["as a TIFF"] = Saved("tiffsave_buffer", Png.OfRgb(20, 10, Pixel), "compression=deflate"),
            ["as a lossless WebP"] = Saved("webpsave_buffer", Png.OfRgb(20, 10, Pixel), "lossless=true"),
            ["interlaced"] = Saved("pngsave_buffer", Png.OfRgb(20, 10, Pixel), "interlace=true"),
        };
        foreach (var (how, file) in all)
            Hash(file).ShouldBe(plain, how);
        Hash(Png.OfRgb(20, 10, (x, y) => Pixel(x, y + (x == 3 && y == 3 ? 1 : 0)))).ShouldNotBe(plain);
        // As many pixels, in the same order.
        Hash(Png.OfRgb(10, 20, (x, y) => Pixel((y * 10 + x) % 20, (y * 10 + x) / 20))).ShouldNotBe(plain);
    }

    [Fact]
    public void Grey_and_palette_pictures_are_the_same_as_their_colours()
    {
        var grey = Hash(Png.OfRgb(8, 2, (x, y) => ((byte)(x * 17), (byte)(x * 17), (byte)(x * 17))));
        Hash(Png.File(8, 2, 8, Png.Grey, _ => [.. Enumerable.Range(0, 8).Select(x => (byte)(x * 17))])).ShouldBe(grey);
        Hash(Png.File(8, 2, 4, Png.Grey, _ => [0x01, 0x23, 0x45, 0x67])).ShouldBe(grey);
        var palette = Enumerable.Range(0, 16).SelectMany(x => Enumerable.Repeat((byte)(x * 17), 3)).ToArray();
        Hash(Png.File(8, 2, 4, Png.Palette, _ => [0x01, 0x23, 0x45, 0x67], before: ("PLTE", palette))).ShouldBe(grey);
    }

    [Fact]
    public void The_colours_that_transparent_pixels_hide_make_no_difference() =>
        Hash(Png.OfRgba(9, 9, (x, _) => (200, 10, 10, (byte)(x < 4 ? 0 : 255)))).ShouldBe(Hash(Png.OfRgba(9, 9, (x, _) => ((byte)(x < 4 ? 0 : 200), 10, 10, (byte)(x < 4 ? 0 : 255)))));

    [Fact]
    public void A_picture_is_turned_as_its_file_says()
    {
        // Orientation 6: its left is the top of the file, turned a quarter clockwise.
        var turned = Decode(Png.OfRgb(20, 10, Pixel, Png.Orientation(6)));
        (turned.Facts.Width, turned.Facts.Height).ShouldBe((10, 20));
        turned.Facts.PixelHash.ShouldBe(Hash(Png.OfRgb(10, 20, (x, y) => Pixel(y, 9 - x))));
        // Written back without the note: what is shown stays upright.
        var rendition = Decode(Png.OfRgb(20, 10, Pixel, Png.Orientation(6)), new RenditionSpec("160w", 160, RenditionFormat.Webp)).Renditions[0];
        var again = Decode(rendition.Bytes.ToArray());
        (again.Facts.Width, again.Facts.Height).ShouldBe((10, 20));
    }

    [Fact]
    public void Four_colour_pictures_of_printers_come_out_in_their_colours()
    {
        using var red = Image(Png.OfRgb(40, 40, (_, _) => (220, 20, 20)));
        using var inks = VipsOperation.Apply("colourspace", red, "space=cmyk");
        Decode(Save("jpegsave_buffer", inks, "Q=90")).Facts.Features.Colours[0].Name.ShouldBe("red");
    }

    [Fact]
    public void Of_an_animation_the_first_frame_counts()
    {
        using var frames = Image(Png.OfRgb(16, 32, (_, y) => y < 16 ? ((byte)250, (byte)0, (byte)0) : ((byte)0, (byte)0, (byte)250)));
        var picture = Decode(Save("gifsave_buffer", frames, "page-height=16"));
        (picture.Facts.Format, picture.Facts.Width, picture.Facts.Height).ShouldBe(("gif", 16, 16));
        picture.Facts.Features.Colours.ShouldHaveSingleItem().Name.ShouldBe("red");
    }

    [Fact]
    public void Renditions_are_never_enlarged_and_those_of_one_size_share_their_bytes()
    {
        var picture = Decode(
            Png.OfRgb(300, 200, Pixel), new("160w", 160, RenditionFormat.Webp), new("320w", 320, RenditionFormat.Webp), new("640w", 640, RenditionFormat.Webp),
            new("640w jpeg", 640, RenditionFormat.Jpeg));
        picture.Renditions.Select(rendition => (rendition.Spec.Name, rendition.Width, rendition.Height))
            .ShouldBe([("160w", 160, 107), ("320w", 300, 200), ("640w", 300, 200), ("640w jpeg", 300, 200)]);
        picture.Renditions[1].Bytes.ShouldBe(picture.Renditions[2].Bytes);
        picture.Renditions.Select(rendition => PictureFormat.Of(rendition.Bytes.Span)!.Name).ShouldBe(["webp", "webp", "webp", "jpeg"]);
        foreach (var rendition in picture.Renditions)
        {
            var facts = Decode(rendition.Bytes.ToArray()).Facts;
            (facts.Width, facts.Height).ShouldBe((rendition.Width, rendition.Height));
        }
    }

    [Fact]
    public void A_picture_higher_than_WebP_allows_is_made_to_fit()
    {
        var rendition = Decode(Png.File(4, 20_000, 8, Png.Grey, _ => [1, 2, 3, 4]), new RenditionSpec("160w", 160, RenditionFormat.Webp)).Renditions[0];
        rendition.Height.ShouldBeLessThanOrEqualTo(16_383);
        Decode(rendition.Bytes.ToArray()).Facts.Height.ShouldBe(rendition.Height);
    }

    [Fact]
    public void What_is_transparent_is_white_in_a_JPEG()
    {
        var rendition = Decode(Png.OfRgba(64, 64, (_, _) => (255, 0, 0, 0)), new RenditionSpec("160w", 160, RenditionFormat.Jpeg)).Renditions[0];
        Decode(rendition.Bytes.ToArray()).Facts.Features.Colours.ShouldHaveSingleItem().Name.ShouldBe("white");
    }

    [Fact]
    public void A_picture_that_is_cut_off_is_refused_wherever_that_is()
    {
        foreach (var file in new[] { Png.OfRgb(200, 100, Pixel), Saved("jpegsave_buffer", Png.OfRgb(200, 100, Pixel), "Q=90"), Saved("webpsave_buffer", Png.OfRgb(200, 100, Pixel), "Q=90") })
        {
            foreach (var part in new[] { 0.0, 0.01, 0.3, 0.6, 0.9 })
                Should.Throw<PictureException>(() => Decode(file[..(int)(file.Length * part)]), $"{PictureFormat.Of(file)!.Name} at {part}").IsTransient.ShouldBeFalse();
        }
    }

    [Fact]
    public void Too_many_pixels_are_refused_by_the_header_alone()
    {
        // There is no data at all: whoever decoded it would complain of that.
        var file = Png.File(60_000, 50_000, 8, Png.Rgb, _ => []);
        Should.Throw<PictureException>(() => Decode(file)).Message.ShouldBe("it says that it has 60,000 × 50,000 = 3,000,000,000 pixels, more than the limit of 100,000,000");
    }

    [Fact]
    public void A_page_of_HTML_is_called_that_whatever_its_name() =>
        Should.Throw<PictureException>(() => Decode("<!doctype html><p>Not found"u8.ToArray())).Message.ShouldContain("an HTML page");

    [Fact]
    public void A_profile_that_says_sRGB_changes_nothing_and_a_broken_one_neither()
    {
        var plain = Hash(Png.OfRgb(20, 10, Pixel));
        foreach (var profile in new[] { Profile("sRGB IEC61966-2.1"), Profile("Something else") })
            Hash(Png.OfRgb(20, 10, Pixel, ("iCCP", [.. "x\0\0"u8, .. Zlib(profile)]))).ShouldBe(plain);
    }

    private static (byte Red, byte Green, byte Blue) Pixel(int x, int y) => ((byte)(x * 12), (byte)(y * 20), (byte)(x * y));

    private static byte[] Row(int y) => [.. Enumerable.Range(0, 20).SelectMany(x => new[] { Pixel(x, y).Red, Pixel(x, y).Green, Pixel(x, y).Blue })];

    private static string Hash(byte[] file) => Decode(file).Facts.PixelHash;

    private static DecodedPicture Decode(byte[] file, params RenditionSpec[] renditions) => PictureDecoding.Decode(file, renditions, Many);

    private static byte[] Saved(string operation, byte[] file, string options)
    {
        using var image = Image(file);
        return Save(operation, image, options);
    }

    private static byte[] Save(string operation, VipsImage image, string options)
    {
        using var save = VipsOperation.New(operation, options);
        return save.Set("in", image).RunToBytes();
    }

    private static VipsImage Image(byte[] file)
    {
        fixed (byte* start = file)
        {
            using var load = VipsOperation.New("pngload_buffer");
            using var lazy = load.Set("buffer", start, file.Length).RunToImage();
            return lazy.InMemory();
        }
    }

    private static byte[] Profile(string description)
    {
        var text = Encoding.ASCII.GetBytes(description);
        byte[] tag = [.. "desc"u8, 0, 0, 0, 0, 0, 0, 0, (byte)(text.Length + 1), .. text, 0];
        byte[] profile = [.. new byte[36], .. "acsp"u8, .. new byte[88], 0, 0, 0, 1, .. "desc"u8, 0, 0, 0, 144, 0, 0, 0, (byte)tag.Length, .. tag];
        profile[3] = (byte)profile.Length;
        return profile;
    }

    private static byte[] Zlib(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
            zlib.Write(bytes);
        return compressed.ToArray();
    }
}
