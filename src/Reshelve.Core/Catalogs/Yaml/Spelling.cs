namespace Reshelve.Catalogs.Yaml;

/// <summary>Finds what a misspelled name was meant to be.</summary>
internal static class Spelling
{
    private const int LongestCompared = 64;

    /// <summary>"Did you mean 'x'?" where one of the names is close enough, otherwise all of them.</summary>
    public static string Suggest(string written, IReadOnlyList<string> names, string noun)
    {
        var all = $"The {noun} are {string.Join(", ", names.Select(Shown))}";
        return Closest(written, names) is { } closest ? $"Did you mean '{closest}'? {all}" : all;
    }

    /// <summary>Signs stand in quotes, so that they are not taken for the sentence's own.</summary>
    private static string Shown(string name) => char.IsLetterOrDigit(name[0]) || name[0] == '_' ? name : $"'{name}'";

    /// <summary>The closest name that is off by at most a third of its letters, or null.</summary>
    public static string? Closest(string written, IReadOnlyList<string> names)
    {
        if (written.Length > LongestCompared)
            return null;
        var (best, bestDistance) = ((string?)null, int.MaxValue);
        foreach (var name in names)
        {
            var distance = Distance(written.ToLowerInvariant(), name.ToLowerInvariant());
            var length = Math.Max(name.Length, written.Length);
            if (distance < bestDistance && distance < length && distance <= Math.Max(1, length / 3))
                (best, bestDistance) = (name, distance);
        }

        return best;
    }

    /// <summary>
    /// How many letters must be added, removed, replaced or swapped with their neighbour (optimal string alignment distance).
    /// </summary>
    public static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }

        return rows[a.Length, b.Length];
    }
}
