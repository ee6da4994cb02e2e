namespace Reshelve.SystemTests;

/// <summary>The real data that is not part of the repository; tests that need it are skipped where it is absent.</summary>
internal static class RealData
{
    private static readonly string? Folder = Find();

    /// <summary>A folder or file of it; skips the test when it is not there.</summary>
    public static string PathOf(string name)
    {
        var path = Folder is null ? null : Path.Combine(Folder, name);
        Assert.SkipUnless(path is not null && Path.Exists(path), $"The real data '{name}' is not here; RESHELVE_TEST_DATA can name its folder.");
        return path!;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RESHELVE_TEST_DATA") is { Length: > 0 } named)
            return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
