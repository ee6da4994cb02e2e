using System.Text.Json.Serialization;
using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.Files;
using Reshelve.Ledgers;
using Reshelve.Running;

namespace Reshelve.Planning;

/// <summary>One file of changes.</summary>
public sealed record PlanBatch
{
    /// <summary>Its number in the plan, from 1; removals have the highest.</summary>
    public required int Number { get; init; }

    /// <summary>Its file name.</summary>
    public required string File { get; init; }

    /// <summary>Lines in it.</summary>
    public required int Changes { get; init; }

    /// <summary>Bytes of it.</summary>
    public required long Bytes { get; init; }

    /// <summary>Lines (from 0) that do not count: the same id comes again later in the feed.</summary>
    public IReadOnlyList<int> Superseded { get; init; } = [];
}

/// <summary>What later plans of the catalog are compared with once this one is applied.</summary>
/// <param name="Mapping">How records became documents, as one text.</param>
/// <param name="Ids">How their ids and tombstones were read, as one text.</param>
/// <param name="Source">Where the feed came from; null when it was not from the definition's source.</param>
/// <param name="Feed">The number of the feed among those of its catalog.</param>
/// <param name="Records">Its records; null when its size says nothing, as an incremental feed's.</param>
/// <param name="EndsOpen">Whether it ends without a line break.</param>
public sealed record PlanBackground(string Mapping, string Ids, string? Source, long Feed, long? Records, bool EndsOpen);

/// <summary>
/// A plan: <c>manifest.json</c> in its folder, beside the change batches and the ledger that counts once they are applied.
/// Nothing else is
/// needed to apply it.
/// </summary>
public sealed record PlanManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The file name of the ledger that counts once the plan is applied.</summary>
    public const string LedgerName = "next.ledger";

    /// <summary>The file name of what the catalog's ledger says of missing records once the plan is applied.</summary>
    public const string MissingName = "next.missing";

    /// <summary>What the names of batches with removals that wait begin with.</summary>
    public const string HeldRemovalsPrefix = "held-removals";

    /// <summary>The form of this file.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The catalog.</summary>
    public required string Catalog { get; init; }

    /// <summary>The run that made it: the sequence number of all its writes.</summary>
    public required long Run { get; init; }

    /// <summary>The backing index that it brings in step.</summary>
    public required string Index { get; init; }

    /// <summary>Whether that index is to be made first, and promoted at the end.</summary>
    public required bool CreatesIndex { get; init; }

    /// <summary>Whether the new index is not promoted, but waits for the operator.</summary>
    public bool StaysAside { get; init; }

    /// <summary>The fields of the index to be made: the definition may be another by then.</summary>
    public IReadOnlyList<PlanField> Fields { get; init; } = [];

    /// <summary>The definition that the feed was read with, as one text.</summary>
    public string Definition { get; init; } = "";

    /// <summary>The ledger it was made against; null for an empty one.</summary>
    public string? BasedOn { get; init; }

    /// <summary>Whether <see cref="LedgerName"/> is there; it is not when the ledger stays as it is.</summary>
    public bool ChangesLedger { get; init; }

    /// <summary>What tells the feed from another without reading it.</summary>
    public string? FeedIdentity { get; init; }

    /// <summary>The run that received the feed: what was put by hand after it began is newer, and goes along to a new index.</summary>
    public required long EventsAfter { get; init; }

    /// <summary>The counts, as the run reports them.</summary>
    public required PlanCounts Counts { get; init; }

    /// <summary>The verdicts of all safety checks.</summary>
    public IReadOnlyList<PlanVerdict> Verdicts { get; init; } = [];

    /// <summary>Additions, replacements and patches, then removals.</summary>
    public IReadOnlyList<PlanBatch> Batches { get; init; } = [];

    /// <summary>Removals that wait for approval; they are no part of what is applied.</summary>
    public IReadOnlyList<PlanBatch> HeldRemovals { get; init; } = [];

    /// <summary>Since when plans of this feed are held; null when nothing of it is.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>The index that was live when the plan was made.</summary>
    public string? LiveIndex { get; init; }

    /// <summary>The ledger of that index then; null when it had none.</summary>
    public string? LiveLedger { get; init; }

    /// <summary>What later plans are compared with.</summary>
    public PlanBackground? Background { get; init; }

    /// <summary>How many former indexes are retained once this plan's has taken the live one's place: its definition may be broken by then.</summary>
    public int? RetainsIndexes { get; init; }

    /// <summary>How many documents the new index may refuse at most: one that refuses more is not promoted. Null: as many as it likes.</summary>
    public long? MostRefused { get; init; }

    /// <summary>How many archived feeds are kept then.</summary>
    public int? KeepsFeeds { get; init; }

    /// <summary>The run whose held removals this plan carries out; null for a plan made of a feed.</summary>
    public long? Approves { get; init; }

    /// <summary>The verdicts that hold something.</summary>
    [JsonIgnore]
    public IReadOnlyList<PlanVerdict> Held => [.. Verdicts.Where(verdict => verdict.IsHeld)];

    /// <summary>Whether the whole plan waits.</summary>
    [JsonIgnore]
    public bool IsHeld => Verdicts.Any(verdict => verdict.IsHeld && verdict.Part == HeldPart.Plan);

    /// <summary>Reads the manifest of a plan folder.</summary>
    /// <exception cref="ReshelveException">It is missing or damaged.</exception>
    public static PlanManifest Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, PlanningJson.Default.PlanManifest)
                ?? throw new JsonException("it is empty");
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new ReshelveException(
                $"the plan {path} cannot be read ({error.Message}), so it cannot be finished. Run the sync with --rebuild to start from the feed.", error);
        }
    }

    /// <summary>Reads the manifest of a plan folder; null where there is none that can be read.</summary>
    public static PlanManifest? TryLoad(string folder)
    {
        try
        {
            return Load(folder);
        }
        catch (ReshelveException)
        {
            return null;
        }
    }

    /// <summary>Writes it, durably, as the last file of its plan.</summary>
    public void Save(string folder) =>
        DurableFile.Write(Path.Combine(folder, FileName), PlanManifestJson.Write(this));
}

