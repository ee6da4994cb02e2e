using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning.Matching;
using Reshelve.Running;

namespace Reshelve.Planning;

/// <summary>All that the threads of one plan share.</summary>
internal sealed class PlanInput
{
    private readonly string _mapping;

    public PlanInput(CatalogDefinition definition, Ledger ledger, IFeedReader reader, string folder, IRejectedWriter rejected)
    {
        Definition = definition;
        Ledger = ledger;
        Reader = reader;
        Folder = folder;
        Rejected = rejected;
        Order = new LedgerOrder(ledger);
        Anchors = new AnchorTable(ledger, Order);
        Moved = new MovedRecords(ledger);
        IdLookup = new EntryLookup<IdKeys>(ledger);
        DocumentHash = KeyedHash.Derive(ledger.Seed, "document");
        IdHash = LedgerFormat.IdHash(ledger.Seed);
        _mapping = MappingSignature.Of(definition);
    }

    public CatalogDefinition Definition { get; }

    public Ledger Ledger { get; }

    public IFeedReader Reader { get; }

    public string Folder { get; }

    public IRejectedWriter Rejected { get; }

    public LedgerOrder Order { get; }

    public AnchorTable Anchors { get; }

    public MovedRecords Moved { get; }

    public EntryLookup<IdKeys> IdLookup { get; }

    public KeyedHash DocumentHash { get; }

    public KeyedHash IdHash { get; }

    /// <summary>What the plan is judged by besides feed and ledger.</summary>
    public PlanCircumstances Circumstances { get; init; } = PlanCircumstances.None;

    public RecordNumbers Numbers { get; } = new();

    public BatchNumbers Batches { get; init; } = new();

    /// <summary>
    /// The hash of record bytes in a context: another header or mapping gives other hashes, so every record is parsed again.
    /// </summary>
    public KeyedHash RecordHash(RecordContext context) =>
        KeyedHash.Derive(Ledger.Seed, ["record", _mapping, .. context.Columns]);
}
