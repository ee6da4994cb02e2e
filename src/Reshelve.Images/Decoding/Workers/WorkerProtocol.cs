using System.Buffers.Binary;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Enriching.Visual;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>How a worker answers.</summary>
internal enum WorkerAnswer : byte
{
    /// <summary>Once, before anything else: it is ready.</summary>
    Ready = 0x52,

    /// <summary>The picture.</summary>
    Decoded = 1,

    /// <summary>The picture is refused; why, for people.</summary>
    Refused = 2,

    /// <summary>The picture needed more memory than there is. The worker is of no use any more.</summary>
    OutOfMemory = 3,

    /// <summary>Instead of <see cref="Ready"/>: libvips cannot be used; why, for people.</summary>
    Unusable = 4,
}

/// <summary>
/// What goes through the pipes between the program and its workers: frames of a length (32 bits, little-endian) and so many bytes. A worker answers
/// requests one by one, in order. Whoever reads does not trust the other end: lengths are bounded, and values checked.
/// </summary>
internal static class WorkerProtocol
{
    /// <summary>Bytes of a frame, at most.</summary>
    public const int LargestFrame = 256 << 20;

    private const int LongestMessage = 2_000;

    private static readonly List<string> Formats = [.. PictureFormat.All.Select(format => format.Name)];
    private static readonly List<string> Names = [.. ColourNames.All];

