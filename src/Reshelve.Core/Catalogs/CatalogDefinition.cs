using Reshelve.Feeds;

namespace Reshelve.Catalogs;

/// <summary>What to do with what a record holds beyond the declared fields.</summary>
public enum OtherFields
{
    /// <summary>Keep it with the document, under <c>other</c>; never searched, never an index field.</summary>
    Store,

    /// <summary>Leave it out: a change in it is no change.</summary>
    Drop,
}

/// <summary>What a feed holds.</summary>
public enum FeedKind
{
    /// <summary>Every live record: what is missing was removed.</summary>
    Full,

    /// <summary>Only changed records and tombstones: what is missing is unchanged.</summary>
    Incremental,
}

/// <summary>When the removals of a full feed are carried out.</summary>
public enum RemovalPolicy
{
    /// <summary>
    /// Not while any record was rejected whose id could not be read: it may be one of those that seem to be missing.
    /// </summary>
    WhenClean,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Only what a tombstone names: what is merely missing stays.</summary>
    ExplicitOnly,
}

/// <summary>How a record says that it is gone: a field that holds one of these values.</summary>
/// <param name="Field">Where the mark is.</param>
/// <param name="Values">The values that mean "removed", compared as text without regard to case.</param>
public sealed record Tombstone(FieldPath Field, IReadOnlyList<string> Values);

/// <summary>One customer's collection of records: where it comes from and what becomes of it.</summary>
public sealed record CatalogDefinition
{
    /// <summary>The field of the document that holds what the record has beyond the declared fields.</summary>
    public const string OtherFieldsName = "other";

    /// <summary>Lower-case letters, digits, <c>-</c> and <c>_</c>; also the index alias.</summary>
    public required string Name { get; init; }

    /// <summary>Where its feeds come from.</summary>
    public required SourceDefinition Source { get; init; }

    /// <summary>How records lie in a feed.</summary>
    public required FeedFormat Format { get; init; }

    /// <summary>Where in the record its id is.</summary>
    public required FieldPath Id { get; init; }

    /// <summary>The declared fields, in the document's order.</summary>
    public required IReadOnlyList<FieldDefinition> Fields { get; init; }

    /// <summary>What to do with what a record holds beyond them.</summary>
    public OtherFields Others { get; init; } = OtherFields.Store;

    /// <summary>What a feed holds.</summary>
    public FeedKind Feed { get; init; } = FeedKind.Full;

    /// <summary>How a record says that it is gone; full feeds need none.</summary>
    public Tombstone? Tombstone { get; init; }

    /// <summary>When removals are carried out.</summary>
    public RemovalPolicy Removals { get; init; } = RemovalPolicy.WhenClean;

    /// <summary>When a sync fills a new index by itself, and what becomes of the one before.</summary>
    public RebuildPolicy Rebuilds { get; init; } = new();

    /// <summary>How long a missing record's document stays.</summary>
    public RemovalDelay RemovalDelay { get; init; } = RemovalDelay.None;

    /// <summary>What holds a plan, or its removals, until someone approves it.</summary>
    public CatalogChecks Checks { get; init; } = new();

    /// <summary>What is done with the pictures that its image fields refer to; null: their addresses are kept, and no more.</summary>
    public ImageSettings? Images { get; init; }

    /// <summary>Bounds on what a feed may make the program do.</summary>
    public FeedLimits Limits { get; init; } = new();
}
