namespace Reshelve.Catalogs;

/// <summary>One declared field of a catalog's documents.</summary>
public sealed record FieldDefinition
{
    /// <summary>The name in the document and in searches.</summary>
    public required string Name { get; init; }

    /// <summary>Where in the record its value comes from; the same name by default.</summary>
    public required FieldPath From { get; init; }

    /// <summary>How its values are checked, normalised and indexed.</summary>
    public required FieldType Type { get; init; }

    /// <summary>Whether a document may hold several values. A single delivered value becomes a list of one.</summary>
    public bool List { get; init; }

    /// <summary>Whether it changes often and cheaply (price, stock): a change in such fields alone is a <c>Patch</c>.</summary>
    public bool Volatile { get; init; }

    /// <summary>Whether a record without it is rejected.</summary>
    public bool Required { get; init; }

    /// <summary>Whether searches may count its values.</summary>
    public bool Facet { get; init; }

    /// <summary>How much more a match in this text field weighs than one in a field of boost 1.</summary>
    public double Boost { get; init; } = 1;

    /// <summary>
    /// After how long a picture under an address that did not change is asked for again, for type <see cref="FieldType.Image"/>: zero at every
    /// run, null never.
    /// </summary>
    public TimeSpan? Revalidate { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The declared field whose value says which version of the picture is meant, and then decides alone; null where there is none.
    /// </summary>
    public string? PictureVersion { get; init; }
}
