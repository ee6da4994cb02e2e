using Reshelve.Catalogs;
using static Reshelve.Planning.VerdictText;

namespace Reshelve.Planning;

/// <summary>The checks about what changed inside of documents.</summary>
/// <param name="definition">The catalog, with its thresholds.</param>
/// <param name="replaced">Documents to replace.</param>
/// <param name="known">Documents that the index holds now.</param>
/// <param name="mapsOtherwise">Whether the definition makes other documents of the same records than before.</param>
internal sealed class FieldChecks(CatalogDefinition definition, long replaced, long known, bool mapsOtherwise)
{
    private readonly CatalogChecks _checks = definition.Checks;

    /// <summary>Whether so much is replaced that it must be known which fields changed.</summary>
    public bool NeedSample => !mapsOtherwise &&
        (_checks.ChangedField?.IsExceeded(replaced, known) == true || _checks.Replaced?.IsExceeded(replaced, known) == true);

    /// <summary>The verdicts.</summary>
    /// <param name="sample">What changed; null where <see cref="NeedSample"/> is false.</param>
    public IReadOnlyList<PlanVerdict> Judge(FieldSample? sample)
    {
        var field = ChangedField(sample);
        return [field, Replaced(sample, field)];
    }

    private PlanVerdict ChangedField(FieldSample? sample)
    {
        const string name = "changed field";
        if (_checks.ChangedField is not { } limit)
            return Off(name, HeldPart.Plan);
        if (mapsOtherwise)
            return MapsOtherwise(name);
        if (sample is not { Documents: > 0, Fields: [var most, ..] })
            return Passed(name, HeldPart.Plan, $"{Figures(replaced, known, "documents would be replaced")}, {Limit(limit)}");
        var figures = $"{Figures(replaced, known, "documents would be replaced")}, and in {Number(most.Documents)} of {Number(sample.Documents)} looked at " +
            $"`{most.Name}` changed";
        return limit.IsExceeded(replaced * most.Documents / sample.Documents, known)
            ? Held(
                name, HeldPart.Plan, $"`{most.Name}` changed in nearly every record: {figures}, {Limit(limit)}. Nothing was changed. {Remedy(most.Name)}; if the change " +
                $"is right, {ApprovePlan(definition.Name)}")
            : Passed(name, HeldPart.Plan, $"{figures}, {Limit(limit)}");
    }

    private PlanVerdict Replaced(FieldSample? sample, PlanVerdict field)
    {
        const string name = "replaced";
        if (_checks.Replaced is not { } limit)
            return Off(name, HeldPart.Plan);
        if (mapsOtherwise)
            return MapsOtherwise(name);
        var figures = Figures(replaced, known, "documents would be replaced");
        if (!limit.IsExceeded(replaced, known))
            return Passed(name, HeldPart.Plan, $"{figures}, {Limit(limit)}");
        if (field.IsHeld)
            return PassedOver(name, HeldPart.Plan, $"{figures}; that is held by '{field.Check}' already");
        var fields = sample is { Fields.Count: > 0 }
            ? "; what changed most is " + string.Join(", ", sample.Fields.Take(3).Select(f => $"`{f.Name}` ({Number(f.Documents)} of {Number(sample.Documents)} looked at)"))
            : "";
        return Held(
            name, HeldPart.Plan, $"{figures}, {Limit(limit)}{fields}. Nothing was changed. Look whether the feed is the right one; if it is, " +
            ApprovePlan(definition.Name));
    }

    private string Remedy(string field)
    {
        if (field.StartsWith(CatalogDefinition.OtherFieldsName + ".", StringComparison.Ordinal))
            return $"Nothing declares `{field[(CatalogDefinition.OtherFieldsName.Length + 1)..]}`: if nobody needs it, set `others: drop`; if it changes often, declare it with `volatile: true`";
        return definition.Fields.FirstOrDefault(f => f.Name == field)?.Type == FieldType.Image
            ? "Look whether all addresses of pictures moved: each is fetched anew"
            : $"If it changes often and cheaply, declare `{field}` with `volatile: true`";
    }

    private static PlanVerdict MapsOtherwise(string name) =>
        PassedOver(name, HeldPart.Plan, "the definition makes other documents of the same records now");
}
