namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of one field.</summary>
internal static class FieldKeys
{
    private static readonly ChoiceKind<FieldType> Types = new(
        "types",
        ("text", FieldType.Text, "Words that are searched and ranked."),
        ("keyword", FieldType.Keyword, "One exact value: filtered, faceted, sorted."),
        ("number", FieldType.Number, "A decimal number."),
        ("integer", FieldType.Integer, "A whole number of at most 64 bits."),
        ("boolean", FieldType.Boolean, "true or false."),
        ("date", FieldType.Date, "A day or a moment."),
        ("url", FieldType.Url, "A link."),
        ("image", FieldType.Image, "The URL of a picture, or its path relative to the feed."),
        ("object", FieldType.Object, "A JSON object, stored and not searched."));

    public static KeyTable<FieldDefinition> Table { get; } = new(
        [
            new Key<FieldDefinition, FieldType>(
                "type", "What its values are.", Types, f => f.Type, (f, v) => f with { Type = v }) { Required = true },
            new Key<FieldDefinition, FieldPath?>(
                "from",
                "Where in the record the value comes from; the field of the same name without it.",
                new PathKind("Write names separated by dots, such as offer.price, or ['a.b'] for a name that contains a dot"),
                f => f.From,
                (f, v) => f with { From = v! }),
            Flag("list", "Whether a document may hold several values.", f => f.List, (f, v) => f with { List = v }),
            Flag(
                "volatile",
                "Whether it changes often and cheaply (price, stock).",
                f => f.Volatile,
                (f, v) => f with { Volatile = v }),
            Flag("required", "Whether a record without it is rejected.", f => f.Required, (f, v) => f with { Required = v }),
            Flag("facet", "Whether searches may count its values.", f => f.Facet, (f, v) => f with { Facet = v }),
            new Key<FieldDefinition, double>(
                "boost",
                "How much more a match in this text weighs than one in a field of boost 1.",
                new FactorKind(1_000),
                f => f.Boost,
                (f, v) => f with { Boost = v }),
            new Key<FieldDefinition, TimeSpan?>(
                "revalidate",
                "After how long a picture whose address did not change is asked for again.",
                new RevalidateKind(),
                f => f.Revalidate,
                (f, v) => f with { Revalidate = v }),
            new Key<FieldDefinition, string?>(
                "version",
                "The declared field whose value says which version of the picture is meant; it then decides alone.",
                new TextKind("Write the name of a declared field"),
                f => f.PictureVersion,
                (f, v) => f with { PictureVersion = v }),
        ],
        Check);

    public static ValueKind<FieldDefinition> Kind { get; } =
        new GroupKind<FieldDefinition>(Table, "Write a type such as text, or a group with 'type'", new ShortKind());

    /// <summary>How a type is written.</summary>
    public static string NameOf(FieldType type) => type.ToString().ToLowerInvariant();

    private static Key<FieldDefinition> Flag(
        string name, string doc, Func<FieldDefinition, bool> get, Func<FieldDefinition, bool, FieldDefinition> set) =>
        new Key<FieldDefinition, bool>(name, doc, new FlagKind(), get, set);

    private static void Check(FieldDefinition field, YamlMap map, string path, DefinitionReading reading)
    {
        if (field.Type != FieldType.Text && map.FindKey("boost") is { } boost)
            reading.Error(
                boost.Line,
                boost.Column,
                DefinitionReading.Child(path, "boost"),
                null,
                $"is for text fields, and this is of type {NameOf(field.Type)}",
                "Remove it, or make the type text");
        foreach (var name in new[] { "revalidate", "version" })
        {
            if (field.Type != FieldType.Image && map.FindKey(name) is { } key)
                reading.Error(
                    key.Line,
                    key.Column,
                    DefinitionReading.Child(path, name),
                    null,
                    $"is for image fields, and this is of type {NameOf(field.Type)}",
                    "Remove it, or make the type image");
        }

        if (field is { Facet: true, Type: FieldType.Text or FieldType.Object } && map.FindKey("facet") is { } facet)
            reading.Error(
                facet.Line,
                facet.Column,
                DefinitionReading.Child(path, "facet"),
                null,
                $"cannot count the values of a field of type {NameOf(field.Type)}",
                field.Type == FieldType.Text
                    ? "Make the type keyword, or declare a second field of type keyword 'from' the same place"
                    : "Remove it");
    }

    /// <summary>The type alone.</summary>
    private sealed class ShortKind : ValueKind<FieldDefinition>
    {
        public override FieldDefinition Read(YamlNode node, FieldDefinition current, string path, DefinitionReading reading) =>
            current with { Type = Types.Read(node, current.Type, path, reading) };

        public override System.Text.Json.Nodes.JsonObject Schema() => Types.Schema();
    }
}
