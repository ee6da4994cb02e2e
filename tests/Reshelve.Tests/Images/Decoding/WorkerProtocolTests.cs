using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Decoding.Workers;

namespace Reshelve.Tests.Images.Decoding;

public sealed class WorkerProtocolTests
{
    private static readonly RenditionSpec[] Wanted =
        [new("160w", 160, RenditionFormat.Webp), new("640w", 640, RenditionFormat.Webp), new("320w jpeg", 320, RenditionFormat.Jpeg, 70)];

    [Fact]
    public void A_request_arrives_as_it_was_sent()
    {
        byte[] picture = [1, 2, 3];
        using var pipe = new MemoryStream([.. WorkerProtocol.RequestHeader(picture.Length, Wanted, 1_234_567_890_123), .. picture]);
        byte[] buffer = [];
        var length = WorkerProtocol.ReadFrame(pipe, ref buffer);
        var start = WorkerProtocol.ReadRequest(buffer.AsSpan(0, length), out var renditions, out var maxPixels);
        maxPixels.ShouldBe(1_234_567_890_123);
        renditions.ShouldBe(Wanted.Select(spec => spec with { Name = "" }));
        buffer[start..length].ShouldBe(picture);
        WorkerProtocol.ReadFrame(pipe, ref buffer).ShouldBe(-1);
    }

    [Fact]
    public void A_picture_arrives_as_it_was_sent_and_shared_bytes_go_once()
    {
        var picture = Picture();
        var frame = Frame(picture);
        var read = WorkerProtocol.ReadPicture(frame, frame.Length, Wanted);
        read.Facts.ShouldBe(picture.Facts with { Features = picture.Facts.Features with { Colours = read.Facts.Features.Colours } });
        read.Facts.Features.Colours.ShouldBe(picture.Facts.Features.Colours);
        read.Renditions.Select(rendition => (rendition.Spec, rendition.Width, rendition.Height)).ShouldBe(
            picture.Renditions.Select(rendition => (rendition.Spec, rendition.Width, rendition.Height)));
        read.Renditions.Select(rendition => rendition.Bytes.ToArray()).ShouldBe(picture.Renditions.Select(rendition => rendition.Bytes.ToArray()));
        frame.Length.ShouldBeLessThan(1_000 + 2_000);
    }

    [Fact]
    public void Nothing_that_a_worker_sends_is_believed_unless_it_makes_sense()
    {
        var frame = Frame(Picture());
        var seed = Seeds.One();
        var random = new Random(seed);
        for (var number = 0; number < 3_000; number++)
        {
            var broken = (byte[])frame.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                broken[random.Next(1, Math.Min(400, broken.Length))] = (byte)random.Next(256);
            var length = random.Next(2) == 0 ? broken.Length : random.Next(1, broken.Length);
            try
            {
                var read = WorkerProtocol.ReadPicture(broken, length, Wanted);
                read.Renditions.Count.ShouldBe(Wanted.Length);
                read.Facts.Width.ShouldBeGreaterThan(0);
            }
            catch (InvalidDataException)
            {
                // As it should be.
            }
            catch (Exception other)
            {
                throw new InvalidOperationException($"Seed {seed}, number {number}.", other);
            }
        }
    }

    [Fact]
    public void A_frame_that_is_announced_too_large_is_not_waited_for()
    {
        byte[] buffer = [];
        using var pipe = new MemoryStream("<html><body>Bad Gateway"u8.ToArray());
        Should.Throw<InvalidDataException>(() => WorkerProtocol.ReadFrame(pipe, ref buffer));
        using var cut = new MemoryStream([10, 0, 0, 0, 1, 2]);
        Should.Throw<EndOfStreamException>(() => WorkerProtocol.ReadFrame(cut, ref buffer));
        buffer.Length.ShouldBeLessThan(1 << 20);
    }

    private static byte[] Frame(DecodedPicture picture)
    {
        using var pipe = new MemoryStream();
        WorkerProtocol.WritePicture(pipe, picture);
        pipe.Position = 0;
        byte[] buffer = [];
        var length = WorkerProtocol.ReadFrame(pipe, ref buffer);
        buffer[0].ShouldBe((byte)WorkerAnswer.Decoded);
        return buffer[..length];
    }

    private static DecodedPicture Picture()
    {
        var bytes = Enumerable.Range(0, 1_000).Select(number => (byte)number).ToArray();
        var features = new VisualFeatures
        {
            Colours = [new("red", 0.5), new("beige", 0.25)], Lightness = 40.5, Transparent = 0.125, BorderTransparent = 1, BorderLightness = 99, BorderChroma = 3,
            BorderSpread = 2, Sharpness = 1.5, PerceptualHash = 0xfedcba9876543210,
        };
        var facts = new PictureFacts { Format = "png", Width = 400, Height = 300, PixelHash = string.Concat(Enumerable.Repeat("0a1b", 16)), Features = features };
        return new(facts, [new(Wanted[0], 160, 120, bytes), new(Wanted[1], 160, 120, bytes), new(Wanted[2], 320, 240, bytes.Reverse().ToArray())]);
    }
}
