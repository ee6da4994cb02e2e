using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Reshelve.Feeds;

/// <summary>The column names of a CSV file.</summary>
internal static class CsvHeader
{
    /// <summary>More columns than any table has, and few enough to compare names.</summary>
    private const int MostColumns = 100_000;

    public static IReadOnlyList<string> Read(ReadOnlySpan<byte> row, char delimiter, string path)
    {
        if (!Utf8.IsValid(row))
        {
            throw new FeedRefusedException(
                $"The header row of {path} is not valid UTF-8. Say in the definition's format what its encoding is.");
        }

        var names = new List<string>();
        var places = new Dictionary<string, int>();
        var fields = new CsvFields(row, (byte)delimiter, new ArrayBufferWriter<byte>(256));
        while (fields.MoveNext())
        {
            var place = names.Count + 1;
            if (place > MostColumns)
            {
                throw new FeedRefusedException(
                    $"The header row of {path} has more than {MostColumns:N0} columns. Check the definition's format.");
            }

            var name = fields.Current.IsEmpty ? $"column{place}" : Encoding.UTF8.GetString(fields.Current);
            if (!places.TryAdd(name, place))
            {
                throw new FeedRefusedException(
                    $"{path} has two columns named '{name}' ({places[name]} and {place}): which one is meant cannot be known. "
                    + "Have one renamed at the source.");
            }

            names.Add(name);
        }

        // A line feed in quotes is rare but right; a bare carriage return is what old programs end lines with.
        if (names.Exists(name => name.Contains('\r') && !name.Contains('\n')))
        {
            throw new FeedRefusedException(
                $"The lines of {path} end with carriage returns alone, so that the whole file is one row. "
                + "Deliver it with line feeds.");
        }

        return names;
    }
}
