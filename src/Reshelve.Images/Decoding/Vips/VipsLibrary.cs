using System.Runtime.InteropServices;
using Reshelve.Enriching;

namespace Reshelve.Images.Decoding.Vips;

/// <summary>Finds libvips, which belongs to the operating system and gets its security patches there.</summary>
internal static class VipsLibrary
{
    /// <summary>The first version whose loaders can be blocked.</summary>
    private static readonly Version Oldest = new(8, 13);

    private static readonly Lazy<IReadOnlyDictionary<string, nint>> Loaded = new(Load);

    /// <summary>How it is installed, for people.</summary>
    public static string HowToInstall => OperatingSystem.IsMacOS() ? "'brew install vips'" : "'apt-get install libvips42' or 'dnf install vips'";

    /// <summary>Why pictures cannot be decoded here, and what to do about it; null when they can. Loads the library.</summary>
    public static string? Problem
    {
        get
        {
            var missing = VipsNative.Libraries.Where(name => !Loaded.Value.ContainsKey(name)).ToList();
            if (missing.Count > 0)
            {
                return $"pictures are decoded by libvips, which is not installed here ({string.Join(", ", missing.SelectMany(FileNames))} not found); "
                    + $"install it ({HowToInstall})";
            }

            return Version is { } version && version >= Oldest ? null
                : $"libvips is too old here ({Version}); {Oldest} or newer is needed ({HowToInstall})";
        }
    }

    /// <summary>Its version.</summary>
    public static Version Version => new(VipsNative.vips_version(0), VipsNative.vips_version(1), VipsNative.vips_version(2));

    /// <summary>Makes it ready in this process: one thread, nothing cached, and no loader but those for the formats that are read here.</summary>
    /// <exception cref="PictureException">It is not installed, or cannot be used; the message says how to install it.</exception>
    public static void Start()
    {
        if (Problem is { } problem)
            throw new PictureException(problem, isTransient: true);
        if (VipsNative.vips_init("reshelve") != 0)
            throw new PictureException($"libvips {Version} could not be started: {VipsException.TakeMessage()}", isTransient: true);
        VipsLog.Start();
        VipsNative.vips_concurrency_set(1);
        VipsNative.vips_cache_set_max(0);
        VipsNative.vips_block_untrusted_set(1);
        VipsNative.vips_operation_block_set("VipsForeignLoad", 1);
        foreach (var format in PictureFormat.All)
            VipsNative.vips_operation_block_set(format.LoaderClass, 0);
    }

    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(
            typeof(VipsLibrary).Assembly, static (name, _, _) => Loaded.Value.TryGetValue(name, out var handle) ? handle : 0);

    private static Dictionary<string, nint> Load()
    {
        var loaded = new Dictionary<string, nint>();
        foreach (var name in VipsNative.Libraries)
        {
            foreach (var file in FileNames(name))
            {
                if (NativeLibrary.TryLoad(file, out var handle) && loaded.TryAdd(name, handle))
                    break;
            }
        }

        return loaded;
    }

    private static string[] FileNames(string library) => (library, OperatingSystem.IsMacOS(), OperatingSystem.IsWindows()) switch
    {
        (VipsNative.Vips, true, _) => ["libvips.42.dylib", "/opt/homebrew/lib/libvips.42.dylib", "/usr/local/lib/libvips.42.dylib"],
        (VipsNative.GObject, true, _) =>
            ["libgobject-2.0.0.dylib", "/opt/homebrew/lib/libgobject-2.0.0.dylib", "/usr/local/lib/libgobject-2.0.0.dylib"],
        (_, true, _) => ["libglib-2.0.0.dylib", "/opt/homebrew/lib/libglib-2.0.0.dylib", "/usr/local/lib/libglib-2.0.0.dylib"],
        (VipsNative.Vips, _, true) => ["libvips-42.dll"],
        (VipsNative.GObject, _, true) => ["libgobject-2.0-0.dll"],
        (_, _, true) => ["libglib-2.0-0.dll"],
        (VipsNative.Vips, _, _) => ["libvips.so.42"],
        (VipsNative.GObject, _, _) => ["libgobject-2.0.so.0"],
        _ => ["libglib-2.0.so.0"],
    };
}
