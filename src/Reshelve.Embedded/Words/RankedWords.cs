using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Words;

/// <summary>The postings of a query's words.</summary>
internal sealed class RankedWords : IDisposable
{
    private readonly List<PostingList> _own = [];

    /// <param name="index">The index to read from.</param>
    /// <param name="cache">What is kept of its version.</param>
    /// <param name="wanted">The words that a document must or may hold.</param>
    /// <param name="excluded">Those that it must not hold.</param>
    /// <param name="weights">What each text field weighs.</param>
    /// <exception cref="SqliteException">The index is damaged.</exception>
    public RankedWords(WordIndex index, PostingCache cache, IEnumerable<byte[]> wanted, IEnumerable<byte[]> excluded, float[] weights)
    {
        try
        {
            Wanted = [.. wanted.Select(Get)];
            Excluded = [.. excluded.Select(Get)];
        }
        catch (Exception damage) when (damage is InvalidDataException or IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new SqliteException((int)SqliteError.Corrupt, damage.Message);
        }

        PostingList Get(byte[] word)
        {
            var postings = cache.Get(index, word, weights, out var isKept);
            if (!isKept)
                _own.Add(postings);
            return postings;
        }
    }

    /// <summary>Of those that a document must or may hold, in the query's order.</summary>
    public PostingList[] Wanted { get; }

    /// <summary>Of those that it must not hold.</summary>
    public PostingList[] Excluded { get; }

    /// <inheritdoc/>
    public void Dispose() => _own.ForEach(list => list.Dispose());
}
