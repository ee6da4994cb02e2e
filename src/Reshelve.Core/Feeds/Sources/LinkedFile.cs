namespace Reshelve.Feeds;

/// <summary>
/// Where a path really lies. Whoever may deliver files into a folder may put links there too; what a pattern finds must not lead out of the
/// folder that it searches, to files that were never meant to be read.
/// </summary>
internal static class LinkedFile
{
    /// <summary>What Linux follows before it gives up, too.</summary>
    private const int MostLinks = 40;

    /// <summary>The path without links.</summary>
    /// <exception cref="IOException">The links go round in a circle.</exception>
    public static string RealPath(string path)
    {
        var waiting = new Stack<string>(Names(path).Reverse());
        var real = Path.GetPathRoot(path)!;
        for (var links = 0; waiting.TryPop(out var name);)
        {
            var next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
                throw new IOException($"{path} is a link that leads through more than {MostLinks} others, probably in a circle.");
            var full = Path.GetFullPath(Path.Combine(real, target));
            real = Path.GetPathRoot(full)!;
            foreach (var part in Names(full).Reverse())
                waiting.Push(part);
        }

        return real;
    }

    /// <summary>Refuses a file that links lead to out of a folder.</summary>
    /// <param name="file">A file that was found below the folder.</param>
    /// <param name="realFolder">The folder's <see cref="RealPath"/>.</param>
    /// <exception cref="FeedRefusedException">It lies elsewhere, or nowhere.</exception>
    public static void EnsureWithin(string file, string realFolder)
    {
        var real = RealPath(file);
        if (!File.Exists(real))
            throw new FeedRefusedException($"{file} is a link to {real}, which is not there. Have it delivered anew, or delete the link.");
        var within = realFolder.EndsWith(Path.DirectorySeparatorChar) ? realFolder : realFolder + Path.DirectorySeparatorChar;
        if (real.StartsWith(within, StringComparison.Ordinal))
            return;
        throw new FeedRefusedException(
            $"{file} is a link that leads out of {realFolder}, to {real}: whoever may deliver files could have any file read that way. " +
            "Delete it; or, if it is meant, name that file in source.path without wildcards.");
    }

    private static string[] Names(string path) =>
        path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
}
