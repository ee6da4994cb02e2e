namespace Reshelve.Tests.Catalogs;

/// <summary>The real data beside the repository; tests that need it are skipped where it is absent.</summary>
internal static class SharedData
{
    public static string File(string path)
    {
        var folder = Environment.GetEnvironmentVariable("RESHELVE_TEST_DATA") ?? Search();
        Assert.SkipUnless(folder is not null, "There is no folder shared/data above the tests; set RESHELVE_TEST_DATA to where it is.");
        var file = Path.Combine(folder!, path);
        Assert.SkipUnless(Path.Exists(file), $"{path} is not part of the data in {folder}.");
        return file;
    }

    private static string? Search()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
                return data;
        }

        return null;
    }
}
