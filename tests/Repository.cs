namespace Reshelve.Tests;

/// <summary>The folder of the repository that the tests were built in: a path compiled in is not a real one in a reproducible build.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Reshelve.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"The tests must run from inside the repository, not from {AppContext.BaseDirectory}.");
    }
}
