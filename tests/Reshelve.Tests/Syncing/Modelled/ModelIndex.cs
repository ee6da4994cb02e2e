namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>A single document that was put or removed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Document">The document; null when it was removed.</param>
/// <param name="Number">Grows with each.</param>
/// <param name="IsCertain">Whether it certainly came about, and after the last feed.</param>
internal sealed record ModelEvent(string Id, string? Document, long Number, bool IsCertain);

/// <summary>A backing index as the model knows it.</summary>
internal sealed class ModelIndex
{
    /// <summary>What it may hold.</summary>
    public ModelState State { get; set; } = new();

    /// <summary>What was put and removed since its last feed.</summary>
    public List<ModelEvent> Events { get; private set; } = [];

    /// <summary>The last event that its feed is newer than.</summary>
    public long After { get; set; }

    /// <summary>Whether it is not certain which events its feed is newer than.</summary>
    public bool AfterIsUncertain { get; set; }

    public ModelIndex Copy() => new() { State = State.Copy(), Events = [.. Events], After = After, AfterIsUncertain = AfterIsUncertain };

    /// <summary>A single document is written to it.</summary>
    public void Take(ModelEvent written)
    {
        if (written.IsCertain)
            State.Set(written.Id, written.Document);
        else
            State.Allow(written.Id, written.Document);
        Events.Add(written);
    }

    /// <summary>Before searches move to it, what was put into the live index since goes along.</summary>
    public void Carry(ModelIndex live, Func<string, bool> isCertain)
    {
        foreach (var written in live.Events.Where(written => written.Number > After))
            Take(written with { IsCertain = written.IsCertain && isCertain(written.Id) && !AfterIsUncertain });
    }

    /// <summary>Somebody changes it as nobody should: what was put under that id may come back or not.</summary>
    public void Damage(string id, string? document)
    {
        State.Set(id, document);
        Events = [.. Events.Select(written => written.Id == id ? written with { IsCertain = false } : written)];
    }

    /// <summary>The events are older than the feed now, perhaps.</summary>
    public void Doubt() => Events = [.. Events.Select(written => written with { IsCertain = false })];

    /// <summary>A feed was applied: of the events only those since it began count.</summary>
    public void Forget(long until)
    {
        Events = [.. Events.Where(written => written.Number > until)];
        (After, AfterIsUncertain) = (until, false);
    }
}
