using Reshelve.Catalogs;
using Reshelve.Feeds;
using static Reshelve.Planning.VerdictText;

namespace Reshelve.Planning;

/// <summary>The rules that can hold a plan, or its removals, as far as they judge by counts.</summary>
/// <param name="definition">The catalog, with its thresholds.</param>
/// <param name="counts">What the plan found; its removals are those by tombstones alone.</param>
/// <param name="known">Documents that the index holds now.</param>
/// <param name="circumstances">What else it is judged by.</param>
/// <param name="endsOpen">Whether the feed ends without a line break.</param>
/// <param name="isRebuild">Whether the plan is that of a new index, of which no part can be approved alone.</param>
internal sealed class SafetyChecks(
    CatalogDefinition definition, PlanCounts counts, long known, PlanCircumstances circumstances, bool endsOpen = false, bool isRebuild = false)
{
    private readonly CatalogChecks _checks = definition.Checks;
    private readonly bool _isFull = definition.Feed == FeedKind.Full;
    private readonly long _removals = counts.Removed + counts.Missing - counts.Kept;

    /// <summary>The verdicts of all checks, those that hold the most first; of an empty feed nothing else is worth saying.</summary>
    public IReadOnlyList<PlanVerdict> Judge()
    {
        var empty = EmptyFeed();
        if (empty.IsHeld)
            return [empty];
        var renewed = RenewedIds();
        var smaller = SmallerFeed();
        return
        [
            empty, OpenEnd(), Rejected(), Duplicates(), LargerFeed(), renewed, smaller, SourceChanged(), UnreadableIds(),
            Removals(renewed.IsHeld ? renewed : smaller),
        ];
    }

    private PlanVerdict EmptyFeed()
    {
        const string name = "empty feed";
        if (!_checks.EmptyFeed)
            return Off(name, HeldPart.Plan);
        if (!_isFull)
            return PassedOver(name, HeldPart.Plan, "an incremental feed may be empty");
        return counts.Records > 0
            ? Passed(name, HeldPart.Plan, Count(counts.Records, "record"))
            : Held(
                name, HeldPart.Plan, $"the feed is empty, and the index holds {Count(known, "document")}: nothing was changed. Check the source; " +
                "the next feed with records is judged anew" + (known > 0 ? $". To remove all documents, {Approve}" : ""));
    }

    private PlanVerdict OpenEnd()
    {
        const string name = "open end";
        if (!_checks.OpenEnd)
            return Off(name, HeldPart.Plan);
        if (definition.Format.Kind is not (FeedFormatKind.Jsonl or FeedFormatKind.Csv))
            return PassedOver(name, HeldPart.Plan, "a feed of this format shows by itself whether it is whole");
        if (!endsOpen)
            return Passed(name, HeldPart.Plan, "the last line of the feed has its line break");
        const string figures = "the last line of the feed has no line break";
        if (circumstances.IsRepeated)
            return Repeated(name, figures);
        if (circumstances.FormerEndedOpen is not { } former)
            return PassedOver(name, HeldPart.Plan, $"{figures}, and there is no earlier feed to compare with");
        return former
            ? Passed(name, HeldPart.Plan, $"{figures}, nor had that of the feed before")
            : Held(
                name, HeldPart.Plan, $"{figures}, and that of the feed before had one, so it was probably cut off there: nothing was changed. " +
                $"Get the feed again; if it is whole, {Approve}");
    }

    private PlanVerdict Rejected()
    {
        const string name = "rejected";
        if (_checks.Rejected is not { } limit)
            return Off(name, HeldPart.Plan);
        var nothingLeft = counts.Rejected > 0 && known + counts.Added - _removals == 0;
        var figures = Figures(counts.Rejected, counts.Records, "records were rejected");
        if (!limit.IsExceeded(counts.Rejected, counts.Records) && !nothingLeft)
            return Passed(name, HeldPart.Plan, $"{figures}, {Limit(limit)}");
        if (circumstances.IsRepeated)
            return Repeated(name, figures);
        return Held(
            name, HeldPart.Plan, $"{figures}, {(nothingLeft ? "and the index would be left without a document" : Limit(limit))}: nothing was changed. " +
            $"`reshelve rejected {definition.Name}` shows them; mend the definition or the feed; or, to go on without them, {Approve}");
    }

    private PlanVerdict Duplicates()
    {
        const string name = "duplicates";
        if (_checks.Duplicates is not { } limit)
            return Off(name, HeldPart.Plan);
        if (!_isFull)
            return PassedOver(name, HeldPart.Plan, "in an incremental feed an id may come as often as it changed");
        var figures = Figures(counts.Duplicates, counts.Records, "records have an id that comes again later");
        if (circumstances.IsRepeated && limit.IsExceeded(counts.Duplicates, counts.Records))
            return Repeated(name, figures);
        return limit.IsExceeded(counts.Duplicates, counts.Records)
            ? Held(
                name, HeldPart.Plan, $"{figures}, {Limit(limit)}: only the last of each would be indexed, and nothing was changed. " +
                $"Look whether `id` names the right field; if it does, {Approve}")
            : Passed(name, HeldPart.Plan, $"{figures}, {Limit(limit)}");
    }

    private static PlanVerdict Repeated(string name, string figures) =>
        PassedOver(name, HeldPart.Plan, $"{figures}; the same feed was applied already");

    private PlanVerdict LargerFeed()
    {
        const string name = "larger feed";
        if (NotComparable(name, HeldPart.Plan, _checks.LargerFeed, out var usual) is { } verdict)
            return verdict;
        // After an empty feed that was approved: nothing is there that records of others could spoil.
        if (known == 0 && usual == 0)
            return PassedOver(name, HeldPart.Plan, "the index holds nothing yet");
        var limit = _checks.LargerFeed!;
        var figures = SizeFigures(usual);
        return counts.Records - usual > limit.Floor && counts.Records > limit.Share * usual
            ? Held(
                name, HeldPart.Plan, $"{figures}, more than {Percent(limit.Share)} of that: nothing was changed. Look whether records of others got into " +
                $"the feed; if it is right, {Approve}")
            : Passed(name, HeldPart.Plan, figures);
    }

    private PlanVerdict SmallerFeed()
    {
        const string name = "smaller feed";
        if (NotComparable(name, HeldPart.Removals, _checks.SmallerFeed, out var usual) is { } verdict)
            return verdict;
        if (known == 0)
            return PassedOver(name, HeldPart.Removals, "the index holds nothing yet");
        var limit = _checks.SmallerFeed!;
        var figures = SizeFigures(usual);
        return _removals > 0 && usual - counts.Records > limit.Floor && counts.Records < limit.Share * usual
            ? Held(
                name, HeldPart.Removals, $"{figures}, less than {Percent(limit.Share)} of that: {Count(_removals, "document")} would have been removed, and " +
                $"nothing was removed. Look whether the feed is whole; if it is, {ApproveRemovals}")
            : Passed(name, HeldPart.Removals, figures);
    }

    private PlanVerdict RenewedIds()
    {
        const string name = "renewed ids";
        if (_checks.RenewedIds is not { } limit)
            return Off(name, HeldPart.Plan);
        if (!_isFull)
            return PassedOver(name, HeldPart.Plan, "an incremental feed does not tell what is missing");
        if (circumstances.IdsOtherwise)
            return PassedOver(name, HeldPart.Plan, "the definition reads ids differently now");
        var both = Math.Min(counts.Missing, counts.Added);
        var figures = $"of {Count(known, "document")} {Number(counts.Missing)} are missing, and {Number(counts.Added)} are new";
        return limit.IsExceeded(both, known)
            ? Held(
                name, HeldPart.Plan, $"ids were renewed: {figures}, {Limit(limit)}. Nothing was changed. Look whether the source numbers its " +
                $"records anew, or whether `id` names the right field; if the new ids are to stay, {Approve}")
            : Passed(name, HeldPart.Plan, $"{figures}, {Limit(limit)}");
    }

    private PlanVerdict SourceChanged()
    {
        const string name = "source changed";
        if (!_checks.SourceChanged)
            return Off(name, HeldPart.Removals);
        if (circumstances.FormerSource is not { } former)
        {
            return circumstances.FeedNumber <= 1 ? PassedOver(name, HeldPart.Removals, "there is no earlier feed to compare with")
                : circumstances.Source is null ? PassedOver(name, HeldPart.Removals, "the feed was named when the run was started")
                : Passed(name, HeldPart.Removals, "the feed comes from where the one before came from");
        }

        var figures = $"feeds came from {former} until now, and this one is from {circumstances.Source}";
        return _removals == 0
            ? Passed(name, HeldPart.Removals, $"{figures}; nothing is to be removed")
            : Held(
                name, HeldPart.Removals, $"{figures}: {Count(_removals, "document")} would have been removed, and nothing was removed. " +
                $"If it holds the same catalog, {ApproveRemovals}");
    }

    private PlanVerdict UnreadableIds()
    {
        const string name = "unreadable ids";
        if (!_isFull)
            return PassedOver(name, HeldPart.Missing, "an incremental feed does not tell what is missing");
        if (definition.Removals != RemovalPolicy.WhenClean)
            return PassedOver(name, HeldPart.Missing, "off (`removals` is not `when clean`)");
        var missing = counts.Missing - counts.Kept;
        return counts.RejectedWithoutId > 0 && missing > 0
            ? Held(
                name, HeldPart.Missing, $"{Count(missing, "document is", "documents are")} missing in the feed, and " +
                $"{Count(counts.RejectedWithoutId, "record was", "records were")} rejected whose ids could not be read, so they may be the same: nothing " +
                $"was removed. Mend the records, or set `removals: always`; or {ApproveRemovals}")
            : Passed(name, HeldPart.Missing, Count(counts.RejectedWithoutId, "rejected record") + " without an id that can be read");
    }

    private PlanVerdict Removals(PlanVerdict larger)
    {
        const string name = "removals";
        if (_checks.Removals is not { } limit)
            return Off(name, HeldPart.Removals);
        if (circumstances.IdsOtherwise)
            return PassedOver(name, HeldPart.Removals, "the definition reads ids or tombstones differently now");
        var figures = Figures(_removals, known, "documents would be removed");
        if (!limit.IsExceeded(_removals, known))
            return Passed(name, HeldPart.Removals, $"{figures}, {Limit(limit)}");
        return larger.IsHeld
            ? PassedOver(name, HeldPart.Removals, $"{figures}; that is held by '{larger.Check}' already")
            : Held(
                name, HeldPart.Removals, $"{figures}, {Limit(limit)}: nothing was removed. Look whether the feed is whole; if they are really gone, " +
                ApproveRemovals);
    }

    private PlanVerdict? NotComparable(string name, HeldPart part, CheckLimit? limit, out long usual)
    {
        usual = Median(circumstances.RecentRecords);
        if (limit is null)
            return Off(name, part);
        if (!_isFull)
            return PassedOver(name, part, "incremental feeds have no usual size");
        return circumstances.RecentRecords.Count == 0 ? PassedOver(name, part, "there is no earlier feed to compare with") : null;
    }

    private string SizeFigures(long usual) =>
        $"the feed has {Count(counts.Records, "record")}, and the recent ones had {Number(usual)} (median of {circumstances.RecentRecords.Count})";

    private static long Median(IReadOnlyList<long> values)
    {
        if (values.Count == 0)
            return 0;
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private string Approve => ApprovePlan(definition.Name);

    private string ApproveRemovals => isRebuild ? Approve : VerdictText.ApproveRemovals(definition.Name);
}
