namespace Reshelve.Embedded.Images;

/// <summary>
/// How pictures lie in their database file:
/// <list type="bullet">
/// <item><c>about</c>: what tells this file from one that took its place.</item>
/// <item><c>catalogs</c>: numbers for their names, and the number of the latest change of each.</item>
/// <item><c>refs</c>: one row per reference of a catalog. It is found by a short hash (<see cref="ReferenceHash"/>), since locations may be long; by when it is
/// due; and by its change, whose numbers no two rows share. The two partial indexes hold the
/// few rows without a picture and those that could not be had the last time.</item>
/// <item><c>pictures</c>: what is known of the bytes with a SHA-256.</item>
/// <item><c>hashes</c>: every perceptual hash there is, in the order in which they came, and its group. <c>bands</c>: each of them four times, by each quarter of
/// its bits (<see cref="NearDuplicates"/>).</item>
/// <item><c>taggers</c>, <c>tags</c>: what a version of a tagger said of pixels. <c>renditions</c>: the copies of pixels.</item>
/// </list>
/// Hashes are bytes, times are ticks of UTC.
/// </summary>
internal static class PictureLayout
{
    public static MemoryLayout Layout { get; } = new(
        "the picture cache",
        0x52534850,
        1,
        """
        CREATE TABLE about(epoch TEXT NOT NULL);
        INSERT INTO about VALUES(lower(hex(randomblob(8))));
        CREATE TABLE catalogs(num INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, change INTEGER NOT NULL);
        CREATE TABLE refs(num INTEGER PRIMARY KEY, catalog INTEGER NOT NULL, hash INTEGER NOT NULL, location NOT NULL, version, sha256 BLOB,
            etag, modified, checked INTEGER NOT NULL, due INTEGER NOT NULL, interval INTEGER, failures INTEGER NOT NULL, error, transient INTEGER NOT NULL,
            changed INTEGER NOT NULL, refused);
        CREATE INDEX refs_hash ON refs(catalog, hash);
        CREATE INDEX refs_due ON refs(catalog, due);
        CREATE UNIQUE INDEX refs_changed ON refs(catalog, changed);
        CREATE INDEX refs_lacking ON refs(catalog) WHERE sha256 IS NULL;
        CREATE INDEX refs_failing ON refs(catalog, location, version) WHERE error IS NOT NULL;
        CREATE TABLE pictures(sha256 BLOB PRIMARY KEY, bytes INTEGER NOT NULL, format TEXT, width INTEGER, height INTEGER, pixels BLOB,
            features BLOB, near INTEGER, error) WITHOUT ROWID;
        CREATE TABLE hashes(num INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE, near INTEGER NOT NULL);
        CREATE TABLE bands(band INTEGER NOT NULL, num INTEGER NOT NULL, hash INTEGER NOT NULL, PRIMARY KEY(band, num)) WITHOUT ROWID;
        CREATE TABLE taggers(num INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, UNIQUE(name, version));
        CREATE TABLE tags(tagger INTEGER NOT NULL, pixels BLOB NOT NULL, tags BLOB NOT NULL, PRIMARY KEY(tagger, pixels)) WITHOUT ROWID;
        CREATE TABLE renditions(pixels BLOB NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
            bytes INTEGER NOT NULL, PRIMARY KEY(pixels, name)) WITHOUT ROWID
        """,
        "pictures are then fetched and tagged anew as they come up, and nothing else is lost");
}
