using System.Buffers.Binary;
using System.Security.Cryptography;
using Reshelve.Images.Decoding.Vips;

namespace Reshelve.Images.Decoding;

/// <summary>
/// A decoded picture: upright sRGB pixels, 8 bits per channel, with alpha only where some pixel is not opaque, and without the colours that
/// transparent pixels hide. So the same picture always has the same pixels, whatever its file keeps them in.
/// </summary>
internal sealed unsafe class UprightPixels : IDisposable
{
    private byte* _pixels;

    /// <summary>Takes over pixels that libvips made, of three or four channels.</summary>
    public UprightPixels(byte* pixels, int width, int height, int channels)
    {
        _pixels = pixels;
        (Width, Height, Channels) = (width, height, channels);
        (Hash, var isOpaque) = Normalise();
        if (isOpaque && Channels == 4)
            DropAlpha();
    }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>3, or 4 with alpha.</summary>
    public int Channels { get; private set; }

    /// <summary>SHA-256 of width and height (32 bits, little-endian) and the pixels (red, green, blue, alpha), 64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>The pixels, row by row.</summary>
    public ReadOnlySpan<byte> Bytes => new(_pixels, checked(Width * Height * Channels));

    /// <summary>The pixels as an image, for as long as this is not disposed.</summary>
    public VipsImage ToImage()
    {
        using var plain = VipsImage.Over(_pixels, Width, Height, Channels);
        return VipsOperation.Apply("copy", plain, "interpretation=srgb");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        VipsNative.g_free(_pixels);
        _pixels = null;
    }

    private (string Hash, bool IsOpaque) Normalise()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], Height);
        hash.AppendData(size);
        var isOpaque = true;
        var row = new uint[Channels == 4 ? 0 : Width];
        for (var y = 0; y < Height; y++)
        {
            var pixels = _pixels + (long)y * Width * Channels;
            if (Channels == 4)
            {
                isOpaque &= HideTransparent(new Span<uint>(pixels, Width));
                hash.AppendData(new ReadOnlySpan<byte>(pixels, Width * 4));
            }
            else
            {
                AddAlpha(pixels, row);
                fixed (uint* withAlpha = row)
                    hash.AppendData(new ReadOnlySpan<byte>(withAlpha, Width * 4));
            }
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), isOpaque);
    }

    private static bool HideTransparent(Span<uint> row)
    {
        var isOpaque = true;
        foreach (ref var pixel in row)
        {
            var alpha = Alpha(pixel);
            isOpaque &= alpha == 255;
            if (alpha == 0)
                pixel = 0;
        }

        return isOpaque;
    }

    private static uint Alpha(uint pixel) => BitConverter.IsLittleEndian ? pixel >> 24 : pixel & 255;

    private static void AddAlpha(byte* pixels, uint[] row)
    {
        fixed (uint* start = row)
        {
            var to = (byte*)start;
            for (var x = 0; x < row.Length; x++, pixels += 3, to += 4)
                (to[0], to[1], to[2], to[3]) = (pixels[0], pixels[1], pixels[2], 255);
        }
    }

    private void DropAlpha()
    {
        byte* from = _pixels, to = _pixels;
        for (var end = _pixels + (long)Width * Height * 4; from < end; from += 4, to += 3)
            (to[0], to[1], to[2]) = (from[0], from[1], from[2]);
        Channels = 3;
    }
}
