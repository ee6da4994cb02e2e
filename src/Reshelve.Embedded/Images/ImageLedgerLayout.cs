namespace Reshelve.Embedded.Images;

/// <summary>
/// How an index's image ledger lies in its database file:
/// <list type="bullet">
/// <item><c>refs</c>: every reference that a document has, once. It is found by a short hash (<see cref="ReferenceHash"/>), since locations may be long.</item>
/// <item><c>docs</c>: one row per document, by its id (<see cref="Indexing.IdKey"/>): the numbers of its references in their order, the sequence number
/// under which it was noted, whether that write is yet to be settled (<c>begun</c>), what was written last (<c>signature</c>, <c>asof</c>,
/// <c>owed</c>), and the latest change of which it is to be written anew (<c>marked</c>).</item>
/// <item><c>docs_standing</c>: the documents that are due whatever the signature (0), and the others by their signature, each by id.</item>
/// <item><c>users</c>: which documents have a reference. <c>signatures</c>: numbers for them. <c>state</c>: one row.</item>
/// </list>
/// </summary>
internal static class ImageLedgerLayout
{
    public static MemoryLayout Layout { get; } = new(
        "the image ledger",
        0x52534849,
        1,
        """
        CREATE TABLE state(seen INTEGER NOT NULL);
        INSERT INTO state VALUES(0);
        CREATE TABLE signatures(num INTEGER PRIMARY KEY, signature TEXT NOT NULL UNIQUE);
        CREATE TABLE refs(num INTEGER PRIMARY KEY, hash INTEGER NOT NULL, location NOT NULL, version);
        CREATE INDEX refs_hash ON refs(hash);
        CREATE TABLE docs(id BLOB PRIMARY KEY, refs BLOB NOT NULL, sequence INTEGER NOT NULL, begun INTEGER NOT NULL,
            signature INTEGER, asof INTEGER NOT NULL, owed INTEGER NOT NULL, marked INTEGER NOT NULL, standing INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX docs_standing ON docs(standing);
        CREATE TABLE users(ref INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY(ref, id)) WITHOUT ROWID
        """,
        "the documents of its index keep what they have, and a rebuild of the catalog enriches them anew");
}
