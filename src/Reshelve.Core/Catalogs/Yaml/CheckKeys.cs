namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of <c>checks</c>.</summary>
internal static class CheckKeys
{
    /// <summary>The keys of a limit that is written as a group.</summary>
    public static KeyTable<CheckLimit> Limit { get; } = new(
    [
        new Key<CheckLimit, decimal>(
            "share", "The share of the whole from which on the check holds.", new PercentKind(), l => l.Share, (l, v) => l with { Share = v }),
        new Key<CheckLimit, int>(
            "floor",
            "The count up to which the check never holds.",
            new WholeKind(0, int.MaxValue),
            l => (int)l.Floor,
            (l, v) => l with { Floor = v }),
    ]);

    private static readonly ValueKind<bool> Switch = new ChoiceKind<bool>(
        "choices", ("hold", true, "Hold."), ("off", false, "Do not look."));

    private static readonly CatalogChecks Default = new();

    public static KeyTable<CatalogChecks> Table { get; } = new(
    [
        new Key<CatalogChecks, bool>(
            "empty feed", "A full feed without records: holds the plan.", Switch, c => c.EmptyFeed, (c, v) => c with { EmptyFeed = v }),
        new Key<CatalogChecks, bool>(
            "open end",
            "The last line of a feed has no line break where that of the feed before had one: holds the plan.",
            Switch,
            c => c.OpenEnd,
            (c, v) => c with { OpenEnd = v }),
        Of("smaller feed", "Records, of those of the recent feeds, below which the removals are held.", c => c.SmallerFeed, (c, v) => c with { SmallerFeed = v }),
        Of("larger feed", "Records, of those of the recent feeds, above which the plan is held.", c => c.LargerFeed, (c, v) => c with { LargerFeed = v }),
        Of("rejected", "Rejected records, of all records, above which the plan is held.", c => c.Rejected, (c, v) => c with { Rejected = v }),
        Of("duplicates", "Records whose id comes again, of all records, above which the plan is held.", c => c.Duplicates, (c, v) => c with { Duplicates = v }),
        Of("renewed ids", "Documents missing while as many are new, above which the plan is held.", c => c.RenewedIds, (c, v) => c with { RenewedIds = v }),
        Of("changed field", "Documents in which one field changed, above which the plan is held.", c => c.ChangedField, (c, v) => c with { ChangedField = v }),
        Of("replaced", "Documents to replace, of all documents, above which the plan is held.", c => c.Replaced, (c, v) => c with { Replaced = v }),
        Of("removals", "Documents to remove, of all documents, above which the removals are held.", c => c.Removals, (c, v) => c with { Removals = v }),
        new Key<CatalogChecks, bool>(
            "source changed",
            "Feeds come from another place than before: holds the removals.",
            Switch,
            c => c.SourceChanged,
            (c, v) => c with { SourceChanged = v }),
    ]);

    public static ValueKind<CatalogChecks> Kind { get; } = new GroupKind<CatalogChecks>(
        Table, "Write checks with their thresholds below it, such as 'removals: 20%' or 'replaced: off'");

    private static Key<CatalogChecks, CheckLimit?> Of(
        string name, string doc, Func<CatalogChecks, CheckLimit?> get, Func<CatalogChecks, CheckLimit?, CatalogChecks> set) =>
        new(name, doc, new CheckLimitKind(get(Default)!, isPart: name is not ("larger feed" or "smaller feed")), get, set);
}
