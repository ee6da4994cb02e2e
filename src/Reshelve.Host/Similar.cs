namespace Reshelve.Host;

/// <summary>Finds what was probably meant by a mistyped name.</summary>
internal static class Similar
{
    /// <summary><c> Did you mean 'sync'?</c>, or nothing.</summary>
    public static string Suggestion(string typed, IEnumerable<string> known) =>
        Closest(typed, known) is { } closest ? $" Did you mean '{closest}'?" : "";

    /// <summary>The known name that differs least, if that is little for a name of its length.</summary>
    public static string? Closest(string typed, IEnumerable<string> known)
    {
        // A pasted novel is no typing error.
        if (typed.Length > 64)
            return null;
        var closest = known
            .Select(name => (Name: name, Distance: Distance(typed.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return closest.Name is not null && closest.Distance <= Math.Max(1, Math.Min(typed.Length, closest.Name.Length) / 3) + 1 ? closest.Name : null;
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other (optimal string alignment).
    /// </summary>
    private static int Distance(string one, string other)
    {
        var distance = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
            distance[i, 0] = i;
        for (var j = 0; j <= other.Length; j++)
            distance[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = one[i - 1] == other[j - 1] ? 0 : 1;
                distance[i, j] = Math.Min(Math.Min(distance[i - 1, j] + 1, distance[i, j - 1] + 1), distance[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
            }
        }

        return distance[one.Length, other.Length];
    }
}
