using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of <c>index</c> in <c>reshelve.yaml</c>.</summary>
internal static class ClusterKeys
{
    public static KeyTable<WriteLimits> Limits { get; } = new(
    [
        new Key<WriteLimits, long?>(
            "documents", "Documents per second.", new CountKind("documents"), l => l.Documents, (l, v) => l with { Documents = v }),
        new Key<WriteLimits, long>(
            "bytes", "Bytes of documents per second.", new SizeKind(1 << 10, 1L << 40), l => l.Bytes ?? 0, (l, v) => l with { Bytes = v }),
        new Key<WriteLimits, int>(
            "requests", "Bulk requests under way at a time.", new WholeKind(1, 256), l => l.Requests, (l, v) => l with { Requests = v }),
        new Key<WriteLimits, long>(
            "request",
            "Bytes of one bulk request; a document of more goes alone.",
            new SizeKind(1 << 10, 90 << 20),
            l => l.RequestBytes,
            (l, v) => l with { RequestBytes = v }),
    ]);

    public static KeyTable<ReaderProtection> Readers { get; } = new(
    [
        new Key<ReaderProtection, bool>(
            "watch", "Whether writing slows down while searches suffer.", new FlagKind(), r => r.Watch, (r, v) => r with { Watch = v }),
        new Key<ReaderProtection, TimeSpan>(
            "search latency",
            "The mean time of a search from which on they suffer; without it twice what is usual, at least 100ms.",
            new DurationKind(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
            r => r.SearchLatency ?? default,
            (r, v) => r with { SearchLatency = v }),
        new Key<ReaderProtection, int>(
            "write queue",
            "Writes waiting on a node from which on it has enough.",
            new WholeKind(1, 100_000),
            r => r.WriteQueue,
            (r, v) => r with { WriteQueue = v }),
    ]);

    public static KeyTable<ClusterSettings> Table { get; } = new(
    [
        new Key<ClusterSettings, IReadOnlyList<Uri>>(
            "urls", "The nodes of the cluster; they are asked in turn.", new NodesKind(), c => c.Urls, (c, v) => c with { Urls = v }) { Required = true },
        Text("prefix", "Before the name of every index and alias on the server.", c => c.Prefix, (c, v) => c with { Prefix = v ?? "" }, "Write a few letters, such as prod-", ProblemOfPrefix),
        Text("owner", "Whom the indexes belong to; without it, an id that the data folder keeps.", c => c.Owner, (c, v) => c with { Owner = v }),
        Text("user", "The user for basic authentication.", c => c.User, (c, v) => c with { User = v }, "Write the user's name", ProblemOfUser),
        new Key<ClusterSettings, SecretPlace?>("password", "Never written here.", new SecretKind(), _ => null, (c, _) => c),
        Variable("password from", "The environment variable that holds the user's password.", c => c.Password, (c, v) => c with { Password = v }),
        FileOf("password file", "The file that holds the user's password.", c => c.Password, (c, v) => c with { Password = v }),
        new Key<ClusterSettings, SecretPlace?>("api key", "Never written here.", new SecretKind(), _ => null, (c, _) => c),
        Variable("api key from", "The environment variable that holds an API key, encoded as the server gives it.", c => c.ApiKey, (c, v) => c with { ApiKey = v }),
        FileOf("api key file", "The file that holds an API key, encoded as the server gives it.", c => c.ApiKey, (c, v) => c with { ApiKey = v }),
        Text("certificate authority", "A PEM file with the authorities that sign the nodes' certificates.", c => c.CertificateAuthority, (c, v) => c with { CertificateAuthority = v }),
        Text(
            "certificate fingerprint",
            "The SHA-256 of a certificate that the nodes show.",
            c => c.CertificateFingerprint,
            (c, v) => c with { CertificateFingerprint = v?.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant() },
            "Write 64 hexadecimal digits, with colons or without",
            ProblemOfFingerprint),
        new Key<ClusterSettings, bool>("compress", "Whether requests are compressed.", new FlagKind(), c => c.Compress, (c, v) => c with { Compress = v }),
        new Key<ClusterSettings, TimeSpan>(
            "timeout",
            "How long a node may take to answer one request.",
            new DurationKind(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)),
            c => c.Timeout,
            (c, v) => c with { Timeout = v }),
        new Key<ClusterSettings, TimeSpan>(
            "patience",
            "How long a cluster that takes nothing is waited for before a run fails.",
            new DurationKind(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            c => c.Patience,
            (c, v) => c with { Patience = v }),
        new Key<ClusterSettings, int?>("shards", "Primary shards of a new index; auto: one per 30 GB.", new AutoKind(1, 1024), c => c.Shards, (c, v) => c with { Shards = v }),
        new Key<ClusterSettings, int?>(
            "replicas", "Replicas of a searched index; auto: one where there are nodes for it.", new AutoKind(0, 20), c => c.Replicas, (c, v) => c with { Replicas = v }),
        new Key<ClusterSettings, TimeSpan>(
            "refresh",
            "How soon what is written can be found.",
            new DurationKind(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            c => c.Refresh,
            (c, v) => c with { Refresh = v }),
        new Key<ClusterSettings, bool>(
            "merge", "Whether a new index is merged into one segment before it is searched.", new FlagKind(), c => c.Merge, (c, v) => c with { Merge = v }),
        new Key<ClusterSettings, IReadOnlyList<string>>(
            "take over",
            "Catalogs whose alias may be moved away from an index that is not ours.",
            new TextListKind("Write the catalogs in brackets, such as [shop]"),
            c => c.TakeOver,
            (c, v) => c with { TakeOver = v }),
        new Key<ClusterSettings, WriteLimits>(
            "limits",
            "What writing may take at most.",
            new GroupKind<WriteLimits>(Limits, "Write 'documents', 'bytes', 'requests' or 'request' below it"),
            c => c.Limits,
            (c, v) => c with { Limits = v }),
        new Key<ClusterSettings, ReaderProtection>(
            "readers",
            "When writing slows down for the sake of searches.",
            new GroupKind<ReaderProtection>(Readers, "Write 'watch', 'search latency' or 'write queue' below it"),
            c => c.Readers,
            (c, v) => c with { Readers = v }),
    ],
    Check);

    public static ValueKind<ClusterSettings?> Kind { get; } = new SectionKind();

    private static Key<ClusterSettings, string?> Text(
        string name,
        string doc,
        Func<ClusterSettings, string?> get,
        Func<ClusterSettings, string?, ClusterSettings> set,
        string remedy = "Write some text",
        Func<string, string?>? problem = null) => new(name, doc, new TextKind(remedy, problem), get, set);

    private static Key<ClusterSettings, string?> Variable(
        string name, string doc, Func<ClusterSettings, SecretPlace?> get, Func<ClusterSettings, SecretPlace, ClusterSettings> set) =>
        new(name, doc, new VariableKind(), c => get(c)?.Variable, (c, v) => set(c, (get(c) ?? new SecretPlace(null, null)) with { Variable = v }));

    private static Key<ClusterSettings, string?> FileOf(
        string name, string doc, Func<ClusterSettings, SecretPlace?> get, Func<ClusterSettings, SecretPlace, ClusterSettings> set) =>
        Text(name, doc, c => get(c)?.File, (c, v) => set(c, (get(c) ?? new SecretPlace(null, null)) with { File = v }), "Write the path of a file");

    private static void Check(ClusterSettings settings, YamlMap map, string path, DefinitionReading reading)
    {
        Refuse(settings.User is not null && settings.ApiKey is not null, "user", "is there besides an API key", "Keep one of them");
        Refuse(settings.User is not null && settings.Password is null, "user", "has no password", "Add 'password from: <variable>' or 'password file: <path>'");
        Refuse(settings.Password is not null && settings.User is null, "password from", "is of no user", "Add 'user'");
        Refuse(settings.Password is not null && settings.User is null, "password file", "is of no user", "Add 'user'");
        Refuse(settings.Password is { Variable: not null, File: not null }, "password file", "is there besides 'password from'", "Keep one of them");
        Refuse(settings.ApiKey is { Variable: not null, File: not null }, "api key file", "is there besides 'api key from'", "Keep one of them");
        var isPlain = settings.Urls.All(url => url.Scheme == Uri.UriSchemeHttp);
        foreach (var name in new[] { "certificate authority", "certificate fingerprint" })
            Refuse(isPlain, name, "only means something for https", "Write https:// addresses, or remove it");

        void Refuse(bool isWrong, string name, string problem, string remedy)
        {
            if (isWrong && map.FindKey(name) is { } key)
                reading.Error(key.Line, key.Column, DefinitionReading.Child(path, name), null, problem, remedy);
        }
    }

    private static string? ProblemOfPrefix(string text) =>
        text.Length <= 64 && (char.IsAsciiLetterLower(text[0]) || char.IsAsciiDigit(text[0])) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.')
            ? null
            : "cannot begin the name of an index: lower-case letters, digits, -, _ and . after a letter or digit, at most 64";

    private static string? ProblemOfUser(string text) => text.Contains(':', StringComparison.Ordinal) ? "has a colon, which basic authentication cannot send" : null;

    private static string? ProblemOfFingerprint(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal);
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? null : "is no SHA-256";
    }

    /// <summary>A group, the address of a single node, or <c>embedded</c>.</summary>
    private sealed class SectionKind : ValueKind<ClusterSettings?>
    {
        private const string Remedy = "Write embedded, or a group with 'urls'";
        private static readonly NodesKind Nodes = new();

        public override ClusterSettings? Read(YamlNode node, ClusterSettings? current, string path, DefinitionReading reading) => node switch
        {
            YamlScalar { Value: "embedded" } => null,
            YamlMap map => Table.Read(map, current ?? new ClusterSettings(), path, reading),
            YamlScalar { IsNull: false } => new ClusterSettings { Urls = Nodes.Read(node, [], path, reading) },
            _ => Wrong(node, current, path, reading),
        };

        public override JsonObject Schema() => new()
        {
            ["anyOf"] = new JsonArray(Table.Schema(), new JsonObject { ["const"] = "embedded" }, new JsonObject { ["type"] = "string", ["format"] = "uri" }),
        };

        private static ClusterSettings? Wrong(YamlNode node, ClusterSettings? current, string path, DefinitionReading reading)
        {
            reading.Error(node, path, node is YamlScalar ? "has no value" : $"is {node.Noun} where a group of keys belongs", Remedy);
            return current;
        }
    }
}
