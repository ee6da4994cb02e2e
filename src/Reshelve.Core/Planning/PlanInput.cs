using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Planning.Matching;
using Reshelve.Running;

namespace Reshelve.Planning;

/// <summary>All that the threads of one plan share.</summary>
internal sealed class PlanInput
{
    /// <summary>Changes whenever the mapper gives other documents for the same records, so that all records are parsed again.</summary>
    private const string MapperVersion = "1";

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
        RawLookup = new EntryLookup<RawKeys>(ledger);
        IdLookup = new EntryLookup<IdKeys>(ledger);
        DocumentHash = KeyedHash.Derive(ledger.Seed, "document");
        IdHash = LedgerFormat.IdHash(ledger.Seed);
        _mapping = DescribeMapping(definition);
    }

    public CatalogDefinition Definition { get; }

    public Ledger Ledger { get; }

    public IFeedReader Reader { get; }

    public string Folder { get; }

    public IRejectedWriter Rejected { get; }

    public LedgerOrder Order { get; }

    public AnchorTable Anchors { get; }

    public EntryLookup<RawKeys> RawLookup { get; }

    public EntryLookup<IdKeys> IdLookup { get; }

    public KeyedHash DocumentHash { get; }

    public KeyedHash IdHash { get; }

    public RecordNumbers Numbers { get; } = new();

    public BatchNumbers Batches { get; } = new();

    /// <summary>The hash of record bytes in a context: another header or mapping gives other hashes, so every record is parsed again.</summary>
    public KeyedHash RecordHash(RecordContext context) =>
        KeyedHash.Derive(Ledger.Seed, ["record", _mapping, .. context.Columns]);

    /// <summary>Everything in a definition that a document depends on.</summary>
    private static string DescribeMapping(CatalogDefinition definition)
    {
        var fields = definition.Fields.Select(f =>
            $"{f.Name}={f.From}:{f.Type}:{(f.List ? "list" : "")}:{(f.Volatile ? "volatile" : "")}:{(f.Required ? "required" : "")}");
        var tombstone = definition.Tombstone is { } mark ? $"{mark.Field}:{string.Join('|', mark.Values)}" : "";
        return string.Join(
            '\n',
            [MapperVersion, $"{definition.Format.Kind}{definition.Format.Delimiter}", definition.Id.ToString(), $"{definition.Others}", tombstone, .. fields]);
    }
}
