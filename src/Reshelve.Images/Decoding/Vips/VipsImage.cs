using Microsoft.Win32.SafeHandles;

namespace Reshelve.Images.Decoding.Vips;

/// <summary>A reference to an image of libvips, which computes its pixels when they are asked for.</summary>
internal sealed unsafe class VipsImage : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary><c>VIPS_FORMAT_UCHAR</c>: 8 bits per channel.</summary>
    public const int Bytes = 0;

    private VipsImage(nint handle)
        : base(ownsHandle: true) => SetHandle(handle);

    /// <summary>Pixels across.</summary>
    public int Width => VipsNative.vips_image_get_width(this);

    /// <summary>Pixels down.</summary>
    public int Height => VipsNative.vips_image_get_height(this);

    /// <summary>Channels.</summary>
    public int Bands => VipsNative.vips_image_get_bands(this);

    /// <summary>How a channel is stored, a <c>VipsBandFormat</c>.</summary>
    public int Format => VipsNative.vips_image_get_format(this);

    /// <summary>What the channels mean, a <c>VipsInterpretation</c>, corrected where the file's claim cannot be.</summary>
    public int Interpretation => VipsNative.vips_image_guess_interpretation(this);

    /// <summary>The EXIF orientation, 1 to 8; 1 is upright.</summary>
    public int Orientation => VipsNative.vips_image_get_orientation(this);

    /// <summary>Takes over a reference.</summary>
    /// <exception cref="VipsException">There is none: whatever made it failed.</exception>
    public static VipsImage Own(nint handle) => handle == 0 ? throw VipsException.Last() : new VipsImage(handle);

    /// <summary>An image of bytes that stay where they are until it is disposed.</summary>
    public static VipsImage Over(byte* pixels, int width, int height, int bands) =>
        Own(VipsNative.vips_image_new_from_memory(pixels, (nuint)width * (nuint)height * (nuint)bands, width, height, bands, Bytes));

    /// <summary>Attached data; empty when there is none.</summary>
    public ReadOnlySpan<byte> Attachment(string name) =>
        VipsNative.vips_image_get_typeof(this, name) == VipsNative.vips_blob_get_type()
        && VipsNative.vips_image_get_blob(this, name, out var data, out var length) == 0 && length <= int.MaxValue
            ? new ReadOnlySpan<byte>(data, (int)length)
            : default;

    /// <summary>Computes all pixels and keeps them, with all that is attached.</summary>
    public VipsImage InMemory() => Own(VipsNative.vips_image_copy_memory(this));

    /// <summary>Computes all pixels, row by row; the caller frees them by <c>g_free</c>.</summary>
    public byte* ToPixels(out nuint size)
    {
        var pixels = VipsNative.vips_image_write_to_memory(this, out size);
        return pixels is null ? throw VipsException.Last() : (byte*)pixels;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        VipsNative.g_object_unref(handle);
        return true;
    }
}
