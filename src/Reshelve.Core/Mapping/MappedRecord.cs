using Reshelve.Hashing;

namespace Reshelve.Mapping;

/// <summary>What a record turned out to be.</summary>
internal enum MappingOutcome
{
    /// <summary>A document.</summary>
    Document,

    /// <summary>A statement that the document of this id is gone.</summary>
    Tombstone,

    /// <summary>Neither: see the reason.</summary>
    Rejected,
}

/// <summary>
/// A mapped record. <see cref="Id"/> is empty when it could not be read; <see cref="Document"/> is valid until the mapper's
/// next record.
/// </summary>
internal readonly ref struct MappedRecord
{
    public MappingOutcome Outcome { get; init; }

    /// <summary>The id's UTF-8 bytes.</summary>
    public ReadOnlySpan<byte> Id { get; init; }

    /// <summary>The canonical document.</summary>
    public ReadOnlySpan<byte> Document { get; init; }

    /// <summary>The hash of the document without its volatile fields.</summary>
    public Hash128 Stable { get; init; }

    /// <summary>The hash of the volatile fields.</summary>
    public ulong Volatile { get; init; }

    /// <summary>The field at fault.</summary>
    public string? Field { get; init; }

    /// <summary>Why it is rejected.</summary>
    public string? Reason { get; init; }
}
