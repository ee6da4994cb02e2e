using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>What a parsed record is.</summary>
internal enum ParsedState : byte
{
    /// <summary>A document.</summary>
    Document,

    /// <summary>A statement that the document of its id is gone.</summary>
    Tombstone,

    /// <summary>Rejected, but its id is known.</summary>
    Rejected,
}

/// <summary>A parsed record with an id.</summary>
internal readonly ref struct ParsedRecord
{
    public required ReadOnlySpan<byte> Id { get; init; }

    /// <summary>The keyed hash of its id.</summary>
    public required ulong IdHash { get; init; }

    /// <summary>Its number in the feed, from 0.</summary>
    public required uint Record { get; init; }

    public required ParsedState State { get; init; }

    /// <summary>Of a document.</summary>
    public Fingerprint Fingerprint { get; init; }

    /// <summary>Its document; empty if it is none.</summary>
    public ReadOnlySpan<byte> Document { get; init; }
}
