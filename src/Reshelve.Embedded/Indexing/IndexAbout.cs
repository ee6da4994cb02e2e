using System.Globalization;
using Reshelve.Catalogs;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;
using Reshelve.Indexing;

namespace Reshelve.Embedded.Indexing;

/// <summary>What an index file says of itself.</summary>
/// <param name="Alias">The alias it was made for.</param>
/// <param name="Created">When.</param>
/// <param name="Schema">Its fields, as far as the index's structure depends on them.</param>
internal sealed record IndexAbout(string Alias, DateTimeOffset Created, IndexSchema Schema)
{
    // "RESH": says of a database file that it is one of ours (https://sqlite.org/pragma.html#pragma_application_id).
    private const long ApplicationId = 0x52455348;

    public void Write(SqliteDatabase database)
    {
        database.Execute($"PRAGMA application_id={ApplicationId}");
        database.Prepare("INSERT INTO about(format, alias, created) VALUES(?, ?, ?)")
            .Bind(1, IndexLayout.Format).Bind(2, Alias).Bind(3, Created.ToString("O", CultureInfo.InvariantCulture)).Run();
        for (var i = 0; i < Schema.Fields.Count; i++)
        {
            var field = Schema.Fields[i];
            database.Prepare("INSERT INTO fields(number, name, type, list, volatile, facet) VALUES(?, ?, ?, ?, ?, ?)")
                .Bind(1, i).Bind(2, field.Name).Bind(3, field.Type.ToString())
                .Bind(4, field.List ? 1 : 0).Bind(5, field.Volatile ? 1 : 0).Bind(6, field.Facet ? 1 : 0).Run();
        }
    }

    /// <exception cref="NotAnIndexException">The file is someone else's.</exception>
    /// <exception cref="OtherFormatException">The file is of another version of the program.</exception>
    public static IndexAbout Read(SqliteDatabase database, string path)
    {
        CheckOurs(database, path);
        var about = database.Prepare("SELECT format, alias, created FROM about");
        about.Step();
        var (format, alias, created) = (about.Int64(0), about.Text(1), about.Text(2));
        about.Reset();
        if (format != IndexLayout.Format)
        {
            throw new OtherFormatException(
                $"the index file '{path}' has format {format}, and this program uses format {IndexLayout.Format}",
                alias,
                DateTimeOffset.ParseExact(created, "O", CultureInfo.InvariantCulture));
        }

        return new IndexAbout(alias, DateTimeOffset.ParseExact(created, "O", CultureInfo.InvariantCulture), ReadSchema(database));
    }

    /// <exception cref="NotAnIndexException">The file is someone else's.</exception>
    public static void CheckOurs(SqliteDatabase database, string path)
    {
        if (database.Prepare("PRAGMA application_id").Scalar() != ApplicationId)
            throw new NotAnIndexException($"'{path}' is a database, but no index of this program: it is left alone; move it elsewhere");
    }

    private static IndexSchema ReadSchema(SqliteDatabase database)
    {
        var fields = new List<FieldDefinition>();
        var rows = database.Prepare("SELECT name, type, list, volatile, facet FROM fields ORDER BY number");
        while (rows.Step())
        {
            fields.Add(new FieldDefinition
            {
                Name = rows.Text(0),
                From = FieldPath.Of(rows.Text(0)),
                Type = Enum.Parse<FieldType>(rows.Text(1)),
                List = rows.Int64(2) != 0,
                Volatile = rows.Int64(3) != 0,
                Facet = rows.Int64(4) != 0,
            });
        }

        rows.Reset();
        return new IndexSchema(fields);
    }
}

/// <summary>The file was made by something else.</summary>
internal sealed class NotAnIndexException(string message) : ReshelveException(message);

/// <summary>The file was made by another version of the program.</summary>
/// <param name="difference">What differs.</param>
/// <param name="alias">The alias it was made for.</param>
/// <param name="created">When.</param>
internal sealed class OtherFormatException(string difference, string alias, DateTimeOffset created)
    : ReshelveException(difference + ": sync the catalog, which fills a new index")
{
    public string Difference => difference;

    public string Alias => alias;

    public DateTimeOffset Created => created;
}
