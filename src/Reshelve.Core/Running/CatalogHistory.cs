using System.Text.Json;
using Reshelve.Files;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>The size of a feed that was applied.</summary>
internal readonly record struct RecentFeed(long Feed, long Records);

/// <summary>How records became documents when an index was last written.</summary>
/// <param name="Mapping">All of it, as one text.</param>
/// <param name="Ids">How their ids and tombstones were read.</param>
internal sealed record IndexMapping(string Mapping, string Ids);

/// <summary>
/// What a catalog's next feed is compared with: <c>history.json</c> in its folder. Losing it loses nothing but these comparisons; a
/// removal delay that counts feeds then lasts longer.
/// </summary>
internal sealed record CatalogHistory
{
    /// <summary>Feeds whose sizes are remembered.</summary>
    public const int RecentFeeds = 7;

    private const string FileName = "history.json";

    /// <summary>The number of the last feed that was applied, or found to be the one that was.</summary>
    public long Feed { get; init; }

    /// <summary>How records became documents when an index was last written, by the index's name; of some that is not known.</summary>
    public IReadOnlyDictionary<string, IndexMapping> Indexes { get; init; } = new Dictionary<string, IndexMapping>();

    /// <summary>Where the feeds came from; null when that is not known.</summary>
    public string? Source { get; init; }

    /// <summary>Whether the last feed ended without a line break; null when that is not known.</summary>
    public bool? EndsOpen { get; init; }

    /// <summary>The sizes of the last feeds of which nothing was held, oldest first.</summary>
    public IReadOnlyList<RecentFeed> Recent { get; init; } = [];

    /// <summary>Reads a catalog's history; an empty one where there is none, or none that can be read.</summary>
    public static CatalogHistory Read(string catalogFolder)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(catalogFolder, FileName)));
            var json = document.RootElement;
            return new CatalogHistory
            {
                Feed = json.GetProperty("feed").GetInt64(),
                Indexes = json.GetProperty("indexes").EnumerateObject().ToDictionary(
                    index => index.Name, index => new IndexMapping(index.Value.GetProperty("mapping").GetString()!, index.Value.GetProperty("ids").GetString()!)),
                Source = json.GetProperty("source").GetString(),
                EndsOpen = json.TryGetProperty("endsOpen", out var open) && open.ValueKind != JsonValueKind.Null ? open.GetBoolean() : null,
                Recent =
                [
                    .. json.GetProperty("recent").EnumerateArray()
                        .Select(feed => new RecentFeed(feed.GetProperty("feed").GetInt64(), feed.GetProperty("records").GetInt64())),
                ],
            };
        }
        catch (Exception error) when (
            error is FileNotFoundException or DirectoryNotFoundException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return new CatalogHistory();
        }
    }

    /// <summary>Writes it, durably.</summary>
    public void Write(string catalogFolder)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("feed", Feed);
            json.WriteStartObject("indexes");
            foreach (var (index, mapping) in Indexes.OrderBy(index => index.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(index);
                json.WriteString("mapping", mapping.Mapping);
                json.WriteString("ids", mapping.Ids);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteString("source", Source);
            if (EndsOpen is { } open)
                json.WriteBoolean("endsOpen", open);
            json.WriteStartArray("recent");
            foreach (var feed in Recent)
            {
                json.WriteStartObject();
                json.WriteNumber("feed", feed.Feed);
                json.WriteNumber("records", feed.Records);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Directory.CreateDirectory(catalogFolder);
        DurableFile.Write(Path.Combine(catalogFolder, FileName), buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>The history once an index is filled that searches do not see yet: of the feeds that they saw, it is none.</summary>
    /// <param name="plan">The plan that filled it.</param>
    /// <param name="indexes">The indexes that are still there.</param>
    public CatalogHistory AfterAside(PlanManifest plan, IEnumerable<string> indexes)
    {
        var known = indexes.Append(plan.Index).ToHashSet(StringComparer.Ordinal);
        var next = Indexes.Where(index => known.Contains(index.Key)).ToDictionary();
        if (plan.Background is { } background)
            next[plan.Index] = new IndexMapping(background.Mapping, background.Ids);
        return this with { Indexes = next };
    }

    /// <summary>The history once a plan is applied; the same when that is told twice.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="indexes">The indexes that are still there.</param>
    /// <param name="isApproved">Someone said that it is right although it was held: what comes next is compared with this feed alone.</param>
    public CatalogHistory After(PlanManifest plan, IEnumerable<string> indexes, bool isApproved)
    {
        if (plan.Background is not { } background)
            return this;
        var next = AfterAside(plan, indexes) with { Feed = Math.Max(Feed, background.Feed) };
        if (!isApproved && plan.Held.Count > 0)
            return next;
        next = next with { Source = background.Source ?? Source, EndsOpen = background.EndsOpen };
        if (background.Records is not { } records)
            return next;
        var recent = new RecentFeed(background.Feed, records);
        var before = isApproved ? [] : Recent.Where(feed => feed.Feed != recent.Feed).TakeLast(RecentFeeds - 1);
        return next with { Recent = [.. before, recent] };
    }
}
