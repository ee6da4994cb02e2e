using System.Text.Json.Nodes;
using Reshelve.StandIn.Analysis;
using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Indexing;

/// <summary>One index: its settings, mapping, aliases and documents. Used with the cluster locked.</summary>
internal sealed class StandInIndex
{
    private static readonly TimeSpan RemovalsRemembered = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UsualRefresh = TimeSpan.FromSeconds(1);

    private readonly ServerFlavor _flavor;
    private readonly TimeProvider _time;
    private readonly bool _refreshesAtOnce;
    private readonly Dictionary<string, StoredDocument> _live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Version, DateTimeOffset At)> _removed = new(StringComparer.Ordinal);
    private DateTimeOffset? _dirtySince;
    private long _visibleOperations;
    private long _merged;

    public StandInIndex(string name, string uuid, JsonObject settings, StandInOptions options)
    {
        Name = name;
        Uuid = uuid;
        _flavor = options.Flavor;
        _time = options.Time;
        _refreshesAtOnce = options.RefreshAtOnce;
        Created = _time.GetUtcNow();
        Settings.Set(new()
        {
            ["number_of_shards"] = 1,
            ["number_of_replicas"] = 1,
            ["provided_name"] = name,
            ["creation_date"] = Created.ToUnixTimeMilliseconds(),
            ["uuid"] = uuid,
            ["version.created"] = "7170699",
        }, null);
        if (!_flavor.IsOpenSearch)
            Settings.Set(new() { ["routing.allocation.include._tier_preference"] = "data_content" }, null);
        Settings.Set(settings, null);
        var analyzers = new Analyzers(Settings.Analysis);
        analyzers.MakeAll();
        Mapping = new(analyzers);
        Snapshot = new(this, []);
    }

    public string Name { get; }

    public string Uuid { get; }

    public DateTimeOffset Created { get; }

    public IndexSettings Settings { get; } = new();

    public IndexMapping Mapping { get; }

    /// <summary>The aliases that point here, with what was said of each.</summary>
    public SortedDictionary<string, JsonObject> Aliases { get; } = new(StringComparer.Ordinal);

    public IndexCounters Counters { get; } = new();

    /// <summary>What searches see.</summary>
    public IndexSnapshot Snapshot { get; private set; }

    /// <summary>Writes so far, without those that were refused.</summary>
    public long Operations { get; private set; }

    public int Shards => Settings.Number("number_of_shards", 1);

    public int Replicas => Settings.Number("number_of_replicas", 1);

    /// <summary>Documents that were replaced or removed and not yet merged away, as searches count them.</summary>
    public long Deleted { get; private set; }

    /// <summary>The document as it was last written, whether searches see it or not.</summary>
    public StoredDocument? Find(string id) => _live.GetValueOrDefault(id);

    public void Refresh()
    {
        _dirtySince = null;
        if (_visibleOperations == Operations)
            return;
        _visibleOperations = Operations;
        Snapshot = new(this, [.. _live.Values.OrderBy(document => document.Sequence)]);
        Deleted = Operations - _live.Count - _merged;
    }

    /// <summary>Merges what was deleted away.</summary>
    public void Merge()
    {
        Refresh();
        _merged += Deleted;
        Deleted = 0;
    }

    /// <summary>Refreshes if the interval has passed since the first write that searches do not see.</summary>
    public void RefreshIfDue()
    {
        var interval = Settings.Time("refresh_interval", UsualRefresh);
        if (_dirtySince is { } since && interval != Timeout.InfiniteTimeSpan && _time.GetUtcNow() - since >= interval)
            Refresh();
    }

    /// <exception cref="Refusal">The document cannot be read, or its version is not newer.</exception>
    public WriteOutcome Index(string id, ReadOnlyMemory<byte> source, WriteVersion version, bool createOnly)
    {
        var existing = Find(id);
        if (createOnly && existing is not null)
            throw Conflict(id, $"document already exists (current version [{existing.Version}])");
        var fields = Read(id, source);
        Check(id, version);
        var next = version.Next(Current(id));
        _removed.Remove(id);
        _live[id] = new(this, id, next, Operations, source, fields);
        Counters.Indexed++;
        return Written(existing is null ? "created" : "updated", next);
    }

    /// <exception cref="Refusal">The document's version is newer.</exception>
    public WriteOutcome Delete(string id, WriteVersion version)
    {
        Check(id, version);
        var next = version.Next(Current(id));
        var wasThere = _live.Remove(id);
        _removed[id] = (next, _time.GetUtcNow());
        Counters.Deleted++;
        return Written(wasThere ? "deleted" : "not_found", next);
    }

    public Refusal Conflict(string id, string why) => InShard(new(409, "version_conflict_engine_exception", $"[{id}]: version conflict, {why}"));

    public Refusal InShard(Refusal refusal) => new(refusal.Status, refusal.Type, refusal.Message)
    {
        Details = new() { ["index_uuid"] = Uuid, ["shard"] = "0", ["index"] = Name },
    };

    private void Check(string id, WriteVersion version)
    {
        if (Current(id) is { } current && version.Conflict(current) is { } why)
            throw Conflict(id, why);
    }

    /// <summary>The version that a write is compared with: a removed document's too, for as long as removals are remembered.</summary>
    private long? Current(string id)
    {
        if (_live.TryGetValue(id, out var document))
            return document.Version;
        if (!_removed.TryGetValue(id, out var removed))
            return null;
        if (_time.GetUtcNow() - removed.At < Settings.Time("gc_deletes", RemovalsRemembered))
            return removed.Version;
        _removed.Remove(id);
        return null;
    }

    private WriteOutcome Written(string result, long version)
    {
        var sequence = Operations++;
        _dirtySince ??= _time.GetUtcNow();
        if (_refreshesAtOnce)
            Refresh();
        return new(result, version, sequence);
    }

    /// <summary>Reads a document; fields that it brings along are added to the mapping first.</summary>
    private IReadOnlyDictionary<string, FieldContent> Read(string id, ReadOnlyMemory<byte> source)
    {
        while (true)
        {
            var reader = new DocumentReader(id, Mapping, _flavor);
            var fields = reader.Read(source);
            if (reader.Introduced.Count == 0)
                return fields;
            CheckFieldLimit(reader.Introduced.Count);
            foreach (var definition in reader.Introduced)
                Mapping.Add(definition);
        }
    }

    private void CheckFieldLimit(int added)
    {
        var limit = Settings.Number("mapping.total_fields.limit", 1000);
        if (Mapping.Root.Count + added <= limit)
            return;
        throw new Refusal(400, _flavor.SaysDocumentParsing ? "document_parsing_exception" : "mapper_parsing_exception", "failed to parse")
        {
            Cause = Refusal.BadArgument(
                $"Limit of total fields [{limit}] has been exceeded{(_flavor.IsOpenSearch ? "" : $" while adding new fields [{limit - Mapping.Root.Count + 1}]")}"),
        };
    }
}
