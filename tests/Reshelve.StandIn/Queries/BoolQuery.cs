using System.Globalization;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

internal sealed class BoolQuery : Query
{
    public IReadOnlyList<Query> Must { get; init; } = [];

    public IReadOnlyList<Query> Filter { get; init; } = [];

    public IReadOnlyList<Query> Should { get; init; } = [];

    public IReadOnlyList<Query> MustNot { get; init; } = [];

    /// <summary>How many of <see cref="Should"/> must match; null: one where nothing else must, none otherwise.</summary>
    public int? Least { get; init; }

    public override double? Score(StoredDocument document)
    {
        if (Must.Count + Filter.Count + Should.Count + MustNot.Count == 0)
            return Boost;
        if (MustNot.Any(query => query.Matches(document)) || !Filter.All(query => query.Matches(document)))
            return null;
        var sum = 0.0;
        foreach (var query in Must)
        {
            if (query.Score(document) is not { } score)
                return null;
            sum += score;
        }

        var matched = Should.Select(query => query.Score(document)).OfType<double>().ToList();
        var least = Least ?? (Must.Count + Filter.Count == 0 && Should.Count > 0 ? 1 : 0);
        return matched.Count < least ? null : Boost * (sum + matched.Sum());
    }

    public override void Mark(StoredDocument document, string field, ISet<int> marked)
    {
        foreach (var query in Must.Concat(Filter).Concat(Should))
            query.Mark(document, field, marked);
    }

    /// <summary>How many of <paramref name="count"/> optional queries must match, as <c>minimum_should_match</c> says it.</summary>
    public static int? LeastOf(JsonNode? text, int count)
    {
        if (text?.ToString() is not { } given)
            return null;
        if (given.Contains('<'))
            throw Refusal.Unsupported($"minimum_should_match {given}");
        var isShare = given.EndsWith('%');
        var number = double.Parse(isShare ? given[..^1] : given, CultureInfo.InvariantCulture);
        var wanted = isShare ? (int)(count * number / 100) : (int)number;
        return Math.Max(0, wanted < 0 ? count + wanted : wanted);
    }
}
