using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Tests.Planning;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>What a feed says of an id.</summary>
internal enum Fate
{
    /// <summary>Nothing is said of it, and its document stays.</summary>
    Untold,

    /// <summary>Its record is missing.</summary>
    Missing,

    /// <summary>Its record is missing, and it may be that its document stays for a while.</summary>
    Delayed,

    /// <summary>It has a document.</summary>
    Document,

    /// <summary>A tombstone names it.</summary>
    Gone,

    /// <summary>Its record was rejected.</summary>
    Rejected,
}

/// <summary>A feed that was written to a file, and what the model needs to know of it.</summary>
internal sealed class ModelFeed
{
    private readonly Dictionary<string, FeedItem> _last = [];
    private readonly HashSet<string> _rejected = [];
    private readonly CatalogDefinition _definition;

    public ModelFeed(IReadOnlyList<FeedItem> items, CatalogDefinition definition, string path, bool isOld, bool isBroken)
    {
        (Items, Path, IsOld, IsBroken, _definition) = (items, path, isOld, isBroken, definition);
        foreach (var item in items.Where(item => item.Id is not null))
        {
            if (item.Gone || !item.Broken)
                _last[item.Id!] = item;
            else
                _rejected.Add(item.Id!);
        }
    }

    public IReadOnlyList<FeedItem> Items { get; }

    public string Path { get; }

    /// <summary>What is special about it.</summary>
    public string Words { get; init; } = "";

    /// <summary>Whether its time lets it be known again.</summary>
    public bool IsOld { get; }

    /// <summary>Whether it ends too early, so that nothing of it may be used.</summary>
    public bool IsBroken { get; }

    public FeedFormatKind Format => _definition.Format.Kind;

    public IEnumerable<string> Ids => _last.Keys.Concat(_rejected);

    public bool HasUnreadableIds => Items.Any(item => item.Id is null);

    /// <summary>The same feed, read with another definition.</summary>
    public ModelFeed ReadAs(CatalogDefinition definition) => new(Items, definition, Path, IsOld, IsBroken) { Words = "the same feed" };

    /// <summary>The last record of an id that could be used decides.</summary>
    public Fate FateOf(string id) => _last.TryGetValue(id, out var item) ? item.Gone ? Fate.Gone : Fate.Document
        : _rejected.Contains(id) ? Fate.Rejected
        : _definition.Feed == FeedKind.Incremental || _definition.Removals == RemovalPolicy.ExplicitOnly ? Fate.Untold
        : _definition.RemovalDelay != RemovalDelay.None ? Fate.Delayed
        : Fate.Missing;

    /// <summary>The document of an id that has one.</summary>
    public string DocumentOf(string id) => DocumentOf(_last[id], _definition);

    /// <summary>The document that a record becomes.</summary>
    public static string DocumentOf(FeedItem item, CatalogDefinition definition)
    {
        var members = new List<string>();
        foreach (var field in definition.Fields.OrderBy(field => field.Volatile))
        {
            if (field.Name != "price")
                members.Add($"\"{field.Name}\":{Quoted(item.Name)}");
            else if (item.Price is { } price)
                members.Add($"\"price\":{Price(price)}");
        }

        return "{" + string.Join(',', members) + "}";
    }

    /// <summary>A record as it is put.</summary>
    public static string RecordOf(FeedItem item)
    {
        var price = item.Price is { } number ? $",\"price\":{(item.Broken ? "\"dear\"" : Price(number))}" : "";
        return item.Id is { } id
            ? $"{{\"id\":{Quoted(id)},\"name\":{Quoted(item.Name)}{price}{(item.Gone ? ",\"gone\":true" : "")}}}"
            : $"{{\"name\":{Quoted(item.Name)}{price}}}";
    }

    /// <summary>Cuts a feed off, so that its end shows that something is missing.</summary>
    public static byte[] CutOff(byte[] feed, FeedFormatKind kind, Random random)
    {
        var isPacked = feed is [0x1f, 0x8b, ..];
        if (!isPacked && kind is FeedFormatKind.Jsonl or FeedFormatKind.Csv)
            return CutOff(Pack(feed), kind, random);
        if (isPacked && random.Next(3) == 0)
        {
            // Not cut off, but damaged on the way: the check sum says so.
            feed[^6] ^= 0x55;
            return feed;
        }

        return feed[..random.Next(isPacked ? 11 : Math.Max(1, feed.Length / 4), feed.Length)];
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static string Price(int price) => (price / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Relaxed);

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
