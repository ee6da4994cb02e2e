namespace Reshelve.Catalogs.Drafting;

/// <summary>A field as proposed, with what speaks for it.</summary>
/// <param name="Definition">The field.</param>
/// <param name="Share">The share of the records that have it.</param>
/// <param name="Reason">What a person should know or check; null when nothing.</param>
internal sealed record FieldDraft(FieldDefinition Definition, double Share, string? Reason);

/// <summary>The fields worth declaring, and what was left to the other fields.</summary>
internal sealed class FieldDrafts
{
    /// <summary>What a person can still read and check; the rest is stored all the same.</summary>
    public const int MostFields = 40;

    private const double LeastShare = 0.02;
    private const double TitleBoost = 3;
    private const double NameBoost = 2;

    private readonly FeedProfile _profile;
    private readonly bool _untyped;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _leftOut = [];
    private readonly List<string> _mixed = [];
    private readonly List<string> _empty = [];

    private FieldDrafts(FeedProfile profile, bool untyped) => (_profile, _untyped) = (profile, untyped);

    public IReadOnlyList<FieldDraft> Fields { get; private set; } = [];

    /// <summary>Places that are rarer than those declared.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Places where values of kinds stand that no type accepts together.</summary>
    public IReadOnlyList<string> Mixed => _mixed;

    /// <summary>Places that never had a value.</summary>
    public IReadOnlyList<string> Empty => _empty;

    public static FieldDrafts From(FeedProfile profile, FieldPath id, bool untyped)
    {
        var drafts = new FieldDrafts(profile, untyped);
        var found = new List<(FieldProfile Field, FieldType Type)>();
        drafts.Collect(profile.Root, found);
        var others = found.Where(f => id.Segments.Count > 1 || !f.Field.Path.Equals(id)).ToArray();
        var chosen = others.Where(f => drafts.Share(f.Field) >= LeastShare)
            .OrderByDescending(drafts.Weight).ThenBy(f => f.Field.Order).Take(MostFields).ToHashSet();
        drafts._leftOut.AddRange(
            others.Where(f => !chosen.Contains(f)).OrderByDescending(f => f.Field.Present).Select(f => f.Field.Path.ToString()));
        var hasTitle = chosen.Any(f => FieldNames.Words(f.Field.Name) is ["title" or "titel" or "headline"]);
        drafts.Fields = [.. chosen.OrderBy(f => f.Field.Order).Select(f => drafts.Draft(f.Field, f.Type, hasTitle))];
        return drafts;
    }

    /// <summary>Finds every place with a type, into objects but not into lists of them.</summary>
    private void Collect(FieldProfile parent, List<(FieldProfile, FieldType)> found)
    {
        foreach (var field in parent.Children)
        {
            if (field is { Objects: > 0, Arrays: 0, Scalars: 0 })
                Collect(field, found);
            else if (TypeChooser.Choose(field, _untyped) is { } type)
                found.Add((field, type));
            else
                (field.Present == 0 ? _empty : _mixed).Add(field.Path.ToString());
        }
    }

    private double Share(FieldProfile field) => (double)field.Present / Math.Max(1, _profile.Records);

    /// <summary>What people search and see comes before what is merely frequent.</summary>
    private double Weight((FieldProfile Field, FieldType Type) found) =>
        Share(found.Field) + (FieldNames.IsProse(found.Field.Name) || FieldNames.IsVolatile(found.Field.Name) ? 1 : 0);

    private FieldDraft Draft(FieldProfile field, FieldType type, bool hasTitle)
    {
        var isVolatile = FieldNames.IsVolatile(field.Name);
        var definition = new FieldDefinition
        {
            Name = NameOf(field.Path),
            From = field.Path,
            Type = type,
            List = field.Arrays > 0,
            Volatile = isVolatile,
            Facet = TypeChooser.IsFacet(field, type),
            Boost = type == FieldType.Text && FieldNames.IsTitle(field.Name) ? Boost(field, hasTitle) : 1,
        };
        var reasons = new List<string>();
        if (isVolatile)
            reasons.Add("changes often, judging by its name");
        if (type == FieldType.Keyword && field.Strings > 0 && field.Strings < field.Scalars)
            reasons.Add("holds texts and other values");
        return new FieldDraft(definition, Share(field), reasons.Count == 0 ? null : string.Join("; ", reasons));
    }

    private static double Boost(FieldProfile field, bool hasTitle) =>
        !hasTitle || FieldNames.Words(field.Name) is ["title" or "titel" or "headline"] ? TitleBoost : NameBoost;

    private string NameOf(FieldPath path)
    {
        var joined = string.Join('_', path.Segments.Select(s => s == "#text" ? "text" : FieldNames.Local(s)));
        var name = DraftNames.Field(joined);
        var unique = name;
        for (var i = 2; !_names.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
