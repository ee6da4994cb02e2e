using System.Text;
using Reshelve.Catalogs.Yaml;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>Chooses the field that holds the id.</summary>
internal static class IdChooser
{
    private const int MostShown = 5;
    private const int NamesCompared = 30;

    /// <summary>The best-named place that has one value in every record and never the same twice.</summary>
    /// <exception cref="ReshelveException">There is none; the message says why the likeliest are none.</exception>
    public static IdCandidate Choose(FeedProfile profile, string file)
    {
        var ranked = profile.Candidates.OrderBy(c => FieldNames.IdRank(c.Field.Name)).ThenBy(c => c.Field.Order).ToArray();
        if (ranked.FirstOrDefault(c => c.Failure is null) is { } best)
            return best;
        var message = new StringBuilder($"No field of '{file}' can be the id: an id is in every record and never comes twice.");
        foreach (var candidate in ranked.Take(MostShown))
            message.Append($"\n  {candidate.Field.Path} {candidate.Failure}");
        message.Append("\nName the field that should be with --id <field>: ");
        message.Append("of records with the same id the last one counts, and those without are rejected.");
        throw new ReshelveException(message.ToString());
    }

    /// <summary>The place that a person named.</summary>
    /// <exception cref="DraftIdException">It is in no record, or never a single value.</exception>
    public static IdCandidate Wanted(FeedProfile profile, FieldPath id, string file)
    {
        if (profile.Candidates.SingleOrDefault() is not { } candidate)
        {
            var names = profile.Root.Children.OrderByDescending(c => c.Present)
                .Take(NamesCompared).Select(c => FieldPath.Of(c.Name).ToString()).ToArray();
            throw new DraftIdException(
                $"No record of '{file}' has the field '{id}'. {Spelling.Suggest(id.ToString(), names, "fields")}.");
        }

        if (candidate.Missing >= profile.Records)
            throw new DraftIdException(
                $"'{id}' cannot be the id of '{file}': it {candidate.Failure}. Name another field with --id <field>.");
        return candidate;
    }
}
