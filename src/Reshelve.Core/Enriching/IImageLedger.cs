namespace Reshelve.Enriching;

/// <summary>A document and the pictures it refers to.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="References">Its references, field by field in the document's order.</param>
public sealed record ImageUse(string Id, IReadOnlyList<ImageReference> References);

/// <summary>What was written for a document.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Signature">Of what it depends on beyond its pictures: tagger, version, renditions.</param>
/// <param name="AsOf">The latest change of the catalog's references when they were read.</param>
/// <param name="IsOwed">Whether something is missing that the next run may have.</param>
public sealed record WrittenImages(string Id, string Signature, long AsOf, bool IsOwed);

/// <summary>How the documents of an index stand.</summary>
/// <param name="Documents">Documents that refer to pictures.</param>
/// <param name="Owed">Of them, those to which something is owed.</param>
/// <param name="Pending">Of them, those whose write was begun and is not known to have ended, or that have another signature.</param>
public sealed record ImageTotals(long Documents, long Owed, long Pending);

/// <summary>
/// Remembers which documents of one backing index refer to which pictures, and what was written of them. It belongs to the index as its ledger does.
/// Thread-safe, and safe between processes; a call is one transaction, and what it wrote survives a crash when it returns.
/// </summary>
public interface IImageLedger : IAsyncDisposable
{
    /// <summary>
    /// Notes documents that are about to be written under a sequence number: from now on they are due until <see cref="SettleAsync"/>. Without
    /// effect where a document was noted under a higher one, as then its index ignores the write too.
    /// </summary>
    Task NoteAsync(IReadOnlyCollection<ImageUse> uses, long sequence, CancellationToken cancellationToken);

    /// <summary>
    /// Notes what was written. Without effect where the document is not noted, or was last noted under another sequence number than
    /// <paramref name="sequence"/> (another write began since). One that was made as of a change before <see cref="SeenAsync"/> stays due, since
    /// <see cref="MarkAsync"/> may have missed it.
    /// </summary>
    Task SettleAsync(IReadOnlyCollection<WrittenImages> written, long sequence, CancellationToken cancellationToken);

    /// <summary>Forgets documents that are gone, or that refer to no picture any more; not those noted under a higher sequence number.</summary>
    Task ForgetAsync(IReadOnlyCollection<string> ids, long sequence, CancellationToken cancellationToken);

    /// <summary>
    /// Makes due every document that was written as of a change before <c>Changed</c> and refers to the reference; then notes
    /// <paramref name="seen"/> as the change up to which that was done.
    /// </summary>
    Task MarkAsync(IReadOnlyCollection<(ImageReference Reference, long Changed)> references, long seen, CancellationToken cancellationToken);

    /// <summary>The change up to which <see cref="MarkAsync"/> was done; 0 at first.</summary>
    Task<long> SeenAsync(CancellationToken cancellationToken);

    /// <summary>The ids of documents that are due, owe something, or have another signature, by id, after an id (exclusive).</summary>
    Task<IReadOnlyList<string>> FindDueAsync(string signature, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Which of these references no document has.</summary>
    Task<IReadOnlyCollection<ImageReference>> FindUnusedAsync(IReadOnlyCollection<ImageReference> references, CancellationToken cancellationToken);

    /// <summary>Some documents that refer to one of these references, by id: at most so many each.</summary>
    Task<IReadOnlyDictionary<ImageReference, IReadOnlyList<string>>> FindUsersAsync(
        IReadOnlyCollection<ImageReference> references, int limit, CancellationToken cancellationToken);

    /// <summary>How the documents stand.</summary>
    Task<ImageTotals> CountAsync(string signature, CancellationToken cancellationToken);
}
