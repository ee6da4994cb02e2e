using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>What taggers said of pixels, within a transaction.</summary>
internal static class TagRows
{
    public static long? FindTagger(SqliteDatabase database, string name, string version) =>
        database.Prepare("SELECT num FROM taggers WHERE name = ? AND version = ?").Bind(1, name).Bind(2, version).Scalar();

    /// <summary>The versions of a tagger, the latest that said something first.</summary>
    public static IReadOnlyList<long> FindVersions(SqliteDatabase database, string name)
    {
        var rows = database.Prepare("SELECT num FROM taggers WHERE name = ? ORDER BY num DESC").Bind(1, name);
        var numbers = new List<long>();
        while (rows.Step())
            numbers.Add(rows.Int64(0));
        rows.Reset();
        return numbers;
    }

    public static long NeedTagger(SqliteDatabase database, string name, string version)
    {
        if (FindTagger(database, name, version) is { } number)
            return number;
        database.Prepare("INSERT INTO taggers(name, version) VALUES(?, ?)").Bind(1, name).Bind(2, version).Run();
        return database.LastInsertRowId;
    }

    public static StoredTags? Find(SqliteDatabase database, long tagger, string pixelHash)
    {
        var row = database.Prepare("SELECT tags FROM tags WHERE tagger = ? AND pixels = ?").Bind(1, tagger).BindBlob(2, HexBytes.Sha256(pixelHash, HexBytes.Pixels));
        var found = row.Step() ? new StoredTags(pixelHash, PackedColumn.Unpack(row.Blob(0), "the tags of a picture", Read)) : null;
        row.Reset();
        return found;
    }

    public static void Save(SqliteDatabase database, long tagger, StoredTags tags) =>
        database.Prepare("REPLACE INTO tags(tagger, pixels, tags) VALUES(?, ?, ?)")
            .Bind(1, tagger).BindBlob(2, HexBytes.Sha256(tags.PixelHash, HexBytes.Pixels)).BindBlob(3, PackedColumn.Pack(writer => Write(writer, tags.Tags))).Run();

    private static void Write(BinaryWriter writer, IReadOnlyList<Tag> tags)
    {
        foreach (var tag in tags)
        {
            writer.Write(tag.Name);
            writer.Write(tag.Score);
        }
    }

    private static List<Tag> Read(BinaryReader reader)
    {
        var tags = new List<Tag>();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
            tags.Add(new Tag(reader.ReadString(), reader.ReadDouble()));
        return tags;
    }
}
