using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Indexing;

/// <summary>One concrete index, as the engine knows it.</summary>
/// <param name="Name"><c>&lt;alias&gt;_&lt;yyyyMMddHHmmss&gt;</c>.</param>
/// <param name="Alias">The alias it was made for.</param>
/// <param name="SchemaSignature">The <see cref="IndexSchema.Signature"/> it was made with.</param>
/// <param name="Live">Whether the alias points at it.</param>
/// <param name="Documents">How many documents it holds.</param>
/// <param name="Bytes">What it takes on disk.</param>
/// <param name="Created">When it was made.</param>
public sealed record BackingIndex(
    string Name, string Alias, string SchemaSignature, bool Live, long Documents, long Bytes, DateTimeOffset Created)
{
    /// <summary>
    /// Why the engine can neither search nor write it any more, though it is still there; null when it can. A new one takes its place.
    /// </summary>
    public string? Outdated { get; init; }
}

/// <summary>Why a backing index is made, for whoever finds it, and what it is made for.</summary>
/// <param name="Run">The run that makes it.</param>
/// <param name="Definition">The SHA-256 of the definition that its feed was read with, in hexadecimal.</param>
/// <param name="Bytes">About how many bytes of documents it will hold; 0 when nobody knows.</param>
public sealed record IndexOrigin(long Run, string Definition, long Bytes)
{
    /// <summary>An index that no run makes.</summary>
    public static IndexOrigin None { get; } = new(0, "", 0);
}

/// <summary>What became of one item of a bulk write.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Error">Why the index refused it; null when it was written.</param>
public readonly record struct ItemResult(string Id, string? Error)
{
    /// <summary>Whether the item was written.</summary>
    public bool Acknowledged => Error is null;
}

/// <summary>A document as an index holds it.</summary>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Sequence">
/// The number it was last written under. Written again under that number, something replaces it if nothing newer was written since.
/// </param>
public readonly record struct IndexedDocument(ReadOnlyMemory<byte> Body, long Sequence);

/// <summary>
/// A search engine that holds backing indexes and aliases. All members may be called from several threads and processes at the
/// same time; searches never wait for writes. Only what Reshelve itself created is ever listed, written or dropped.
/// </summary>
public interface IIndexEngine : IAsyncDisposable
{
    /// <summary>The backing indexes made for an alias, oldest first.</summary>
    Task<IReadOnlyList<BackingIndex>> ListAsync(string alias, CancellationToken cancellationToken);

    /// <summary>
    /// How many batches of one plan it is worth writing at a time, from 1. Where each is written by many requests, the next one's need not wait for the last one's.
    /// </summary>
    int WritesAtOnce => 1;

    /// <summary>Makes an empty backing index; nothing points at it yet.</summary>
    /// <exception cref="Feeds.ReshelveException">
    /// One of that name exists, or the engine cannot take a field of the schema.
    /// </exception>
    Task CreateAsync(string index, string alias, IndexSchema schema, IndexOrigin origin, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a batch and returns one result per item, in order. When it returns, acknowledged items survive a crash. Each document is
    /// written whole; whether a search may see part of a batch is the engine's.
    /// An exception means that the whole call failed and may be retried: writing the same batch again has the same outcome.
    /// Adding an
    /// id that exists replaces it; replacing or patching one that does not adds it; removing one that does not is acknowledged.
    /// </summary>
    /// <param name="index">A backing index.</param>
    /// <param name="batch">The changes; no id twice.</param>
    /// <param name="sequence">
    /// The run's sequence number; a write with a lower one than the document's last is acknowledged without effect.
    /// </param>
    /// <param name="cancellationToken">
    /// Honoured before the batch is begun; within it only while nothing can be written, and the whole call then failed.
    /// </param>
    Task<IReadOnlyList<ItemResult>> WriteAsync(string index, IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken);

    /// <summary>What troubled or slowed writing since this was last asked, a phrase each, for the report of a run; mostly nothing.</summary>
    IReadOnlyList<string> TakeNotes() => [];

    /// <summary>Makes all that was written visible to searches, and the index quick to search (merges, statistics).</summary>
    Task RefreshAsync(string index, CancellationToken cancellationToken);

    /// <summary>
    /// Points the alias at the backing index, atomically: every search sees either the old or the new one, whole.
    /// </summary>
    Task PromoteAsync(string alias, string index, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a backing index. Refused while an alias points at it. One that is not there is no error: a drop that a crash
    /// interrupted can be repeated.
    /// </summary>
    Task DropAsync(string index, CancellationToken cancellationToken);

    /// <summary>Searches what the alias points at, or a backing index by its own name: one that is yet to be promoted.</summary>
    /// <exception cref="Searching.SearchRequestException">
    /// The request names a field that cannot do what is asked of it.
    /// </exception>
    /// <exception cref="Feeds.ReshelveException">Nothing is indexed under the alias.</exception>
    Task<SearchResult> SearchAsync(string alias, SearchRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The documents of a backing index that have these ids, as they were last written, also before a refresh. Ids that it does not
    /// hold are left out, as are texts that cannot be ids; an id may be asked for twice. All are held in memory: ask for a bounded number.
    /// </summary>
    /// <exception cref="Feeds.ReshelveException">There is no such index.</exception>
    Task<IReadOnlyDictionary<string, IndexedDocument>> GetAsync(
        string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>
    /// All documents of a backing index as they are at one moment, each once, in an order of the engine's own, for verification; also what was written and not
    /// yet refreshed. A stream: memory does not grow with the index.
    /// </summary>
    IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAllAsync(string index, CancellationToken cancellationToken);
}
