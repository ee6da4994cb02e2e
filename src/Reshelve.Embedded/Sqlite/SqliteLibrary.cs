using System.Runtime.InteropServices;

namespace Reshelve.Embedded.Sqlite;

/// <summary>
/// Which SQLite is used: the operating system's, which gets its security patches, or else the one that comes along. Full text
/// search (FTS5) must be compiled into it.
/// </summary>
internal static unsafe class SqliteLibrary
{
    /// <summary>Set to <c>bundled</c>, this environment variable passes over the system's library.</summary>
    public const string ChoiceVariable = "RESHELVE_SQLITE";

    private const string Bundled = "e_sqlite3";

    private static readonly string[] SystemNames =
        Environment.GetEnvironmentVariable(ChoiceVariable) == "bundled" ? []
        : OperatingSystem.IsWindows() ? ["winsqlite3"]
        : OperatingSystem.IsMacOS() ? ["/usr/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0"];

    private static readonly Lazy<(nint Handle, string Origin)> Loaded = new(Load);

    /// <summary>For people: version and origin, <c>SQLite 3.40.1 (libsqlite3.so.0)</c>.</summary>
    public static string Description => $"SQLite {Version} ({Loaded.Value.Origin})";

    /// <summary>The library's version, <c>3.40.1</c>.</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_libversion())!;

    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(
            typeof(SqliteLibrary).Assembly, static (name, _, _) => name == Bundled ? Loaded.Value.Handle : 0);

    private static (nint Handle, string Origin) Load()
    {
        foreach (var name in SystemNames)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                if (HasFullText(handle))
                    return (handle, name);
                NativeLibrary.Free(handle);
            }
        }

        if (NativeLibrary.TryLoad(Bundled, typeof(SqliteLibrary).Assembly, null, out var bundled))
            return (bundled, "bundled");
        throw new Feeds.ReshelveException(
            $"no SQLite with full text search was found: neither the system's ({string.Join(", ", SystemNames)}) nor the one that comes "
            + "with this program; install the package libsqlite3-0");
    }

    private static bool HasFullText(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "sqlite3_compileoption_used", out var used))
            return false;
        fixed (byte* option = "ENABLE_FTS5\0"u8)
            return ((delegate* unmanaged[Cdecl]<byte*, int>)used)(option) != 0;
    }
}
