namespace Reshelve.Mapping;

/// <summary>
/// The names that objects at one place of the records had so far. Records of a feed have mostly the same members in the same
/// order, so the name that followed the one before last time is tried first (<see cref="KnownName.Successor"/>): one comparison
/// tells all about a name, however it is spelled. Reused from record to record.
/// </summary>
internal sealed class NameTable
{
    /// <summary>Longest name that is kept.</summary>
    public const int MaxNameBytes = 256;

    private const int MaxNames = 1 << 13;

    private readonly NameBook _book;
    private readonly Dictionary<ulong, KnownName> _bySpelling = [];
    private readonly List<KnownName> _byRank = [];

    /// <param name="book">Shared by all tables.</param>
    /// <param name="node">What is wanted of these objects, or null.</param>
    public NameTable(NameBook book, FieldNode? node)
    {
        _book = book;
        Node = node;
        Start = new KnownName([], [], [], null);
    }

    /// <summary>What is wanted of these objects.</summary>
    public FieldNode? Node { get; }

    /// <summary>Stands before the first name of an object.</summary>
    public KnownName Start { get; }

    /// <summary>Whether there were more names than are kept.</summary>
    public bool IsFull { get; private set; }

    /// <summary>How many different texts the names have.</summary>
    public int Ranks => _byRank.Count;

    /// <summary>The table of the objects below an unwanted member.</summary>
    public NameTable Inner(KnownName name) => name.Inner ??= new NameTable(_book, null);

    /// <summary>The name that is spelled so; null when it is none, or when there are too many.</summary>
    public KnownName? Find(ReadOnlySpan<byte> spelling)
    {
        var hash = _book.HashOf(spelling);
        if (_bySpelling.TryGetValue(hash, out var known))
            return spelling.SequenceEqual(known.Spelling) ? known : null;
        IsFull = _bySpelling.Count == MaxNames || _book.IsFull;
        if (IsFull || _book.TryCreate(spelling, Node) is not { } name)
            return null;
        _bySpelling.Add(hash, name);
        Rank(name);
        return name;
    }

    /// <summary>Gives the name its place among the others, by its UTF-8 bytes; spellings of one text share it.</summary>
    private void Rank(KnownName name)
    {
        var at = _byRank.BinarySearch(name, ByText.Instance);
        if (at >= 0)
        {
            name.ShareRankWith(_byRank[at]);
            return;
        }

        _byRank.Insert(~at, name);
        for (var i = ~at; i < _byRank.Count; i++)
            _byRank[i].Rank = i;
    }

    private sealed class ByText : IComparer<KnownName>
    {
        public static readonly ByText Instance = new();

        public int Compare(KnownName? x, KnownName? y) => x!.Text.AsSpan().SequenceCompareTo(y!.Text);
    }
}
