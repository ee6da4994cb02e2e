using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Queries;

/// <summary>BM25 with the server's usual parameters; the statistics are those of what searches see, without removed documents.</summary>
internal static class Ranking
{
    private const double Saturation = 1.2;
    private const double LengthShare = 0.75;

    /// <param name="frequency">How often the document holds it.</param>
    /// <param name="rarity">How rare it is.</param>
    /// <param name="content">The document's field.</param>
    /// <param name="statistics">All documents' field.</param>
    public static double Score(double frequency, double rarity, FieldContent content, FieldStatistics statistics)
    {
        var length = 1 - LengthShare + LengthShare * content.Tokens.Count / statistics.MeanLength;
        return (Saturation + 1) * rarity * frequency / (frequency + Saturation * length);
    }
}