    /// <summary>Reads a frame into a buffer, which grows as needed.</summary>
    /// <returns>The frame's length; -1 at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">It is too large.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within it.</exception>
    public static int ReadFrame(Stream stream, ref byte[] buffer)
    {
        Span<byte> prefix = stackalloc byte[4];
        var read = stream.ReadAtLeast(prefix, 4, throwOnEndOfStream: false);
        if (read == 0)
            return -1;
        if (read < 4)
            throw new EndOfStreamException();
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is <= 0 or > LargestFrame)
            throw new InvalidDataException($"a frame of {length} bytes was announced");
        if (buffer.Length < length)
            buffer = new byte[Math.Max(length, 64 << 10)];
        stream.ReadExactly(buffer.AsSpan(0, length));
        return length;
    }

    /// <summary>The part of a request before the picture's bytes, with the frame's length.</summary>
    public static byte[] RequestHeader(int pictureLength, IReadOnlyList<RenditionSpec> renditions, long maxPixels)
    {
        var header = new byte[4 + 8 + 1 + renditions.Count * 6];
        BinaryPrimitives.WriteInt32LittleEndian(header, checked(header.Length - 4 + pictureLength));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(4), maxPixels);
        header[12] = checked((byte)renditions.Count);
        for (var (at, index) = (13, 0); index < renditions.Count; at += 6, index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), renditions[index].Width);
            (header[at + 4], header[at + 5]) = ((byte)renditions[index].Format, (byte)renditions[index].Quality);
        }

        return header;
    }

    /// <summary>Takes a request apart.</summary>
    /// <returns>Where in the frame the picture begins.</returns>
    public static int ReadRequest(ReadOnlySpan<byte> frame, out IReadOnlyList<RenditionSpec> renditions, out long maxPixels)
    {
        maxPixels = BinaryPrimitives.ReadInt64LittleEndian(frame);
        var (at, specs) = (9, new List<RenditionSpec>());
        for (var left = (int)frame[8]; left > 0; left--, at += 6)
            specs.Add(new("", BinaryPrimitives.ReadInt32LittleEndian(frame[at..]), (RenditionFormat)frame[at + 4], frame[at + 5]));
        renditions = specs;
        return at;
    }

    /// <summary>Writes an answer that is a message.</summary>
    public static void WriteMessage(Stream stream, WorkerAnswer answer, string message)
    {
        var text = Encoding.UTF8.GetBytes(message.Length <= LongestMessage ? message : message[..LongestMessage]);
        var frame = new byte[5 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        frame[4] = (byte)answer;
        text.CopyTo(frame, 5);
        stream.Write(frame);
        stream.Flush();
    }

    /// <summary>Reads the message of an answer.</summary>
    /// <exception cref="InvalidDataException">It is too long, or not printable.</exception>
    public static string ReadMessage(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > 1 + 4 * LongestMessage)
            throw new InvalidDataException("a message is too long");
        return string.Concat(Encoding.UTF8.GetString(frame[1..]).Select(character => char.IsControl(character) ? ' ' : character));
    }

    /// <summary>Writes a decoded picture.</summary>
    public static void WritePicture(Stream stream, DecodedPicture picture)
    {
        using var frame = new MemoryStream();
        using var writer = new BinaryWriter(frame);
        writer.Write(0);
        writer.Write((byte)WorkerAnswer.Decoded);
        WriteFacts(writer, picture.Facts);
        // Copies that share their bytes are sent once.
        var sent = new List<ReadOnlyMemory<byte>>();
        writer.Write((byte)picture.Renditions.Count);
        foreach (var rendition in picture.Renditions)
        {
            writer.Write(rendition.Width);
            writer.Write(rendition.Height);
            var index = sent.FindIndex(rendition.Bytes.Equals);
            writer.Write((byte)(index < 0 ? sent.Count : index));
            if (index >= 0)
                continue;
            sent.Add(rendition.Bytes);
            writer.Write(rendition.Bytes.Length);
            writer.Write(rendition.Bytes.Span);
        }

        if (frame.Length - 4 > LargestFrame)
        {
            WriteMessage(stream, WorkerAnswer.Refused, $"its renditions have more than {LargestFrame >> 20} MB");
            return;
        }

        var bytes = frame.GetBuffer().AsSpan(0, (int)frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - 4);
        stream.Write(bytes);
        stream.Flush();
    }

    /// <summary>Reads a decoded picture.</summary>
    /// <exception cref="InvalidDataException">It cannot be one.</exception>
    public static DecodedPicture ReadPicture(byte[] frame, int length, IReadOnlyList<RenditionSpec> wanted)
    {
        using var reader = new BinaryReader(new MemoryStream(frame, 1, length - 1, writable: false));
        try
        {
            var facts = ReadFacts(reader);
            Require(reader.ReadByte() == wanted.Count);
            var sent = new List<ReadOnlyMemory<byte>>();
            var renditions = new List<EncodedRendition>(wanted.Count);
            foreach (var spec in wanted)
            {
                var (width, height, index) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadByte());
                Require(width > 0 && height > 0 && width <= spec.Width && width <= facts.Width && height <= facts.Height && index <= sent.Count);
                if (index == sent.Count)
                    sent.Add(ReadBytes(reader));
                renditions.Add(new(spec, width, height, sent[index]));
            }

            Require(reader.BaseStream.Position == reader.BaseStream.Length);
            return new(facts, renditions);
        }
        catch (EndOfStreamException cut)
        {
            throw new InvalidDataException("the answer is cut off", cut);
        }
    }

    private static void WriteFacts(BinaryWriter writer, PictureFacts facts)
    {
        writer.Write((byte)Formats.IndexOf(facts.Format));
        writer.Write(facts.Width);
        writer.Write(facts.Height);
        writer.Write(Convert.FromHexString(facts.PixelHash));
        var features = facts.Features;
        foreach (var measure in (ReadOnlySpan<double>)
        [
            features.Lightness, features.Transparent, features.BorderTransparent, features.BorderLightness, features.BorderChroma,
            features.BorderSpread, features.Sharpness,
        ])
            writer.Write(measure);
        writer.Write(features.PerceptualHash);
        writer.Write((byte)features.Colours.Count);
        foreach (var colour in features.Colours)
        {
            writer.Write((byte)Names.IndexOf(colour.Name));
            writer.Write(colour.Share);
        }
    }

    private static PictureFacts ReadFacts(BinaryReader reader)
    {
        var format = Formats.ElementAtOrDefault(reader.ReadByte());
        var (width, height) = (reader.ReadInt32(), reader.ReadInt32());
        var hash = reader.ReadBytes(32);
        Require(format is not null && width > 0 && height > 0 && hash.Length == 32);
        return new PictureFacts
        {
            Format = format!, Width = width, Height = height, PixelHash = Convert.ToHexStringLower(hash),
            Features = new VisualFeatures
            {
                Lightness = ReadMeasure(reader), Transparent = ReadMeasure(reader), BorderTransparent = ReadMeasure(reader),
                BorderLightness = ReadMeasure(reader), BorderChroma = ReadMeasure(reader), BorderSpread = ReadMeasure(reader),
                Sharpness = ReadMeasure(reader), PerceptualHash = reader.ReadUInt64(), Colours = ReadColours(reader),
            },
        };
    }

    private static ColourShare[] ReadColours(BinaryReader reader)
    {
        var colours = new ColourShare[reader.ReadByte()];
        Require(colours.Length <= Names.Count);
        foreach (ref var colour in colours.AsSpan())
        {
            var name = Names.ElementAtOrDefault(reader.ReadByte());
            Require(name is not null);
            colour = new(name!, ReadMeasure(reader));
        }

        return colours;
    }

    private static double ReadMeasure(BinaryReader reader)
    {
        var measure = reader.ReadDouble();
        Require(double.IsFinite(measure) && measure >= 0);
        return measure;
    }

    private static ReadOnlyMemory<byte> ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        Require(length > 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position);
        return reader.ReadBytes(length);
    }

    private static void Require(bool isTrue)
    {
        if (!isTrue)
            throw new InvalidDataException("the answer makes no sense");
    }
}
