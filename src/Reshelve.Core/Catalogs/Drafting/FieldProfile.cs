namespace Reshelve.Catalogs.Drafting;

/// <summary>What was seen in one place of the records: how often, and what its values could be read as.</summary>
internal sealed class FieldProfile(string name, FieldProfile? parent, int order)
{
    /// <summary>More different values than anyone picks from.</summary>
    public const int MostDistinct = 2_000;

    private readonly Dictionary<string, FieldProfile> _children = [];
    private readonly HashSet<ulong> _distinct = [];

    public string Name => name;

    /// <summary>When it was first seen, counted over all places.</summary>
    public int Order => order;

    public IReadOnlyCollection<FieldProfile> Children => _children.Values;

    public FieldPath Path => FieldPath.Of([.. Segments()]);

    /// <summary>Records in which it has a value: neither null nor empty.</summary>
    public long Present { get; set; }

    public long Objects { get; set; }

    public long Arrays { get; set; }

    public long ArraysInArrays { get; set; }

    public long ObjectsInArrays { get; set; }

    public long Strings { get; private set; }

    public long Integers { get; private set; }

    public long Decimals { get; private set; }

    public long Booleans { get; private set; }

    /// <summary>What all strings could be read as; starts true and stays so until one cannot.</summary>
    public bool AllNumbers { get; private set; } = true;

    public bool AllWhole { get; private set; } = true;

    public bool AllDates { get; private set; } = true;

    public bool AllBooleans { get; private set; } = true;

    /// <summary>Whether a number is beyond what indexes compute with.</summary>
    public bool AnyInfinite { get; private set; }

    public bool AnyLeadingZero { get; private set; }

    public bool AnyControl { get; private set; }

    /// <summary>Characters of the longest string.</summary>
    public int Longest { get; private set; }

    public long Urls { get; private set; }

    public long Images { get; private set; }

    public long Words { get; private set; }

    public long Length { get; private set; }

    /// <summary>How many different values; null when more than <see cref="MostDistinct"/>.</summary>
    public int? Distinct => _distinct.Count > MostDistinct ? null : _distinct.Count;

    public long Scalars => Strings + Integers + Decimals + Booleans;

    /// <summary>The candidate for the id that watches this place, while it is one.</summary>
    public IdCandidate? Candidate { get; set; }

    public FieldProfile? Find(string child) => _children.GetValueOrDefault(child);

    public FieldProfile Add(string child, int childOrder) => _children[child] = new FieldProfile(child, this, childOrder);

    public void TakeInteger(string text)
    {
        Integers++;
        Count(text);
    }

    public void TakeDecimal(string text, bool finite)
    {
        Decimals++;
        AnyInfinite |= !finite;
        Count(text);
    }

    public void TakeBoolean(bool value)
    {
        Booleans++;
        Count(value ? "true" : "false");
    }

    /// <summary>Takes a text without the white space around it.</summary>
    public void TakeString(string text)
    {
        Strings++;
        Count(text);
        Words += ValueText.Words(text);
        Length += text.Length;
        Longest = Math.Max(Longest, text.Length);
        AnyControl = AnyControl || text.Any(char.IsControl);
        AnyLeadingZero = AnyLeadingZero || ValueText.HasLeadingZero(text);
        if (AllNumbers)
        {
            AllNumbers = ValueText.IsNumber(text, out var whole);
            AllWhole = AllWhole && whole;
        }

        AllDates = AllDates && ValueText.IsDate(text);
        AllBooleans = AllBooleans && ValueText.IsBoolean(text);
        if (ValueText.IsUrl(text))
            Urls++;
        if (ValueText.IsImage(text))
            Images++;
    }

    private void Count(string text)
    {
        if (_distinct.Count <= MostDistinct)
            _distinct.Add(ValueText.Hash(text));
    }

    private IEnumerable<string> Segments() => parent is null ? [] : parent.Segments().Append(name);
}
