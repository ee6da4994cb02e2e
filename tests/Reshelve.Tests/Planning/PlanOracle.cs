using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.Planning;

namespace Reshelve.Tests.Planning;

/// <summary>What a plan must say, found the slow and obvious way: with dictionaries.</summary>
internal sealed class PlanOracle
{
    /// <summary>What the index holds: id to name and price.</summary>
    public Dictionary<string, (string Name, int? Price)> Documents { get; private set; } = [];

    public PlanCounts Apply(IReadOnlyList<FeedItem> feed, FeedKind kind)
    {
        var next = kind == FeedKind.Full ? [] : new Dictionary<string, (string Name, int? Price)>(Documents);
        var valid = feed.Where(item => item.Id is not null && (!item.Broken || item.Gone)).ToList();
        var last = new Dictionary<string, FeedItem>();
        foreach (var item in valid)
            last[item.Id!] = item;
        long added = 0, replaced = 0, patched = 0, removed = 0, unchanged = 0;
        foreach (var (id, item) in last)
        {
            var known = Documents.TryGetValue(id, out var old);
            if (item.Gone)
            {
                removed += known ? 1 : 0;
                unchanged += known ? 0 : 1;
                next.Remove(id);
                continue;
            }

            next[id] = (item.Name, item.Price);
            if (!known)
                added++;
            else if (old.Name != item.Name)
                replaced++;
            else if (old.Price != item.Price)
                patched++;
            else
                unchanged++;
        }

        var rejectedIds = feed.Where(item => item.Broken && !item.Gone && item.Id is not null).Select(item => item.Id!).ToHashSet();
        var missing = kind == FeedKind.Full
            ? Documents.Keys.Where(id => !last.ContainsKey(id) && !rejectedIds.Contains(id)).ToList()
            : [];
        var withoutId = feed.Count(item => item.Id is null);
        var held = withoutId > 0 && missing.Count > 0;
        foreach (var (id, document) in Documents)
        {
            if (kind == FeedKind.Full && !last.ContainsKey(id) && (rejectedIds.Contains(id) || held))
                next[id] = document;
        }

        if (feed.Count > 0 || kind == FeedKind.Incremental)
            Documents = next;
        return new PlanCounts
        {
            Records = feed.Count,
            Added = added,
            Replaced = replaced,
            Patched = patched,
            Removed = removed + (held ? 0 : missing.Count),
            RemovalsHeld = held ? missing.Count : 0,
            Unchanged = unchanged,
            Rejected = feed.Count - valid.Count,
            RejectedWithoutId = withoutId,
            Duplicates = valid.Count - last.Count,
            Missing = missing.Count,
        };
    }

    /// <summary>Takes back what the index refused.</summary>
    public void Undo(IEnumerable<string> refused, Dictionary<string, (string Name, int? Price)> before)
    {
        Documents = new Dictionary<string, (string Name, int? Price)>(Documents);
        foreach (var id in refused)
        {
            if (before.TryGetValue(id, out var old))
                Documents[id] = old;
            else
                Documents.Remove(id);
        }
    }

    /// <summary>The documents as JSON.</summary>
    public Dictionary<string, JsonNode> AsJson() => Documents.ToDictionary(
        pair => pair.Key,
        pair =>
        {
            var document = new JsonObject();
            if (pair.Value.Name.Length > 0)
                document["name"] = pair.Value.Name;
            if (pair.Value.Price is { } price)
                document["price"] = price / 100m;
            return (JsonNode)document;
        });
}
