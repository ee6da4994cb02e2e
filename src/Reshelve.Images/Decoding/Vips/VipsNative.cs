using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reshelve.Images.Decoding.Vips;

/// <summary>
/// The few functions of libvips (https://www.libvips.org/API/current/binding.html) and of GObject that are needed, as they are. Operations are called
/// through objects and their properties, for its convenient functions are variadic, which cannot be called from here.
/// </summary>
internal static unsafe partial class VipsNative
{
    public const string Vips = "vips";
    public const string GObject = "gobject";
    public const string GLib = "glib";

    /// <summary>What must be found.</summary>
    public static readonly string[] Libraries = [Vips, GObject, GLib];

    // Before the first call of any of these, and only then: which files these are.
    static VipsNative() => VipsLibrary.Register();

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_init(string program);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_version(int part);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void vips_concurrency_set(int threads);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void vips_cache_set_max(int operations);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void vips_block_untrusted_set(int state);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void vips_operation_block_set(string className, int state);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint vips_error_buffer();

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void vips_error_clear();

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint vips_operation_new(string name);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_object_build(nint vipsObject);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void vips_object_unref_outputs(nint vipsObject);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_object_set_from_string(nint vipsObject, string options);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint vips_blob_new(nint free, void* data, nuint length);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void* vips_blob_get(nint blob, out nuint length);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void vips_area_unref(nint area);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nuint vips_blob_get_type();

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nuint vips_image_get_type();

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint vips_image_new_from_memory(void* data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void* vips_image_write_to_memory(VipsImage image, out nuint size);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint vips_image_copy_memory(VipsImage image);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_image_get_width(VipsImage image);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_image_get_height(VipsImage image);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_image_get_bands(VipsImage image);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_image_get_format(VipsImage image);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_image_guess_interpretation(VipsImage image);

    [LibraryImport(Vips), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_image_get_orientation(VipsImage image);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nuint vips_image_get_typeof(VipsImage image, string name);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int vips_image_get_blob(VipsImage image, string name, out void* data, out nuint length);

    [LibraryImport(GObject), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void g_object_unref(nint gObject);

    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void g_object_set_property(nint gObject, string name, Value* value);

    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void g_object_get_property(nint gObject, string name, Value* value);

    [LibraryImport(GObject), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial Value* g_value_init(Value* value, nuint type);

    [LibraryImport(GObject), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void g_value_unset(Value* value);

    [LibraryImport(GObject), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void g_value_set_object(Value* value, VipsImage gObject);

    [LibraryImport(GObject), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint g_value_dup_object(Value* value);

    [LibraryImport(GObject), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void g_value_set_boxed(Value* value, nint boxed);

    [LibraryImport(GObject), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint g_value_get_boxed(Value* value);

    [LibraryImport(GLib), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void g_free(void* memory);

    [LibraryImport(GLib), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint g_log_set_default_handler(delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void> handler, nint data);

    /// <summary>GObject's <c>GValue</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Value
    {
        public nuint Type;
        public ulong Data0;
        public ulong Data1;
    }
}
