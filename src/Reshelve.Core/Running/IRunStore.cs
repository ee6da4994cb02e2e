namespace Reshelve.Running;

/// <summary>
/// Remembers runs and lets one run at a time have a catalog. Calls may come from several processes.
/// </summary>
public interface IRunStore
{
    /// <summary>
    /// Takes the catalog for one run and gives the run its sequence number, larger than any before. The lease ends when it is
    /// disposed or
    /// its process dies; and an owner that gives no sign of life for a while (a suspended process or machine) loses it to whoever
    /// asks next.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="purpose">What it is taken for ("sync"), for the message to others.</param>
    /// <exception cref="CatalogBusyException">Another run has it; the message names that run.</exception>
    ICatalogLease Acquire(string catalog, string purpose);

    /// <summary>
    /// Takes the catalog's events lock, waiting for whoever has it: it is held for moments, by those who write single documents
    /// and by runs that take these into account. Independent of the lease.
    /// </summary>
    /// <exception cref="Feeds.ReshelveException">It was not free for a minute.</exception>
    Task<IEventTurn> TakeEventTurnAsync(string catalog, CancellationToken cancellationToken);

    /// <summary>
    /// Has every number from now on be larger than this one, which an index has: the numbers were lost, or an older state of them restored, and what is written under lower ones than a document's would be
    /// without effect. Survives a crash once it returns.
    /// </summary>
    void NumberAbove(string catalog, long sequence);

    /// <summary>Writes a run's report, replacing an earlier one of the same run. Survives a crash once it returns.</summary>
    void Save(RunReport report);

    /// <summary>Keeps a run's rejected records: streamed, so that their number does not matter.</summary>
    IRejectedWriter OpenRejected(string catalog, long run);

    /// <summary>The newest runs of a catalog, newest first.</summary>
    IReadOnlyList<RunReport> List(string catalog, int limit);

    /// <summary>The rejected records of a run, in feed order as far as planning found them.</summary>
    IEnumerable<RejectedRecord> ReadRejected(string catalog, long run);
}

/// <summary>A catalog taken for one run.</summary>
public interface ICatalogLease : IDisposable
{
    /// <summary>The run's sequence number.</summary>
    long Run { get; }

    /// <summary>Whom the catalog was taken from, and why, as a sentence for the operator; null when it was free.</summary>
    string? TakenFrom { get; }

    /// <summary>Cancelled when it is noticed that another run has taken the catalog over.</summary>
    CancellationToken Lost { get; }

    /// <summary>
    /// Makes sure that the catalog is still this run's, and stays so until the result is disposed: for what must not be done by one who
    /// lost it. To be held for moments, as others wait meanwhile. Thread-safe; may be nested.
    /// </summary>
    /// <exception cref="LeaseLostException">Another run has taken the catalog over.</exception>
    IDisposable EnsureHeld();
}

/// <summary>The events lock of a catalog; free again when it is disposed or its process dies.</summary>
public interface IEventTurn : IDisposable
{
    /// <summary>A sequence number larger than that of any run or event before.</summary>
    long NextSequence();
}

/// <summary>Takes rejected records. Thread-safe.</summary>
public interface IRejectedWriter : IDisposable
{
    /// <summary>Keeps one.</summary>
    void Write(RejectedRecord record);
}

/// <summary>Another run has the catalog.</summary>
public sealed class CatalogBusyException(string message) : Feeds.ReshelveException(message);

/// <summary>Another run has taken the catalog over from this one, which gave no sign of life.</summary>
public sealed class LeaseLostException(string message) : Feeds.ReshelveException(message);
