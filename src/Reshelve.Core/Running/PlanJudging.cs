using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>Judges the plan of one run: gathers what it is compared with, and completes the verdicts once its content is there.</summary>
internal sealed class PlanJudging
{
    private readonly RunServices _services;
    private readonly CatalogDefinition _definition;
    private readonly RunTarget _target;
    private readonly CatalogHistory _history;
    private readonly string? _source;
    private readonly PlanCircumstances _circumstances;
    private readonly Ledger? _live;
    private readonly ReshelveException? _unreadable;

    private PlanJudging(RunServices services, CatalogFolder folder, CatalogDefinition definition, SyncOptions options, RunTarget target,
        bool isRepeated)
    {
        _services = services;
        _definition = definition;
        _target = target;
        _history = folder.ReadHistory();
        // A feed that was named on the command line says nothing about where feeds come from.
        _source = options.FeedPath is null ? SourcePlace.Of(definition.Source) : null;
        var missing = MissingRecords.None;
        try
        {
            if (target.LiveIndex is { } live)
            {
                missing = folder.LedgersOf(live).OpenMissing(out var isDamaged);
                MissingIsDamaged = isDamaged;
                if (IsRebuild)
                    _live = OpenLive(folder.LedgersOf(live));
            }
        }
        catch (ReshelveException error)
        {
            _unreadable = error;
        }

        var written = target.LiveIndex is { } searched ? _history.Indexes.GetValueOrDefault(searched) : null;
        _circumstances = new PlanCircumstances
        {
            RecentRecords = [.. _history.Recent.Select(feed => feed.Records)],
            MapsOtherwise = written is not null && written.Mapping != MappingSignature.Of(definition),
            IdsOtherwise = written is not null && written.Ids != MappingSignature.OfIds(definition),
            FormerSource = _source is not null && _history.Source != _source ? _history.Source : null,
            Source = _source,
            FormerEndedOpen = _history.EndsOpen,
            IsRepeated = isRepeated,
            Missing = missing,
            FeedNumber = _history.Feed + 1,
            Now = services.Time.GetUtcNow(),
        };
    }

    /// <summary>What the planner judges by. A new index lacks nothing.</summary>
    public PlanCircumstances Circumstances => IsRebuild ? _circumstances with { Missing = MissingRecords.None } : _circumstances;

    /// <summary>Whether it is not known any more since when records are missing.</summary>
    public bool MissingIsDamaged { get; }

    /// <summary>Why it is not known what the live index holds, which a new one is compared with; null when it is.</summary>
    public string? Unreadable => _unreadable?.Message;

    /// <summary>The seed for a new index's ledger: that of the live one's, so that the two can be compared; null for any.</summary>
    public byte[]? Seed => _live?.Seed;

    private bool IsRebuild => _target.NewBecause is not null;

    /// <summary>Gathers what a plan is compared with, makes it, and judges it.</summary>
    public static async Task<T> RunAsync<T>(
        RunServices services, CatalogFolder folder, CatalogDefinition definition, SyncOptions options, RunTarget target,
        bool isRepeated, Func<PlanJudging, Task<T>> work)
    {
        var judging = new PlanJudging(services, folder, definition, options, target, isRepeated);
        try
        {
            return await work(judging);
        }
        finally
        {
            judging._live?.Dispose();
        }
    }

    /// <summary>All verdicts about a plan.</summary>
    public async Task<IReadOnlyList<PlanVerdict>> JudgeAsync(PlanContent content, long known, long run, string planFolder, CancellationToken cancellationToken)
    {
        if (_target.LiveIndex is not { } liveIndex || content.Verdicts is [{ IsHeld: true }])
            return content.Verdicts;
        if (IsRebuild)
            return await JudgeRebuildAsync(liveIndex, content, run, planFolder, cancellationToken);
        var checks = new FieldChecks(_definition, content.Counts.Replaced, known, _circumstances.MapsOtherwise);
        var sample = checks.NeedSample
            ? await FieldSample.TakeAsync(_services.Index, liveIndex, planFolder, content.Batches, _definition, cancellationToken)
            : null;
        return [.. content.Verdicts, .. checks.Judge(sample)];
    }

    /// <summary>What later plans are compared with.</summary>
    public PlanBackground Background(PlanContent content) => new(
        MappingSignature.Of(_definition),
        MappingSignature.OfIds(_definition),
        _source,
        _circumstances.FeedNumber,
        _definition.Feed == FeedKind.Full ? content.Counts.Records : null,
        content.EndsOpen);

    private async Task<IReadOnlyList<PlanVerdict>> JudgeRebuildAsync(
        string liveIndex, PlanContent content, long run, string planFolder, CancellationToken cancellationToken)
    {
        if (_live is null)
            return [.. content.Verdicts, RebuildChecks.NotComparable(_unreadable!)];
        var rejected = content.Counts.Rejected > 0
            ? _services.Runs.ReadRejected(_definition.Name, run).Select(record => record.Id).OfType<string>() : [];
        return await new RebuildChecks(_definition, _circumstances, _services.Index)
            .JudgeAgainstLiveAsync(liveIndex, _live, content, rejected, planFolder, cancellationToken);
    }

    /// <summary>Opens the ledger of the live index; a damaged one is found out here, and no obstacle to a rebuild, which is the way out.</summary>
    private static Ledger OpenLive(LedgerStore store)
    {
        if (store.Current is null)
            throw new ReshelveException("its ledger is missing");
        var ledger = store.Open();
        try
        {
            // Sections are checked when they are first used: those of both files, here.
            foreach (var entry in ledger.EntryLimit > 0 ? new uint[] { 0, ledger.EntryLimit - 1 } : [])
            {
                _ = ledger.Id(entry);
                _ = ledger.Fingerprint(entry);
            }

            return ledger;
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }
}
