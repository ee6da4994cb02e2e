using Reshelve.Catalogs;
using Reshelve.Hashing;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>Whether the document of a missing record stays for now, whatever the safety checks say.</summary>
internal sealed class MissingFate
{
    private readonly Ledger _ledger;
    private readonly RemovalDelay _delay;
    private readonly PlanCircumstances _circumstances;
    private readonly KeyedHash? _hash;

    public MissingFate(Ledger ledger, CatalogDefinition definition, PlanCircumstances circumstances)
    {
        _ledger = ledger;
        _delay = definition.RemovalDelay;
        _circumstances = circumstances;
        KeepsAll = definition.Removals == RemovalPolicy.ExplicitOnly;
        if (!KeepsAll && _delay != RemovalDelay.None)
            _hash = MissingRecords.IdHash(ledger.Seed);
    }

    /// <summary>Whether only tombstones remove.</summary>
    public bool KeepsAll { get; }

    /// <summary>Whether every missing record's document goes at once.</summary>
    public bool KeepsNone => !KeepsAll && _hash is null;

    /// <summary>Whether an entry's document stays.</summary>
    public bool IsKept(uint entry)
    {
        if (_hash is null)
            return KeepsAll;
        var since = Since(_hash.Of(_ledger.Id(entry)));
        return !_delay.IsOver(_circumstances.FeedNumber - since.Feed, _circumstances.Now - since.Time);
    }

    /// <summary>Notes since when an entry's record is missing, where that matters.</summary>
    public void Note(uint entry, MissingRecords missing)
    {
        if (_hash is not null && _hash.Of(_ledger.Id(entry)) is var id)
            missing.Add(id, Since(id));
    }

    private MissingSince Since(Hash128 id) =>
        _circumstances.Missing.Find(id) ?? new MissingSince(_circumstances.FeedNumber, _circumstances.Now);
}
