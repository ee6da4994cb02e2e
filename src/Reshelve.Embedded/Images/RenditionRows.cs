using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>The renditions of pixels, within a transaction.</summary>
internal static class RenditionRows
{
    /// <summary>By name; null when there is none.</summary>
    public static IReadOnlyList<StoredRendition>? Find(SqliteDatabase database, string pixelHash)
    {
        var rows = database.Prepare("SELECT name, path, width, height, bytes FROM renditions WHERE pixels = ? ORDER BY name")
            .BindBlob(1, HexBytes.Sha256(pixelHash, HexBytes.Pixels));
        List<StoredRendition>? found = null;
        while (rows.Step())
            (found ??= []).Add(new StoredRendition(rows.Text(0), rows.Text(1), (int)rows.Int64(2), (int)rows.Int64(3), rows.Int64(4)));
        rows.Reset();
        return found;
    }

    public static void Save(SqliteDatabase database, string pixelHash, StoredRendition rendition) =>
        database.Prepare("REPLACE INTO renditions(pixels, name, path, width, height, bytes) VALUES(?, ?, ?, ?, ?, ?)")
            .BindBlob(1, HexBytes.Sha256(pixelHash, HexBytes.Pixels)).Bind(2, rendition.Name).Bind(3, rendition.Path)
            .Bind(4, rendition.Width).Bind(5, rendition.Height).Bind(6, rendition.Bytes).Run();
}
