namespace Reshelve.Embedded.Words;

/// <summary>
/// Keeps the postings of common words as of one version of the index: reading those of a word in 875,000 of a million documents takes
/// 15 ms, and the slowest of a hundred searches is for two of the commonest words. What was not asked for longest goes first.
/// </summary>
internal sealed class PostingCache
{
    private const long MaxPostings = 8 << 20;

    // Others are read again in less than a millisecond.
    private const int CommonFrom = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (PostingList Postings, long Asked)> _kept = new(StringComparer.Ordinal);
    private long _asked;
    private long _postings;

    /// <summary>The postings of a word, kept or read.</summary>
    /// <param name="index">The index, as of this version.</param>
    /// <param name="word">The word.</param>
    /// <param name="weights">What each text field weighs.</param>
    /// <param name="isKept">Whether they are others' too, and so are not to be disposed.</param>
    public PostingList Get(WordIndex index, byte[] word, float[] weights, out bool isKept)
    {
        var key = Convert.ToHexString(word) + ":" + string.Join(',', weights);
        lock (_gate)
        {
            isKept = _kept.TryGetValue(key, out var known);
            if (isKept)
            {
                _kept[key] = (known.Postings, ++_asked);
                return known.Postings;
            }
        }

        var postings = index.Read(word, weights);
        if (postings.Count < CommonFrom)
            return postings;
        isKept = true;
        lock (_gate)
        {
            if (_kept.TryAdd(key, (postings, ++_asked)))
                _postings += postings.Count;
            while (_postings > MaxPostings && _kept.Count > 1)
                Drop(_kept.MinBy(k => k.Value.Asked).Key);
        }

        return postings;
    }

    // Left to the garbage collector: a search may be going through it.
    private void Drop(string key)
    {
        _postings -= _kept[key].Postings.Count;
        _kept.Remove(key);
    }
}
