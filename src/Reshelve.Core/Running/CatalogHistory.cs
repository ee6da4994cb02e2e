using System.Text.Json;
using Reshelve.Files;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>The size of a feed that was applied.</summary>
internal readonly record struct RecentFeed(long Feed, long Records);

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

    /// <summary>How records became documents when the index was last written; null when that is not known.</summary>
    public string? Mapping { get; init; }

    /// <summary>How their ids were read then.</summary>
    public string? Ids { get; init; }

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
                Mapping = json.GetProperty("mapping").GetString(),
                Ids = json.GetProperty("ids").GetString(),
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
            json.WriteString("mapping", Mapping);
            json.WriteString("ids", Ids);
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

    /// <summary>The history once a plan is applied; the same when that is told twice.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="isApproved">Someone said that it is right although it was held: what comes next is compared with this feed alone.</param>
    public CatalogHistory After(PlanManifest plan, bool isApproved)
    {
        if (plan.Background is not { } background)
            return this;
        var next = this with { Feed = Math.Max(Feed, background.Feed), Mapping = background.Mapping, Ids = background.Ids };
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
