using Reshelve.Files;

namespace Reshelve.Running;

/// <summary>The note of the plan that is being applied.</summary>
internal sealed partial class CatalogFolder
{
    /// <summary>Whether a plan is being applied, as far as a note that may be damaged tells.</summary>
    public bool HasApplying
    {
        get
        {
            try
            {
                return ReadApplyingPlan() is not null;
            }
            catch (Feeds.ReshelveException)
            {
                return true;
            }
        }
    }

    /// <summary>The run whose plan is being applied; null when none is.</summary>
    public long? ReadApplying() => ReadApplyingPlan()?.Run;

    /// <summary>The plan that is being applied; null when none is, also when its index's ledger was restored instead.</summary>
    public ApplyingPlan? ReadApplyingPlan() =>
        Read(ApplyingPath, CatalogNotes.ReadApplying) is { } applying &&
        !(applying.GivenUp is { } restored && LedgersOf(restored.Index).TrySequence() >= restored.Run) ? applying : null;

    /// <summary>The run whose plan is being applied; also null when the note is damaged.</summary>
    public long? TryReadApplying()
    {
        try
        {
            return ReadApplying();
        }
        catch (Feeds.ReshelveException)
        {
            return null;
        }
    }

    /// <summary>Notes that a plan is being applied: from here on it must be finished before anything else happens.</summary>
    public void WriteApplying(long run) => WriteApplying(new ApplyingPlan(run));

    /// <summary>
    /// Notes that a new index is being filled. A plan of the live index that was interrupted before is remembered with it: should
    /// the new index come to nothing, that one must be finished after all.
    /// </summary>
    public void WriteFilling(long run, string index)
    {
        using var held = Hold();
        long? interrupted;
        try
        {
            interrupted = ReadApplyingPlan() is { } before ? before.Fills is null ? before.Run : before.Interrupted : null;
        }
        catch (Feeds.ReshelveException)
        {
            // Damaged: there was one, and nobody knows which.
            interrupted = 0;
        }

        WriteApplying(new ApplyingPlan(run, index, interrupted));
    }

    /// <summary>
    /// Notes that the plan that is being applied, if one is, is given up from the moment on in which this ledger counts: the two are then
    /// decided by one rename.
    /// </summary>
    public void GiveUpWith(RestoredLedger ledger)
    {
        using var held = Hold();
        if (!HasApplying)
            return;
        ApplyingPlan applying;
        try
        {
            applying = ReadApplyingPlan()!;
        }
        catch (Feeds.ReshelveException)
        {
            // Damaged: there was one, and nobody knows which.
            applying = new ApplyingPlan(0);
        }

        WriteApplying(applying with { GivenUp = ledger });
    }

    /// <summary>Notes that a new index is no longer being filled, and did not take the live one's place.</summary>
    public void EndFilling(long run)
    {
        using var held = Hold();
        if (ReadApplyingPlan() is not { } applying || applying.Run != run)
            return;
        if (applying.Interrupted is { } interrupted)
            WriteApplying(interrupted);
        else
            DeleteApplying();
    }

    /// <summary>Notes that no plan is being applied.</summary>
    public void DeleteApplying()
    {
        using var held = Hold();
        if (!File.Exists(ApplyingPath))
            return;
        File.Delete(ApplyingPath);
        // If the note came back after a power cut, it would name a plan that is no longer there.
        DurableFile.FlushFolder(_root);
    }

    private void WriteApplying(ApplyingPlan applying)
    {
        using var held = Hold();
        DurableFile.Write(ApplyingPath, CatalogNotes.Write(applying));
    }
}
