using System.Text;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>
/// Some 50,000 made-up words, the most frequent first and shortest, drawn as natural language draws its own (Zipf, exponent 1).
/// </summary>
internal static class Vocabulary
{
    /// <summary>How many words there are.</summary>
    public const int Count = 50_000;

    private static readonly string[] Syllables =
    [
        "ka", "lo", "mi", "ra", "ten", "vor", "sa", "quil", "der", "no", "pla", "stu", "ger", "fi", "bro", "lün", "ta", "mar", "é",
        "ox", "wen", "dal", "ju", "pri", "sko", "zen", "ø", "hal", "ri", "tum", "bel", "cor", "ni", "pas", "ur", "glo",
    ];

    private static readonly string[] Words = [.. Enumerable.Range(0, Count).Select(Make)];

    /// <summary>The letters of the longest word.</summary>
    public static readonly int LongestWord = Words.Max(word => word.Length);

    /// <summary>The word of a rank, 0 for the most frequent.</summary>
    public static string Word(int rank) => Words[rank];

    /// <summary>Draws a word: the inverse of the distribution function, rank = n^u.</summary>
    public static string Draw(ref Mixer random) => Words[(int)Math.Pow(Count, random.NextUniform()) - 1];

    private static string Make(int rank)
    {
        var word = new StringBuilder();
        for (var rest = rank + Syllables.Length; rest > 0; rest /= Syllables.Length)
            word.Append(Syllables[rest % Syllables.Length]);
        return word.ToString();
    }
}
