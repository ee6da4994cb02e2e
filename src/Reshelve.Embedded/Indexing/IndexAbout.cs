using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Reshelve.Catalogs;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;
using Reshelve.Indexing;

namespace Reshelve.Embedded.Indexing;

/// <summary>What an index file says of itself.</summary>
/// <param name="Alias">The alias it was made for.</param>
/// <param name="Created">When.</param>
/// <param name="Schema">Its fields.</param>
internal sealed record IndexAbout(string Alias, DateTimeOffset Created, IndexSchema Schema)
{
    // "RESH": says of a database file that it is one of ours (https://sqlite.org/pragma.html#pragma_application_id).
    private const long ApplicationId = 0x52455348;

    public void Write(SqliteDatabase database)
    {
        database.Execute($"PRAGMA application_id={ApplicationId}");
        var stored = Schema.Fields.Select(f => new StoredField(f.Name, f.Type.ToString(), f.List, f.Volatile, f.Facet)).ToArray();
        Put("format", IndexLayout.Format.ToString(CultureInfo.InvariantCulture));
        Put("alias", Alias);
        Put("created", Created.ToString("O", CultureInfo.InvariantCulture));
        Put("fields", JsonSerializer.Serialize(stored, StoredFields.Default.StoredFieldArray));

        void Put(string name, string value)
        {
            var put = database.Prepare("INSERT INTO about(name, value) VALUES(?, ?)").Bind(1, name).Bind(2, value);
            put.Run();
            put.Reset();
        }
    }

    /// <exception cref="NotAnIndexException">The file is someone else's.</exception>
    /// <exception cref="ReshelveException">The file is of another version of the program.</exception>
    public static IndexAbout Read(SqliteDatabase database, string path)
    {
        if (database.Prepare("PRAGMA application_id").Scalar() != ApplicationId)
            throw new NotAnIndexException($"'{path}' is a database, but no index of this program: it is left alone; move it elsewhere");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var rows = database.Prepare("SELECT name, value FROM about");
        while (rows.Step())
            values[rows.Text(0)] = rows.Text(1);
        rows.Reset();
        if (values.GetValueOrDefault("format") != IndexLayout.Format.ToString(CultureInfo.InvariantCulture))
        {
            throw new ReshelveException(
                $"the index file '{path}' has format {values.GetValueOrDefault("format") ?? "unknown"}, and this program reads format "
                + $"{IndexLayout.Format}: use the version of the program that wrote it, or delete the file and sync again");
        }

        var fields = JsonSerializer.Deserialize(values["fields"], StoredFields.Default.StoredFieldArray)!;
        return new IndexAbout(
            values["alias"],
            DateTimeOffset.Parse(values["created"], CultureInfo.InvariantCulture),
            new IndexSchema([.. fields.Select(f => f.ToDefinition())]));
    }
}

/// <summary>The file was made by something else.</summary>
internal sealed class NotAnIndexException(string message) : ReshelveException(message);

/// <summary>What the index's structure depends on of a field.</summary>
internal sealed record StoredField(string Name, string Type, bool List, bool Volatile, bool Facet)
{
    public FieldDefinition ToDefinition() => new()
    {
        Name = Name,
        From = FieldPath.Of(Name),
        Type = Enum.Parse<FieldType>(Type),
        List = List,
        Volatile = Volatile,
        Facet = Facet,
    };
}

[JsonSerializable(typeof(StoredField[]))]
internal sealed partial class StoredFields : JsonSerializerContext;
