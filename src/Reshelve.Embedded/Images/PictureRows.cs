using System.Globalization;
using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>The pictures of the picture cache, within a transaction.</summary>
internal sealed class PictureRows(SqliteDatabase database)
{
    private readonly NearDuplicates _near = new(database);

    public StoredPicture? Find(string sha256)
    {
        var row = database.Prepare("SELECT bytes, format, width, height, pixels, features, near, error FROM pictures WHERE sha256 = ?")
            .BindBlob(1, Key(sha256));
        var found = row.Step() ? Read(sha256, row) : null;
        row.Reset();
        return found;
    }

    /// <summary>Saves a picture.</summary>
    /// <returns>The picture with its group.</returns>
    public StoredPicture Save(StoredPicture picture)
    {
        long? group = picture.Facts is { } facts ? _near.Group((long)facts.Features.PerceptualHash) : null;
        var saved = picture with { Group = Name(group) };
        var row = database.Prepare("REPLACE INTO pictures(sha256, bytes, format, width, height, pixels, features, near, error) VALUES(?,?,?,?,?,?,?,?,?)")
            .BindBlob(1, Key(saved.Sha256)).Bind(2, saved.Bytes).BindExact(9, saved.Error);
        if (saved.Facts is { } known)
            Bind(row, known).Bind(8, group!.Value);
        row.Run();

        // What was bound stays bound, and the next picture may not be decoded.
        row.Reset();
        return saved;
    }

    /// <summary>What the references of a catalog come to. Reads all of them: it is for people who ask how things stand.</summary>
    public static PictureTotals Count(SqliteDatabase database, long catalog, long? tagger)
    {
        var row = database.Prepare(
            """
            WITH files AS (SELECT DISTINCT sha256 FROM refs WHERE catalog = ?1 AND sha256 IS NOT NULL),
                shown AS (SELECT DISTINCT p.pixels AS pixels FROM files JOIN pictures p ON p.sha256 = files.sha256 WHERE p.pixels IS NOT NULL)
            SELECT (SELECT count(*) FROM files), count(*), count(t.pixels) FROM shown LEFT JOIN tags t ON t.tagger = ?2 AND t.pixels = shown.pixels
            """).Bind(1, catalog).Bind(2, tagger ?? -1);
        row.Step();
        var totals = new PictureTotals(row.Int64(0), row.Int64(1), row.Int64(2));
        row.Reset();
        return totals;
    }

    private static SqliteStatement Bind(SqliteStatement row, PictureFacts facts) =>
        row.Bind(3, facts.Format).Bind(4, facts.Width).Bind(5, facts.Height)
            .BindBlob(6, HexBytes.Sha256(facts.PixelHash, HexBytes.Pixels))
            .BindBlob(7, PackedColumn.Pack(writer => Write(writer, facts.Features)));

    private static byte[] Key(string sha256) => HexBytes.Sha256(sha256, "the SHA-256 of a picture");

    private static string? Name(long? group) => group?.ToString("x16", CultureInfo.InvariantCulture);

    private static StoredPicture Read(string sha256, SqliteStatement row) => new()
    {
        Sha256 = sha256,
        Bytes = row.Int64(0),
        Group = row.Type(6) == SqliteType.Null ? null : Name(row.Int64(6)),
        Error = row.Exact(7),
        Facts = row.Type(1) == SqliteType.Null ? null : new PictureFacts
        {
            Format = row.Text(1),
            Width = (int)row.Int64(2),
            Height = (int)row.Int64(3),
            PixelHash = HexBytes.Format(row.Blob(4)),
            Features = PackedColumn.Unpack(row.Blob(5), "the features of a picture", ReadFeatures),
        },
    };

    private static void Write(BinaryWriter writer, VisualFeatures features)
    {
        writer.Write7BitEncodedInt(features.Version);
        writer.Write7BitEncodedInt(features.Colours.Count);
        foreach (var colour in features.Colours)
        {
            writer.Write(colour.Name);
            writer.Write(colour.Share);
        }

        writer.Write(features.Lightness);
        writer.Write(features.Transparent);
        writer.Write(features.BorderTransparent);
        writer.Write(features.BorderLightness);
        writer.Write(features.BorderChroma);
        writer.Write(features.BorderSpread);
        writer.Write(features.Sharpness);
        writer.Write(features.PerceptualHash);
    }

    // An initialiser runs in the order in which it is written.
    private static VisualFeatures ReadFeatures(BinaryReader reader) => new()
    {
        Version = reader.Read7BitEncodedInt(),
        Colours = ReadColours(reader),
        Lightness = reader.ReadDouble(),
        Transparent = reader.ReadDouble(),
        BorderTransparent = reader.ReadDouble(),
        BorderLightness = reader.ReadDouble(),
        BorderChroma = reader.ReadDouble(),
        BorderSpread = reader.ReadDouble(),
        Sharpness = reader.ReadDouble(),
        PerceptualHash = reader.ReadUInt64(),
    };

    private static List<ColourShare> ReadColours(BinaryReader reader)
    {
        var colours = new List<ColourShare>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            colours.Add(new ColourShare(reader.ReadString(), reader.ReadDouble()));
        return colours;
    }
}
