using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Tests.Planning;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>The definitions that sequences change between.</summary>
internal static class ModelDefinitions
{
    public const string Name = "shop";

    /// <summary>Checks that also hold what is small.</summary>
    private static readonly CatalogChecks Strict = new()
    {
        SmallerFeed = new CheckLimit(0.5m, 10), LargerFeed = new CheckLimit(2m, 10), Rejected = new CheckLimit(0.3m, 5), Duplicates = new CheckLimit(0.3m, 3),
        RenewedIds = new CheckLimit(0.5m, 3), ChangedField = new CheckLimit(0.8m, 5), Replaced = new CheckLimit(0.6m, 5), Removals = new CheckLimit(0.2m, 3),
    };

    /// <summary>A definition to begin with.</summary>
    public static CatalogDefinition First(Random random)
    {
        var kind = random.Next(3) == 0 ? (FeedFormatKind)random.Next(4) : FeedFormatKind.Jsonl;
        return FeedSpelling.Definition(kind, FeedKind.Full) with
        {
            Others = OtherFields.Drop,
            Checks = random.Next(2) == 0 ? new CatalogChecks() : Strict,
            RemovalDelay = random.Next(6) == 0 ? new RemovalDelay(random.Next(1, 4), TimeSpan.Zero) : RemovalDelay.None,
            Rebuilds = new RebuildPolicy { Retain = random.Next(3), Least = random.Next(2) == 0 ? 5 : 10_000 },
        };
    }

    /// <summary>Another definition, and what is different.</summary>
    public static (CatalogDefinition Definition, string Change) Changed(CatalogDefinition definition, Random random)
    {
        var fields = definition.Fields.ToList();
        switch (random.Next(7))
        {
            case 0:
                Change(field => field.Name == "price", field => field with { Volatile = !field.Volatile });
                return (definition with { Fields = fields }, "price changes its volatility");
            case 1:
                Change(field => field.Name == "name", field => field with { Type = field.Type == FieldType.Text ? FieldType.Keyword : FieldType.Text });
                return (definition with { Fields = fields }, "name changes its type");
            case 2 when fields.Count == 2:
                return (definition with { Fields = [.. fields, Some.Field("label") with { From = FieldPath.Of("name") }] }, "a field more");
            case 2:
                return (definition with { Fields = [.. fields.Where(field => field.Name != "label")] }, "a field less");
            case 3:
                fields.Reverse();
                return (definition with { Fields = fields }, "fields in another order");
            case 4:
                var feed = definition.Feed == FeedKind.Full ? FeedKind.Incremental : FeedKind.Full;
                return (definition with { Feed = feed }, $"feeds are {feed}");
            case 5:
                var kind = (FeedFormatKind)random.Next(4);
                return (definition with { Format = FeedSpelling.Definition(kind, FeedKind.Full).Format }, $"feeds are {kind}");
            default:
                var removals = (RemovalPolicy)(((int)definition.Removals + random.Next(1, 3)) % 3);
                return (definition with { Removals = removals }, $"removals {removals}");
        }

        void Change(Predicate<FieldDefinition> which, Func<FieldDefinition, FieldDefinition> change)
        {
            var at = fields.FindIndex(which);
            fields[at] = change(fields[at]);
        }
    }
}
