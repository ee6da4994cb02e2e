namespace Reshelve.Mapping;

/// <summary>One spelling of a member's name that records had at one place, with all that is to be known of it.</summary>
internal sealed class KnownName
{
    private KnownName? _first;
    private int _rank;

    /// <param name="spelling">The name as delivered, with its quotes and escapes.</param>
    /// <param name="text">The name as UTF-8, without quotes and escapes; names of equal text are the same name.</param>
    /// <param name="label">The name in its canonical spelling, with quotes and colon.</param>
    /// <param name="child">What the definition wants there, if anything.</param>
    public KnownName(byte[] spelling, byte[] text, byte[] label, FieldNode? child)
    {
        Spelling = spelling;
        Text = text;
        Label = label;
        Child = child;
        Successor = this;
    }

    public byte[] Spelling { get; }

    public byte[] Text { get; }

    public byte[] Label { get; }

    public FieldNode? Child { get; }

    /// <summary>The name that followed it last.</summary>
    public KnownName Successor { get; set; }

    /// <summary>The names in the objects that are its values, where nobody wants anything of them.</summary>
    public NameTable? Inner { get; set; }

    /// <summary>The place of its text among those of its table, in the order of their bytes.</summary>
    public int Rank
    {
        get => _first is null ? _rank : _first._rank;
        set => _rank = value;
    }

    /// <summary>Makes it another spelling of a name.</summary>
    public void ShareRankWith(KnownName first) => _first = first;
}
