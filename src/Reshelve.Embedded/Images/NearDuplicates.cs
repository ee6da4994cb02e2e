using System.Numerics;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Images;

/// <summary>
/// Groups of perceptual hashes that differ in few bits. Two that differ in at most three of 64 bits have at least one of four quarters in common, since
/// three bits spoil at most three quarters: so only those that share a quarter are compared. Once given, the group of a hash stays the same.
/// </summary>
internal sealed class NearDuplicates(SqliteDatabase database)
{
    private const int MaxDistance = 3;
    private const int Bands = 4;
    private const int BandBits = 16;

    /// <summary>The group of a hash, which is the hash of its first member; a new one if nothing near was there before.</summary>
    public long Group(long hash)
    {
        if (database.Prepare("SELECT near FROM hashes WHERE hash = ?").Bind(1, hash).Scalar() is { } known)
            return known;
        var first = First(hash);
        var group = first is { } number ? database.Prepare("SELECT near FROM hashes WHERE num = ?").Bind(1, number).Scalar() ?? hash : hash;
        database.Prepare("INSERT INTO hashes(hash, near) VALUES(?, ?)").Bind(1, hash).Bind(2, group).Run();
        var added = database.LastInsertRowId;
        for (var band = 0; band < Bands; band++)
            database.Prepare("INSERT INTO bands(band, num, hash) VALUES(?, ?, ?)").Bind(1, Band(hash, band)).Bind(2, added).Bind(3, hash).Run();
        return group;
    }

    private static long Band(long hash, int band) => ((long)band << BandBits) | (long)(ushort)(hash >>> (band * BandBits));

    // The number of the first hash that is near. Within a quarter they come in the order of their numbers, so its first near one is enough.
    private long? First(long hash)
    {
        long? first = null;
        for (var band = 0; band < Bands; band++)
        {
            var rows = database.Prepare("SELECT num, hash FROM bands WHERE band = ? AND num < ? ORDER BY num")
                .Bind(1, Band(hash, band)).Bind(2, first ?? long.MaxValue);
            while (rows.Step())
            {
                if (BitOperations.PopCount((ulong)(rows.Int64(1) ^ hash)) > MaxDistance)
                    continue;
                first = rows.Int64(0);
                break;
            }

            rows.Reset();
        }

        return first;
    }
}
