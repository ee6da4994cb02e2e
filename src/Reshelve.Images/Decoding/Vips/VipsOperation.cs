namespace Reshelve.Images.Decoding.Vips;

/// <summary>One call of an operation of libvips: made, given its arguments, run once, disposed.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private nint _operation;

    private VipsOperation(nint operation) => _operation = operation;

    /// <summary>A call of an operation.</summary>
    /// <param name="name">The operation's.</param>
    /// <param name="options">Arguments that can be written: <c>Q=80,strip=true</c>.</param>
    /// <exception cref="VipsException">There is no such operation or option.</exception>
    public static VipsOperation New(string name, string options = "")
    {
        var handle = VipsNative.vips_operation_new(name);
        if (handle == 0)
            throw VipsException.Last();
        var operation = new VipsOperation(handle);
        if (options.Length == 0 || VipsNative.vips_object_set_from_string(handle, options) == 0)
            return operation;
        operation.Dispose();
        throw VipsException.Last();
    }

    /// <summary>Runs an operation that makes an image of an image.</summary>
    public static VipsImage Apply(string name, VipsImage image, string options = "")
    {
        using var operation = New(name, options);
        return operation.Set("in", image).RunToImage();
    }

    /// <summary>Gives it an image.</summary>
    public VipsOperation Set(string name, VipsImage image)
    {
        VipsNative.Value value = default;
        VipsNative.g_value_init(&value, VipsNative.vips_image_get_type());
        VipsNative.g_value_set_object(&value, image);
        VipsNative.g_object_set_property(_operation, name, &value);
        VipsNative.g_value_unset(&value);
        return this;
    }

    /// <summary>Gives it bytes, which must stay where they are for as long as it or an image made by it lives.</summary>
    public VipsOperation Set(string name, byte* bytes, int length)
    {
        var blob = VipsNative.vips_blob_new(0, bytes, (nuint)length);
        VipsNative.Value value = default;
        VipsNative.g_value_init(&value, VipsNative.vips_blob_get_type());
        VipsNative.g_value_set_boxed(&value, blob);
        VipsNative.g_object_set_property(_operation, name, &value);
        VipsNative.g_value_unset(&value);
        VipsNative.vips_area_unref(blob);
        return this;
    }

    /// <summary>Runs it.</summary>
    /// <returns>Its argument <c>out</c>.</returns>
    public VipsImage RunToImage()
    {
        Build();
        VipsNative.Value value = default;
        VipsNative.g_value_init(&value, VipsNative.vips_image_get_type());
        VipsNative.g_object_get_property(_operation, "out", &value);
        var image = VipsNative.g_value_dup_object(&value);
        VipsNative.g_value_unset(&value);
        return VipsImage.Own(image);
    }

    /// <summary>Runs it.</summary>
    /// <returns>Its argument <c>buffer</c>.</returns>
    public byte[] RunToBytes()
    {
        Build();
        VipsNative.Value value = default;
        VipsNative.g_value_init(&value, VipsNative.vips_blob_get_type());
        VipsNative.g_object_get_property(_operation, "buffer", &value);
        var data = VipsNative.vips_blob_get(VipsNative.g_value_get_boxed(&value), out var length);
        var bytes = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        VipsNative.g_value_unset(&value);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_operation == 0)
            return;
        // Outputs hold references of their own, also those of a call that failed half way.
        VipsNative.vips_object_unref_outputs(_operation);
        VipsNative.g_object_unref(_operation);
        _operation = 0;
    }

    private void Build()
    {
        if (VipsNative.vips_object_build(_operation) != 0)
            throw VipsException.Last();
    }
}
