namespace Reshelve.Enriching.Visual;

/// <summary>Upright sRGB pixels, row by row, 8 bits per channel: red, green, blue and, with four channels, alpha.</summary>
internal readonly ref struct SrgbPixels
{
    /// <summary>Looks at pixels.</summary>
    /// <exception cref="ArgumentException">There are not <c>width × height × channels</c> bytes, or not three or four channels.</exception>
    public SrgbPixels(ReadOnlySpan<byte> bytes, int width, int height, int channels)
    {
        if (channels is not (3 or 4))
            throw new ArgumentException($"Pixels have three or four channels, not {channels}.", nameof(channels));
        if (width <= 0 || height <= 0 || bytes.Length != (long)width * height * channels)
            throw new ArgumentException($"{bytes.Length} bytes are not {width} × {height} pixels of {channels} channels.", nameof(bytes));
        Bytes = bytes;
        (Width, Height, Channels) = (width, height, channels);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>3 or 4.</summary>
    public int Channels { get; }

    /// <summary>How many pixels there are.</summary>
    public int Count => Width * Height;

    /// <summary>How opaque a pixel is, 0 to 255.</summary>
    public byte AlphaAt(int pixel) => Channels == 4 ? Bytes[pixel * 4 + 3] : (byte)255;
}
