using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of <c>source</c>.</summary>
internal static class SourceKeys
{
    private const string PathRemedy = "Write a file or a pattern with *, ? and **, such as feeds/products.jsonl.gz";
    private const string UrlRemedy = "Write an address that begins with http:// or https://";

    /// <summary>What is only for downloads.</summary>
    private static readonly string[] UrlOnly = ["headers", "timeout", "retries"];

    public static IReadOnlyList<Key<SourceDefinition>> Shared { get; } =
    [
        new Key<SourceDefinition, TimeSpan>(
            "timeout",
            "How long a server may take to answer, and then to send the next bytes, such as 60s.",
            new DurationKind(TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            s => s.Timeout,
            (s, v) => s with { Timeout = v }),
        new Key<SourceDefinition, int>(
            "retries",
            "How often a failed download is tried again.",
            new WholeKind(0, 100),
            s => s.Retries,
            (s, v) => s with { Retries = v }),
        new Key<SourceDefinition, int>(
            "archive",
            "How many received feeds are kept. Without it 3 downloads are kept, and local files are not copied.",
            new WholeKind(0, 10_000),
            s => s.Archive ?? 0,
            (s, v) => s with { Archive = v }),
    ];

    public static KeyTable<SourceDefinition> Table { get; } = new(
        [
            new Key<SourceDefinition, string?>(
                "path",
                "A file or a pattern (*, ?, **), relative to the workspace folder or absolute.",
                new TextKind(PathRemedy, ProblemOfPath),
                s => s.Path,
                (s, v) => s with { Path = v }),
            new Key<SourceDefinition, Uri?>(
                "url", "An http or https address.", new UrlKind(), s => s.Url, (s, v) => s with { Url = v }),
            new Key<SourceDefinition, FilePick>(
                "pick",
                "Which of the files that match the pattern make up the feed.",
                new ChoiceKind<FilePick>(
                    "choices",
                    ("all", FilePick.All, "All of them, in the order of their names: the parts of one feed."),
                    ("newest", FilePick.Newest, "The one whose name comes last: each is a whole feed, named by its date.")),
                s => s.Pick,
                (s, v) => s with { Pick = v }),
            new Key<SourceDefinition, IReadOnlyDictionary<string, string>>(
                "headers",
                "Headers sent with every request; ${NAME} stands for an environment variable.",
                new HeadersKind(),
                s => s.Headers,
                (s, v) => s with { Headers = v }),
            .. Shared,
        ],
        Check);

    public static ValueKind<SourceDefinition> Kind { get; } =
        new GroupKind<SourceDefinition>(
            Table, "Write a file, a pattern or an address, or a group with 'path' or 'url'", new ShortKind());

    /// <summary>The same keys as far as they make sense for several catalogs.</summary>
    public static ValueKind<SourceDefinition> Defaults { get; } =
        new GroupKind<SourceDefinition>(
            new KeyTable<SourceDefinition>(Shared), "Write 'timeout', 'retries' or 'archive' below it");

    private static void Check(SourceDefinition source, YamlMap map, string path, DefinitionReading reading)
    {
        if (source.Path is null && source.Url is null)
            reading.Error(map, path, "says neither 'path' nor 'url'", "Add one of them");
        else if (source.Path is not null && source.Url is not null)
            reading.Error(map.FindKey("url") ?? (YamlNode)map, path, "says both 'path' and 'url'", "Keep one of them");
        else if (source.Path is not null)
            Refuse(UrlOnly, "only means something for a 'url'");
        else
            Refuse(["pick"], "only means something for a 'path'");

        void Refuse(string[] names, string problem)
        {
            foreach (var name in names)
            {
                if (map.FindKey(name) is { } key)
                    reading.Error(key.Line, key.Column, DefinitionReading.Child(path, name), null, problem, "Remove it");
            }
        }
    }

    private static string? ProblemOfPath(string text) =>
        text.Contains("://", StringComparison.Ordinal) ? "is an address, not a path (write it under 'url')" : null;

    private static bool IsAddress(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>A path or an address, whichever it looks like.</summary>
    private sealed class ShortKind : ValueKind<SourceDefinition>
    {
        public override SourceDefinition Read(YamlNode node, SourceDefinition current, string path, DefinitionReading reading) =>
            node is YamlScalar scalar && IsAddress(scalar.Value)
                ? current with { Url = new UrlKind().Read(node, null, path, reading) }
                : current with { Path = new TextKind(PathRemedy).Read(node, null, path, reading) };

        public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1 };
    }

    private sealed class UrlKind : ValueKind<Uri?>
    {
        public override Uri? Read(YamlNode node, Uri? current, string path, DefinitionReading reading)
        {
            if (reading.Text(node, path, UrlRemedy) is not { } text)
                return current;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
                reading.Error(node, path, "is not an http or https address", UrlRemedy);
            else if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
                reading.Error(
                    node,
                    path,
                    $"uses '{url.Scheme}', which cannot be downloaded",
                    UrlRemedy + "; for a local file write its path");
            else if (url.UserInfo.Length > 0)
                // Not shown: it holds a password.
                reading.Error(
                    node.Line,
                    node.Column,
                    path,
                    null,
                    "contains a user name or password",
                    "Send it as a header: headers: { Authorization: \"Basic ${NAME}\" }");
            else
                return url;
            return current;
        }

        public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^https?://" };
    }
}
