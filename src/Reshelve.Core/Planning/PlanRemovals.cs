using Reshelve.Catalogs;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// What becomes of the documents that a plan is to remove: they go, wait for approval, or stay for the time of the removal delay. What does
/// not go keeps its entry in the ledger, so that coming back is an ordinary match.
/// </summary>
internal sealed class PlanRemovals : IDisposable
{
    private readonly PlanInput _input;
    private readonly ChangeBatchWriter _removals;
    private readonly ChangeBatchWriter _held;
    private readonly MissingRecords _missing = MissingRecords.None;
    private readonly MissingFate _fate;
    private bool _holdsMissing;
    private bool _holdsMarked;

    public PlanRemovals(PlanInput input)
    {
        _input = input;
        _removals = new ChangeBatchWriter(input.Folder, "removals", input.Batches);
        _held = new ChangeBatchWriter(input.Folder, PlanManifest.HeldRemovalsPrefix, input.Batches);
        _fate = new MissingFate(input.Ledger, input.Definition, input.Circumstances);
    }

    /// <summary>Removals that wait.</summary>
    public long HeldCount { get; private set; }

    /// <summary>Removals that go.</summary>
    public long Count { get; private set; }

    /// <summary>How many of the missing records' documents stay, whatever the safety checks say.</summary>
    public long CountKept(FeedClaims claims)
    {
        if (_fate.KeepsNone)
            return 0;
        long kept = 0;
        foreach (var run in claims.Missing())
        {
            for (var entry = run.First; entry < run.End; entry++)
                kept += _fate.IsKept(entry) ? 1 : 0;
        }

        return kept;
    }

    /// <summary>Takes over what the safety checks hold.</summary>
    public void Hold(IEnumerable<PlanVerdict> verdicts)
    {
        foreach (var verdict in verdicts.Where(verdict => verdict.IsHeld))
        {
            _holdsMissing |= verdict.Part is HeldPart.Missing or HeldPart.Removals;
            _holdsMarked |= verdict.Part == HeldPart.Removals;
        }
    }

    /// <summary>Decides about a document whose record is missing.</summary>
    /// <returns>Whether it goes.</returns>
    public bool AddMissing(uint entry)
    {
        var isKept = _fate.IsKept(entry);
        if (!isKept && !_holdsMissing)
        {
            Remove(_input.Ledger.Id(entry));
            return true;
        }

        if (!isKept)
            Hold(entry);
        _fate.Note(entry, _missing);
        return false;
    }

    /// <summary>Decides about a document with a tombstone.</summary>
    /// <returns>Whether it goes.</returns>
    public bool AddMarked(uint entry)
    {
        if (_holdsMarked)
            Hold(entry);
        else
            Remove(_input.Ledger.Id(entry));
        return !_holdsMarked;
    }

    /// <summary>Completes the batches.</summary>
    public (IReadOnlyList<PlanBatch> Removals, IReadOnlyList<PlanBatch> Held) Finish() => (_removals.Finish(), _held.Finish());

    /// <summary>Writes since when which records are missing, where that is another than before.</summary>
    /// <param name="claims">What the feed says.</param>
    /// <returns>Whether it is; the next ledger must then be written, also if it is the same, as the two are committed as one.</returns>
    public bool WriteMissing(FeedClaims claims)
    {
        if (_input.Definition.Feed == FeedKind.Incremental)
            KeepMissing(claims);
        if (_missing.IsSameAs(_input.Circumstances.Missing))
            return false;
        _missing.Write(Path.Combine(_input.Folder, PlanManifest.MissingName));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _removals.Dispose();
        _held.Dispose();
    }

    /// <summary>An incremental feed does not tell what is missing, but what is no longer.</summary>
    private void KeepMissing(FeedClaims claims)
    {
        if (_input.Circumstances.Missing.Count == 0)
            return;
        var hash = MissingRecords.IdHash(_input.Ledger.Seed);
        foreach (var run in claims.Missing())
        {
            for (var entry = run.First; entry < run.End; entry++)
            {
                var id = hash.Of(_input.Ledger.Id(entry));
                if (_input.Circumstances.Missing.Find(id) is { } since)
                    _missing.Add(id, since);
            }
        }
    }

    private void Remove(ReadOnlySpan<byte> id)
    {
        _removals.WriteRemoval(id);
        Count++;
    }

    private void Hold(uint entry)
    {
        _held.WriteRemoval(_input.Ledger.Id(entry), _input.Ledger.Fingerprint(entry));
        HeldCount++;
    }
}