/// <summary>The counts of a plan.</summary>
public sealed record PlanCounts
{
    /// <summary>Records in the feed.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of the feed, as stored.</summary>
    public long Bytes { get; init; }

    /// <summary>Documents to add.</summary>
    public long Added { get; init; }

    /// <summary>Documents to replace.</summary>
    public long Replaced { get; init; }

    /// <summary>Documents of which only volatile fields changed.</summary>
    public long Patched { get; init; }

    /// <summary>Documents to remove.</summary>
    public long Removed { get; init; }

    /// <summary>Records whose document the index already holds.</summary>
    public long Unchanged { get; init; }

    /// <summary>Records that could not become a document.</summary>
    public long Rejected { get; init; }

    /// <summary>Rejected records whose id could not be read.</summary>
    public long RejectedWithoutId { get; init; }

    /// <summary>Records whose id came again later in the feed.</summary>
    public long Duplicates { get; init; }

    /// <summary>Records that had to be parsed.</summary>
    public long Parsed { get; init; }

    /// <summary>Documents that the index holds and the feed lacks.</summary>
    public long Missing { get; init; }

    /// <summary>Of these, documents that stay: for the time of the removal delay, or as only tombstones remove.</summary>
    public long Kept { get; init; }

    /// <summary>Documents whose removal waits for approval.</summary>
    public long RemovalsHeld { get; init; }

    /// <summary>Writes to make.</summary>
    [JsonIgnore]
    public long Changes => Added + Replaced + Patched + Removed;
}

/// <summary>Serialisers made at build time, so that start-up needs no reflection. Manifests are written by <see cref="PlanManifestJson"/>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanManifest))]
[JsonSerializable(typeof(FeedTotals))]
internal sealed partial class PlanningJson : JsonSerializerContext;
