namespace Reshelve.Planning;

/// <summary>What happens to one document.</summary>
public enum ChangeKind : byte
{
    /// <summary>A document that the index does not hold.</summary>
    Add,

    /// <summary>Another document under an id that the index holds.</summary>
    Replace,

    /// <summary>A document that differs in volatile fields alone.</summary>
    Patch,

    /// <summary>The document goes.</summary>
    Remove,
}

/// <summary>One change to one document.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Id">The document's id.</param>
/// <param name="Document">
/// The whole new document as UTF-8 JSON, also for a <see cref="ChangeKind.Patch"/>; empty for a <see
/// cref="ChangeKind.Remove"/>.
/// </param>
public readonly record struct Change(ChangeKind Kind, string Id, ReadOnlyMemory<byte> Document);
