using System.Globalization;
using System.Text.Json.Nodes;
using Reshelve.Enriching;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of <c>images</c>.</summary>
internal static class ImageKeys
{
    public static KeyTable<ImageSettings> Table { get; } = new(
    [
        new Key<ImageSettings, TaggerSettings>("tagger", "Who says what is in a picture.", TaggerKeys.Kind, i => i.Tagger, (i, v) => i with { Tagger = v }),
        new Key<ImageSettings, IReadOnlyList<RenditionSpec>>(
            "renditions",
            "The sizes that pictures are resized to, never enlarged.",
            new RenditionsKind(),
            i => i.Renditions,
            (i, v) => i with { Renditions = v }),
        new Key<ImageSettings, bool>(
            "searchable", "Whether a search for words finds tags.", new FlagKind(), i => i.Searchable, (i, v) => i with { Searchable = v }),
        new Key<ImageSettings, bool>(
            "keep",
            "Whether pictures are kept, so that another tagger version or size needs no request.",
            new FlagKind(),
            i => i.Keep,
            (i, v) => i with { Keep = v }),
        new Key<ImageSettings, IReadOnlyList<string>>(
            "allow hosts",
            "Hosts that may have private addresses: cdn.internal, *.shop.internal or 10.0.0.5, with a port or without.",
            new HostsKind(),
            i => i.AllowedHosts,
            (i, v) => i with { AllowedHosts = v }),
        new Key<ImageSettings, long>(
            "size", "Bytes of one picture; a larger one is refused.", new SizeKind(1 << 10, 1 << 30), i => i.Bytes, (i, v) => i with { Bytes = v }),
        new Key<ImageSettings, int>(
            "pixels", "Pixels of one picture; one of more is refused.", new WholeKind(1_000, 2_000_000_000), i => (int)i.Pixels, (i, v) => i with { Pixels = v }),
        new Key<ImageSettings, int>(
            "redirects", "Redirects that are followed for one picture.", new WholeKind(0, 20), i => i.Redirects, (i, v) => i with { Redirects = v }),
        new Key<ImageSettings, TimeSpan>(
            "timeout",
            "How long one picture may take to come.",
            new DurationKind(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)),
            i => i.Timeout,
            (i, v) => i with { Timeout = v }),
        new Key<ImageSettings, int>(
            "per host", "Requests at a time to one host.", new WholeKind(1, 256), i => i.PerHost, (i, v) => i with { PerHost = v }),
        new Key<ImageSettings, int>(
            "budget",
            "Pictures that one run asks for again, of those it has already.",
            new WholeKind(0, int.MaxValue),
            i => i.Budget,
            (i, v) => i with { Budget = v }),
    ]);

    public static ValueKind<ImageSettings?> Kind { get; } = new SectionKind();

    /// <summary>What must hold between the images and the fields.</summary>
    public static void Check(CatalogDefinition definition, YamlMap map, string path, DefinitionReading reading)
    {
        foreach (var field in definition.Fields.Where(field => field.PictureVersion is not null))
        {
            if (definition.Fields.All(other => other.Name != field.PictureVersion || other == field))
                reading.Error(
                    map.FindKey("fields")?.Line ?? 1,
                    map.FindKey("fields")?.Column ?? 1,
                    $"fields.{field.Name}.version",
                    field.PictureVersion,
                    "is no other declared field",
                    Spelling.Suggest(field.PictureVersion!, [.. definition.Fields.Where(other => other != field).Select(other => other.Name)], "fields"));
        }

        if (definition.Images is null || map.FindKey("images") is not { } key)
            return;
        if (ImageFields.Of(definition) is not { } images)
        {
            reading.Error(key.Line, key.Column, "images", null, "is there, but no field is of type image", "Declare the field of the picture's address as type image, or remove it");
            return;
        }

        foreach (var field in definition.Fields.Where(field => images.IsAdded(field.Name)))
            reading.Error(
                key.Line, key.Column, $"fields.{field.Name}", null, "has the name of a field that 'images' adds to the documents", "Give it another name, and say 'from' where its value comes");
        if (definition.Fields.Count + images.Schema.Count > FieldsKind.MaxFields)
            reading.Error(key.Line, key.Column, "images", null, $"adds {images.Schema.Count} fields to {definition.Fields.Count}; {FieldsKind.MaxFields} are the most", "Declare fewer fields");
    }

    /// <summary>Hosts, each a name, a name with <c>*.</c> before it, or an address, with a port or without.</summary>
    private sealed class HostsKind : ValueKind<IReadOnlyList<string>>
    {
        private const string Remedy = "Write names or single addresses, such as [cdn.internal, '*.shop.internal', '10.0.0.5:8080']";
        private static readonly TextListKind Texts = new("Write the hosts in brackets, such as [cdn.internal]");

        public override IReadOnlyList<string> Read(YamlNode node, IReadOnlyList<string> current, string path, DefinitionReading reading)
        {
            var hosts = Texts.Read(node, current, path, reading);
            foreach (var host in hosts.Where(host => !IsHost(host)))
                reading.Error(node, path, $"has '{host}', which is no host", Remedy);
            return hosts;
        }

        public override JsonObject Schema() => Texts.Schema();

        private static bool IsHost(string text) =>
            Uri.TryCreate($"http://{(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text)}/", UriKind.Absolute, out var address) &&
            address.AbsolutePath == "/" && address.UserInfo.Length == 0 && !text.Contains('/', StringComparison.Ordinal) && address.HostNameType != UriHostNameType.Unknown &&
            !text.Contains('*', StringComparison.Ordinal) | text.StartsWith("*.", StringComparison.Ordinal);
    }

    /// <summary>A group, or <c>none</c>.</summary>
    private sealed class SectionKind : ValueKind<ImageSettings?>
    {
        private static readonly GroupKind<ImageSettings> Group = new(Table, "Write 'tagger' or 'renditions' below it, or none");

        public override ImageSettings? Read(YamlNode node, ImageSettings? current, string path, DefinitionReading reading) =>
            node is YamlScalar { Value: "none" } ? null : Group.Read(node, current ?? new ImageSettings(), path, reading);

        public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(Group.Schema(), new JsonObject { ["const"] = "none" }) };
    }
}

