namespace Reshelve.Benchmarks.Workspaces;

/// <summary>Where this repository's files are.</summary>
internal static class Repository
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The real program.</summary>
    public static string Program => Path.Combine(Root, "src/Reshelve.Host/bin/Release/net10.0/reshelve");

    /// <summary>A script that runs a peer.</summary>
    public static string PeerScript(string name) => Path.Combine(Root, "bench/peers", name);

    /// <summary>A file of results that is committed.</summary>
    public static string Result(string name) => Path.Combine(Root, "bench", name);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Reshelve.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no clone of the repository.");
    }
}
