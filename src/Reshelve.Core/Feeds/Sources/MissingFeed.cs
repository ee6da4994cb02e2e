namespace Reshelve.Feeds;

/// <summary>Says why a path or pattern gives no file, and what lies there instead.</summary>
internal static class MissingFeed
{
    private const int Shown = 5;

    public static FeedUnavailableException Explain(FilePattern pattern)
    {
        if (!pattern.IsGlob && Directory.Exists(pattern.Literal))
        {
            return new FeedUnavailableException(
                $"source.path '{pattern.Text}' is a folder ({pattern.Literal}), not a file. {List(pattern.Literal)} "
                + "Name one of its files, or all of them by a pattern such as "
                + $"'{Path.TrimEndingDirectorySeparator(pattern.Text)}/*.jsonl'.");
        }

        var what = pattern.IsGlob
            ? $"No file matches source.path '{pattern.Text}'"
            : $"There is no file '{pattern.Text}' (source.path)";
        if (!Directory.Exists(pattern.Folder))
        {
            return new FeedUnavailableException(
                $"{what}: the folder {pattern.Folder} does not exist{NearestParent(pattern.Folder)}. "
                + "Create it, mount it, or correct source.path; a relative path begins at the workspace folder.");
        }

        return new FeedUnavailableException(
            $"{what} in {pattern.Folder}. {List(pattern.Folder)} "
            + "Correct source.path (upper and lower case count), or run again once the feed has been delivered.");
    }

    private static string NearestParent(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        while (parent is not null && !Directory.Exists(parent))
            parent = Path.GetDirectoryName(parent);
        return parent is null ? "" : $" (there is {parent})";
    }

    private static string List(string folder)
    {
        var folders = Names(Directory.EnumerateDirectories(folder)).Select(n => n + "/");
        var names = Names(Directory.EnumerateFiles(folder)).Concat(folders).ToList();
        if (names.Count == 0)
            return "It is empty.";
        var more = names.Count > Shown ? $" and {names.Count - Shown} more" : "";
        return $"It holds {string.Join(", ", names.Take(Shown))}{more}.";
    }

    /// <summary>Whoever delivers feeds chooses their names, and these go to a terminal.</summary>
    private static IEnumerable<string> Names(IEnumerable<string> paths) => paths
        .Select(p => new string([.. Path.GetFileName(p).Select(c => char.IsControl(c) ? '?' : c)]))
        .Order(StringComparer.Ordinal);
}