/// <summary><c>never</c>, <c>daily</c>, <c>always</c> or a length of time.</summary>
internal sealed class RevalidateKind : ValueKind<TimeSpan?>
{
    private const string Remedy = "Write never, daily, always, or a time such as 12h or 7d";

    private static readonly Dictionary<string, decimal> Units = new()
    {
        ["m"] = TimeSpan.TicksPerMinute, ["h"] = TimeSpan.TicksPerHour, ["d"] = TimeSpan.TicksPerDay,
    };

    public override TimeSpan? Read(YamlNode node, TimeSpan? current, string path, DefinitionReading reading)
    {
        if (reading.Text(node, path, Remedy) is not { } text)
            return current;
        switch (text)
        {
            case "never":
                return null;
            case "daily":
                return TimeSpan.FromDays(1);
            case "always":
                return TimeSpan.Zero;
        }

        if (Quantity.TryRead(text, Units, out var ticks) && ticks is >= TimeSpan.TicksPerMinute and <= 3660 * TimeSpan.TicksPerDay)
            return new TimeSpan((long)ticks);
        reading.Error(node, path, "is none of them and no time from 1m to 3660d", Remedy);
        return current;
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "string",
        ["pattern"] = @"^(never|daily|always|[0-9]+(\.[0-9]+)? *[mhd])$",
        ["examples"] = new JsonArray("daily", "12h", "never", "always"),
    };
}

/// <summary>Sizes such as <c>160w</c> or <c>640w jpeg 85</c>.</summary>
internal sealed class RenditionsKind : ValueKind<IReadOnlyList<RenditionSpec>>
{
    private const int MostWidth = 8192;
    private const int Most = 16;
    private const string Remedy = "Write widths from 1 to 8192, each with a format and a quality from 1 to 100 if you like: [160w, 640w jpeg, 1280w webp 90]";

    public override IReadOnlyList<RenditionSpec> Read(
        YamlNode node, IReadOnlyList<RenditionSpec> current, string path, DefinitionReading reading)
    {
        IReadOnlyList<YamlNode> items = node is YamlList list ? [.. list.Items] : [node];
        var specs = new List<RenditionSpec>();
        foreach (var item in items)
        {
            if (reading.Text(item, path, Remedy) is not { } text)
                continue;
            if (Parse(text) is not { } spec)
                reading.Error(item, path, "is no size", Remedy);
            else if (specs.Exists(other => other.Name == spec.Name))
                reading.Error(item, path, "is written twice", "Keep one of them");
            else
                specs.Add(spec);
        }

        if (specs.Count > Most)
            reading.Error(node, path, $"are {specs.Count} sizes; {Most} are the most", "Keep those that are shown");
        return specs;
    }

    public override JsonObject Schema()
    {
        JsonObject Item() => new() { ["type"] = "string", ["pattern"] = @"^[0-9]+w( (webp|jpeg))?( [0-9]+)?$" };
        return new JsonObject { ["anyOf"] = new JsonArray(Item(), new JsonObject { ["type"] = "array", ["maxItems"] = Most, ["items"] = Item() }) };
    }

    private static RenditionSpec? Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > 3 || !parts[0].EndsWith('w') || !int.TryParse(parts[0][..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var width))
            return null;
        var (format, quality) = (RenditionFormat.Webp, 80);
        foreach (var part in parts.Skip(1))
        {
            if (part is "webp" or "jpeg")
                format = part == "jpeg" ? RenditionFormat.Jpeg : RenditionFormat.Webp;
            else if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out quality))
                return null;
        }

        return width is > 0 and <= MostWidth && quality is > 0 and <= 100 ? new RenditionSpec(string.Join(' ', parts), width, format, quality) : null;
    }
}
