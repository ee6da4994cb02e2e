using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Words;

/// <summary>
/// Reads the postings of single words directly from the tables in which FTS5 keeps them (format 4, described at the head of
/// <c>fts5_index.c</c> in SQLite's sources), as of the connection's read transaction. FTS5 itself goes through a common word's
/// documents one by one at 25 ns, and asks three more tables of each to rank it; this takes about a fifth. FTS5 alone writes these tables.
/// </summary>
internal sealed class WordIndex(SqliteDatabase database)
{
    private const long Format = 4;
    private const long AveragesRow = 1;
    private const long StructureRow = 10;

    // Words of the table itself, as opposed to those of prefix indexes.
    private const byte MainIndex = (byte)'0';

    private readonly List<WordSegment> _segments = [];

    /// <summary>How many documents there are, also those without words.</summary>
    public long Documents { get; private set; }

    /// <summary>The words of all documents together.</summary>
    public long Words { get; private set; }

    /// <summary>Reads what the index consists of; false when it is written in a way that is not known here.</summary>
    public bool TryOpen()
    {
        _segments.Clear();
        if (database.Prepare("SELECT v FROM words_config WHERE k = 'version'").Scalar() != Format)
            return false;
        return ReadAverages() && ReadStructure();
    }

    /// <summary>The documents that hold a word, which is as the tokenizer gives it.</summary>
    /// <exception cref="InvalidDataException">The tables hold what they should not.</exception>
    public PostingList Read(ReadOnlySpan<byte> word, ReadOnlyMemory<float> weights)
    {
        var key = new byte[word.Length + 1];
        key[0] = MainIndex;
        word.CopyTo(key.AsSpan(1));
        PostingList? all = null;
        foreach (var segment in _segments)
        {
            var postings = new PostingList();
            Read(segment, key, new DoclistDecoder(weights, postings));
            all = all is null ? postings : Merge(all, postings);
        }

        all ??= new PostingList();
        all.DropDeleted();
        return all;
    }

    private static PostingList Merge(PostingList newer, PostingList older)
    {
        if (older.Count == 0)
        {
            older.Dispose();
            return newer;
        }

        using (newer)
        using (older)
            return newer.Over(older);
    }

    private void Read(WordSegment segment, byte[] key, DoclistDecoder decoder)
    {
        var page = FindPage(segment, key);
        var leaf = WordPage.Load(database, segment, page);
        if (!leaf.TryFind(key, out var start, out var end))
            return;
        decoder.Read(leaf.Bytes[start..end]);
        while (end == leaf.End && page < segment.LastPage)
        {
            leaf = WordPage.Load(database, segment, ++page);
            var first = leaf.FirstEntry;
            end = leaf.FirstTerm;
            decoder.Continue(leaf.Bytes[WordPage.HeaderBytes..(first > 0 ? first : end)]);
            if (first > 0)
                decoder.Read(leaf.Bytes[first..end]);
            if (leaf.HasTerms)
                return;
        }
    }

    private int FindPage(WordSegment segment, byte[] key)
    {
        // The lowest bit says something else of the page.
        var page = database.Prepare("SELECT pgno >> 1 FROM words_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1")
            .Bind(1, segment.Id).BindBlob(2, key).Scalar() ?? 0;
        return Math.Max((int)page, segment.FirstPage);
    }

    private bool ReadAverages()
    {
        var row = database.Prepare("SELECT block FROM words_data WHERE id = ?").Bind(1, AveragesRow);
        try
        {
            if (!row.Step())
                return false;
            var record = row.Blob(0);
            var at = 0;
            Documents = record.Length > 0 ? Varint.Read(record, ref at) : 0;
            for (Words = 0; at < record.Length;)
                Words += Varint.Read(record, ref at);
            return true;
        }
        finally
        {
            row.Reset();
        }
    }

    // A cookie of four bytes; how many levels and segments there are, and a counter; per level a number and its segments, oldest
    // first. Level 0 is the newest. A newer form of the record begins with a byte that no number of levels has.
    private bool ReadStructure()
    {
        const int CookieBytes = 4;
        const byte NewerForm = 0xFF;
        var row = database.Prepare("SELECT block FROM words_data WHERE id = ?").Bind(1, StructureRow);
        try
        {
            if (!row.Step() || row.Blob(0) is not { Length: > CookieBytes } record || record[CookieBytes] == NewerForm)
                return false;
            var at = CookieBytes;
            var levels = Varint.Read(record, ref at);
            Varint.Read(record, ref at);
            Varint.Read(record, ref at);
            for (var level = 0; level < levels; level++)
                ReadLevel(record, ref at);
            return true;
        }
        finally
        {
            row.Reset();
        }
    }

    private void ReadLevel(ReadOnlySpan<byte> record, ref int at)
    {
        var newest = _segments.Count;
        Varint.Read(record, ref at);
        for (var rest = Varint.Read(record, ref at); rest > 0; rest--)
        {
            var id = Varint.Read(record, ref at);
            var (first, last) = (Varint.Read(record, ref at), Varint.Read(record, ref at));
            _segments.Insert(newest, new WordSegment(id, checked((int)first), checked((int)last)));
        }
    }
}
