namespace Reshelve.Catalogs;

/// <summary>How a rendition is encoded.</summary>
public enum RenditionFormat
{
    /// <summary>WebP.</summary>
    Webp,

    /// <summary>JPEG; what is transparent becomes white.</summary>
    Jpeg,
}

/// <summary>A size that pictures are resized to; never enlarged.</summary>
/// <param name="Name">As written in the definition: <c>160w</c>, <c>640w jpeg</c>.</param>
/// <param name="Width">Pixels across, at most.</param>
/// <param name="Format">How it is encoded.</param>
/// <param name="Quality">1 to 100.</param>
public sealed record RenditionSpec(string Name, int Width, RenditionFormat Format, int Quality = 80);

/// <summary>Which tagger, and how it is called.</summary>
public enum TaggerKind
{
    /// <summary>None: pictures are measured and resized only.</summary>
    None,

    /// <summary>Built in, without a model.</summary>
    Visual,

    /// <summary>One's own model behind a URL.</summary>
    Http,

    /// <summary>An OpenAI-compatible vision endpoint.</summary>
    OpenAi,
}

/// <summary>A catalog's tagger.</summary>
public sealed record TaggerSettings
{
    /// <summary>Which.</summary>
    public TaggerKind Kind { get; init; } = TaggerKind.Visual;

    /// <summary>Where it is, for <see cref="TaggerKind.Http"/> and <see cref="TaggerKind.OpenAi"/> (its base, to which <c>/chat/completions</c> is added).</summary>
    public Uri? Url { get; init; }

    /// <summary>Part of the key of its tags, besides the model: another version tags every picture again.</summary>
    public string Version { get; init; } = "1";

    /// <summary>The model, for <see cref="TaggerKind.OpenAi"/>.</summary>
    public string? Model { get; init; }

    /// <summary>What is asked, for <see cref="TaggerKind.OpenAi"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>The only tags that may come; empty: any.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The environment variable that holds the key sent as a bearer token; null: none is sent.</summary>
    public string? KeyFrom { get; init; }

    /// <summary>Tags below this score are left out.</summary>
    public double LeastScore { get; init; }

    /// <summary>Pictures per call; 1 for <see cref="TaggerKind.OpenAi"/>.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Calls at a time.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Calls per second, at most; null: no limit.</summary>
    public double? Rate { get; init; }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a call that failed is tried again.</summary>
    public int Retries { get; init; } = 3;
}

/// <summary>What is done with the pictures that a catalog's image fields refer to; a catalog without it keeps their addresses and no more.</summary>
public sealed record ImageSettings
{
    /// <summary>The tagger.</summary>
    public TaggerSettings Tagger { get; init; } = new();

    /// <summary>The sizes pictures are resized to.</summary>
    public IReadOnlyList<RenditionSpec> Renditions { get; init; } = [];

    /// <summary>Whether a search for words finds tags.</summary>
    public bool Searchable { get; init; } = true;

    /// <summary>Whether pictures are kept, so that another tagger version or rendition needs no fetch.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>Hosts that may have a private, loopback or link-local address: a name, a name with <c>*.</c> before it, or an address, each with a port or without.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Bytes of one picture, at most.</summary>
    public long Bytes { get; init; } = 20L << 20;

    /// <summary>Pixels of one picture, at most.</summary>
    public long Pixels { get; init; } = 100_000_000;

    /// <summary>Redirects, at most.</summary>
    public int Redirects { get; init; } = 5;

    /// <summary>How long one picture may take to come.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Requests at a time to one host.</summary>
    public int PerHost { get; init; } = 6;

    /// <summary>Pictures asked for again per run, at most, of those that a document has already.</summary>
    public int Budget { get; init; } = 20_000;
}
