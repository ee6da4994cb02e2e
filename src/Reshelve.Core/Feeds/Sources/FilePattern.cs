using System.IO.Enumeration;

namespace Reshelve.Feeds;

/// <summary>
/// The path of a file, or a glob: <c>*</c> and <c>?</c> inside a name, <c>**</c> for any number of folders. Like a shell,
/// wildcards pass over names that begin with a dot (files being written, lists of a file manager) unless the pattern's name
/// begins with one, and <c>**</c> does not follow links to folders, which may lead in circles. What wildcards find lies in the pattern's
/// folder, links followed; a path without wildcards may be a link to anywhere.
/// </summary>
internal sealed class FilePattern
{
    private static readonly char[] Wildcards = ['*', '?'];

    private readonly string[] _segments;

    private FilePattern(string text, string folder, string[] segments)
    {
        Text = text;
        Folder = folder;
        _segments = segments;
    }

    /// <summary>As written in the definition.</summary>
    public string Text { get; }

    /// <summary>The deepest folder that all matches lie in.</summary>
    public string Folder { get; }

    /// <summary>The one path that it can match, if it is no glob.</summary>
    public string Literal => Path.Combine(Folder, _segments[0]);

    /// <summary>Whether it can match more than one file.</summary>
    public bool IsGlob => _segments.Any(HasWildcard);

    /// <summary>Reads a path or glob; a relative one is taken to lie in <paramref name="baseFolder"/>.</summary>
    public static FilePattern Parse(string text, string baseFolder)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new FeedUnavailableException("source.path holds a null character, which no path can: write it anew.");
        var full = Path.Combine(Path.GetFullPath(baseFolder), text);
        // A file whose very name holds a wildcard is meant literally.
        if (text.AsSpan().IndexOfAny(Wildcards) < 0 || File.Exists(full))
        {
            full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(full));
            return new FilePattern(text, Path.GetDirectoryName(full) ?? full, [Path.GetFileName(full)]);
        }

        char[] separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
        var segments = full.Split(separators, StringSplitOptions.RemoveEmptyEntries);
        var literal = segments.TakeWhile(s => !HasWildcard(s)).Count();
        var root = Path.GetPathRoot(full) ?? "";
        var rooted = root.Trim(separators).Length > 0 ? 1 : 0;
        var folder = Path.GetFullPath(Path.Combine(root, Path.Combine([.. segments[rooted..literal], ""])));
        return new FilePattern(text, Path.TrimEndingDirectorySeparator(folder), Simplify(text, segments[literal..]));
    }

    private static string[] Simplify(string text, string[] segments)
    {
        if (segments.Contains(".."))
        {
            throw new FeedUnavailableException(
                $"source.path '{text}' goes up ('..') behind a wildcard, where that means nothing certain: "
                + "write '..' before the first wildcard only.");
        }

        // "**/**" is "**", and "folder/**" means everything below, as people expect.
        var simple = segments.Where((s, i) => s != "." && (i == 0 || s != "**" || segments[i - 1] != "**")).ToList();
        return simple[^1] == "**" ? [.. simple, "*"] : [.. simple];
    }

    /// <summary>The files that match, full paths, in the ordinal order of their paths below <see cref="Folder"/>.</summary>
    /// <exception cref="FeedRefusedException">Wildcards found a link that leads out of <see cref="Folder"/>, or nowhere.</exception>
    public IReadOnlyList<string> Find(CancellationToken cancellationToken)
    {
        if (!IsGlob)
            return File.Exists(Literal) ? [Literal] : [];

        var found = new HashSet<string>(StringComparer.Ordinal);
        if (Directory.Exists(Folder))
            Collect(Folder, 0, found, cancellationToken);
        var folder = found.Count > 0 ? LinkedFile.RealPath(Folder) : Folder;
        foreach (var file in found)
            LinkedFile.EnsureWithin(file, folder);
        return [.. found.OrderBy(Relative, StringComparer.Ordinal)];
    }

    /// <summary>A match's path below <see cref="Folder"/>, with slashes.</summary>
    public string Relative(string file) => Path.GetRelativePath(Folder, file).Replace(Path.DirectorySeparatorChar, '/');

    private void Collect(string folder, int at, HashSet<string> found, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var segment = _segments[at];
        if (at == _segments.Length - 1)
        {
            found.UnionWith(Directory.EnumerateFiles(folder).Where(f => Matches(segment, f)));
            return;
        }

        if (segment == "**")
        {
            Collect(folder, at + 1, found, cancellationToken);
            var folders = new DirectoryInfo(folder).EnumerateDirectories();
            foreach (var below in folders.Where(d => d.LinkTarget is null && !IsHidden(d.Name)))
                Collect(below.FullName, at, found, cancellationToken);
        }
        else if (!HasWildcard(segment))
        {
            var below = Path.GetFullPath(Path.Combine(folder, segment));
            if (Directory.Exists(below))
                Collect(below, at + 1, found, cancellationToken);
        }
        else
        {
            foreach (var below in Directory.EnumerateDirectories(folder).Where(d => Matches(segment, d)))
                Collect(below, at + 1, found, cancellationToken);
        }
    }

    private static bool Matches(string segment, string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        // To that method a backslash is an escape; to a pattern it is a character like any other.
        var expression = segment.Replace(@"\", @"\\", StringComparison.Ordinal);
        return (!IsHidden(name) || IsHidden(segment))
            && FileSystemName.MatchesSimpleExpression(expression, name, OperatingSystem.IsWindows());
    }

    private static bool IsHidden(ReadOnlySpan<char> name) => name.StartsWith('.');

    private static bool HasWildcard(string segment) => segment.AsSpan().IndexOfAny(Wildcards) >= 0;
}
