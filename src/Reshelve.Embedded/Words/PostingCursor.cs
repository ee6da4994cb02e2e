using Reshelve.Searching;

namespace Reshelve.Embedded.Words;

/// <summary>Goes through the documents that hold the words, by ascending number.</summary>
/// <param name="words">The words.</param>
/// <param name="match">Whether all are needed.</param>
/// <param name="frequencies">Filled with how often the document holds each wanted word; 0 where not at all.</param>
internal ref struct PostingCursor(RankedWords words, TermMatch match, Span<float> frequencies)
{
    private readonly int[] _at = new int[words.Wanted.Length];
    private readonly int[] _excludedAt = new int[words.Excluded.Length];
    private readonly Span<float> _frequencies = frequencies;

    // The rarest word leads: of the others only what it has is looked at.
    private readonly int _rarest = RarestOf(words.Wanted);

    public bool Next(out int document)
    {
        while (match == TermMatch.All ? NextWithAll(out document) : NextWithAny(out document))
        {
            if (!IsExcluded(document))
                return true;
        }

        return false;
    }

    private static int RarestOf(PostingList[] lists) => Array.IndexOf(lists, lists.MinBy(list => list.Count));

    private bool NextWithAll(out int document)
    {
        var leader = words.Wanted[_rarest].Documents;
        while (_at[_rarest] < leader.Length)
        {
            document = leader[_at[_rarest]];
            var all = true;
            for (var i = 0; all && i < _at.Length; i++)
                all = Holds(words.Wanted[i], ref _at[i], document, ref _frequencies[i]);
            _at[_rarest]++;
            if (all)
                return true;
        }

        document = 0;
        return false;
    }

    private bool NextWithAny(out int document)
    {
        document = int.MaxValue;
        var found = false;
        for (var i = 0; i < _at.Length; i++)
        {
            var documents = words.Wanted[i].Documents;
            if (_at[i] == documents.Length)
                continue;
            found = true;
            document = Math.Min(document, documents[_at[i]]);
        }

        for (var i = 0; found && i < _at.Length; i++)
        {
            _frequencies[i] = 0;
            if (Holds(words.Wanted[i], ref _at[i], document, ref _frequencies[i]))
                _at[i]++;
        }

        return found;
    }

    private readonly bool IsExcluded(int document)
    {
        float ignored = 0;
        for (var i = 0; i < _excludedAt.Length; i++)
        {
            if (Holds(words.Excluded[i], ref _excludedAt[i], document, ref ignored))
                return true;
        }

        return false;
    }

    private static bool Holds(PostingList list, ref int at, int document, ref float frequency)
    {
        var documents = list.Documents;
        if (at < documents.Length && documents[at] < document)
            at = PostingList.Search(documents, at, document);
        if (at == documents.Length || documents[at] != document)
            return false;
        frequency = list.Frequencies[at];
        return true;
    }
}
