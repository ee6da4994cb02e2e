using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Events;

/// <summary>One single document that was put or removed.</summary>
/// <param name="Kind"><see cref="ChangeKind.Replace"/> or <see cref="ChangeKind.Remove"/>.</param>
/// <param name="Id">The document's id.</param>
/// <param name="Fingerprint">What the index holds afterwards; empty for a removal.</param>
/// <param name="Document">The document; empty for a removal.</param>
/// <param name="Origin">The number under which it was first written, where that is another than its entry's: it was carried over, or written again.</param>
internal sealed record EventItem(ChangeKind Kind, string Id, Fingerprint Fingerprint, ReadOnlyMemory<byte> Document, long? Origin = null);

/// <summary>Single documents that were written together.</summary>
/// <param name="Sequence">The sequence number of the write.</param>
/// <param name="Items">The documents; no id twice.</param>
internal sealed record EventEntry(long Sequence, IReadOnlyList<EventItem> Items);

/// <summary>What is known of the last write to an id.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="Item">What was to be written.</param>
/// <param name="Acknowledged">Whether the index confirmed it; when not, it may have happened or not.</param>
internal sealed record EventState(long Sequence, EventItem Item, bool Acknowledged);
