using System.Globalization;
using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of a tagger.</summary>
internal static class TaggerKeys
{
    private static readonly ChoiceKind<TaggerKind> Kinds = new(
        "taggers",
        ("none", TaggerKind.None, "Pictures are measured and resized only."),
        ("visual", TaggerKind.Visual, "Built in, without a model: colours, background, orientation, sharpness."),
        ("http", TaggerKind.Http, "Your own model behind a URL."),
        ("openai", TaggerKind.OpenAi, "An OpenAI-compatible vision endpoint."));

    public static KeyTable<TaggerSettings> Table { get; } = new(
    [
        new Key<TaggerSettings, TaggerKind>("type", "Which tagger.", Kinds, t => t.Kind, (t, v) => t with { Kind = v }) { Required = true },
        new Key<TaggerSettings, Uri?>(
            "url", "Where it is: for openai the address that /chat/completions is added to.", new AddressKind(), t => t.Url, (t, v) => t with { Url = v }),
        Text("version", "With another version every picture is tagged again.", t => t.Version, (t, v) => t with { Version = v! }),
        Text("model", "The model, for openai.", t => t.Model, (t, v) => t with { Model = v }),
        Text("prompt", "What is asked, for openai.", t => t.Prompt, (t, v) => t with { Prompt = v }),
        new Key<TaggerSettings, IReadOnlyList<string>>(
            "tags",
            "The only tags that may come.",
            new TextListKind("Write the tags in brackets, such as [shirt, shoe]"),
            t => t.Tags,
            (t, v) => t with { Tags = v }),
        Text("key from", "The environment variable that holds the key.", t => t.KeyFrom, (t, v) => t with { KeyFrom = v }),
        new Key<TaggerSettings, double>("least score", "Tags below it are left out.", new ShareKind(), t => t.LeastScore, (t, v) => t with { LeastScore = v }),
        new Key<TaggerSettings, int>("batch", "Pictures per call, for http.", new WholeKind(1, 256), t => t.Batch, (t, v) => t with { Batch = v }),
        new Key<TaggerSettings, int>("concurrency", "Calls at a time.", new WholeKind(1, 256), t => t.Concurrency, (t, v) => t with { Concurrency = v }),
        new Key<TaggerSettings, double>(
            "rate", "Calls per second, at most.", new FactorKind(100_000), t => t.Rate ?? 0, (t, v) => t with { Rate = v }),
        new Key<TaggerSettings, TimeSpan>(
            "timeout",
            "How long one call may take.",
            new DurationKind(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(30)),
            t => t.Timeout,
            (t, v) => t with { Timeout = v }),
        new Key<TaggerSettings, int>("retries", "How often a call that failed is tried again.", new WholeKind(0, 20), t => t.Retries, (t, v) => t with { Retries = v }),
    ],
    Check);

    public static ValueKind<TaggerSettings> Kind { get; } =
        new GroupKind<TaggerSettings>(Table, "Write visual or none, or a group with 'type' and 'url'", new ShortKind());

    private static Key<TaggerSettings, string?> Text(
        string name, string doc, Func<TaggerSettings, string?> get, Func<TaggerSettings, string?, TaggerSettings> set) =>
        new(name, doc, new TextKind("Write some text"), get, set);

    private static void Check(TaggerSettings tagger, YamlMap map, string path, DefinitionReading reading)
    {
        var isRemote = tagger.Kind is TaggerKind.Http or TaggerKind.OpenAi;
        if (isRemote && tagger.Url is null)
            reading.Error(map.Line, map.Column, path, null, "lacks 'url'", "Add 'url:' - where the model is");
        if (tagger.Kind == TaggerKind.OpenAi && tagger.Model is null)
            reading.Error(map.Line, map.Column, path, null, "lacks 'model'", "Add 'model:' - the name that the endpoint knows it by");
        foreach (var (name, isFor) in new[] { ("url", isRemote), ("version", isRemote), ("key from", isRemote), ("model", tagger.Kind == TaggerKind.OpenAi), ("prompt", tagger.Kind == TaggerKind.OpenAi) })
        {
            if (!isFor && map.FindKey(name) is { } key)
                reading.Error(key.Line, key.Column, DefinitionReading.Child(path, name), null, "is nothing that this tagger needs", "Remove it, or choose another 'type'");
        }
    }

    /// <summary>The tagger's type alone, where it needs no more.</summary>
    private sealed class ShortKind : ValueKind<TaggerSettings>
    {
        public override TaggerSettings Read(YamlNode node, TaggerSettings current, string path, DefinitionReading reading)
        {
            var kind = Kinds.Read(node, current.Kind, path, reading);
            if (kind is TaggerKind.Http or TaggerKind.OpenAi)
                reading.Error(node, path, "needs a 'url'", "Write a group with 'type' and 'url'");
            return current with { Kind = kind };
        }

        public override JsonObject Schema() => new() { ["enum"] = new JsonArray("visual", "none") };
    }

    /// <summary>An http(s) address without credentials in it.</summary>
    private sealed class AddressKind : ValueKind<Uri?>
    {
        private const string Remedy = "Write an address such as http://127.0.0.1:8000/tag";

        public override Uri? Read(YamlNode node, Uri? current, string path, DefinitionReading reading)
        {
            if (reading.Text(node, path, Remedy) is not { } text)
                return current;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !Feeds.SafeAddress.IsHttp(address))
                reading.Error(node, path, "is no http(s) address", Remedy);
            else if (address.UserInfo.Length > 0)
                reading.Error(node.Line, node.Column, path, null, "holds a user or password", "Put the key into an environment variable and name it as 'key from'");
            else
                return address;
            return current;
        }

        public override JsonObject Schema() => new() { ["type"] = "string", ["format"] = "uri" };
    }

    /// <summary>A number from 0 to 1.</summary>
    private sealed class ShareKind : ValueKind<double>
    {
        private const string Remedy = "Write a number from 0 to 1, such as 0.3";

        public override double Read(YamlNode node, double current, string path, DefinitionReading reading)
        {
            if (reading.Text(node, path, Remedy) is not { } text)
                return current;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1)
                return number;
            reading.Error(node, path, "is not a number from 0 to 1", Remedy);
            return current;
        }

        public override JsonObject Schema() => new() { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 };
    }
}
