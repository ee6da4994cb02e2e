using System.Text;
using System.Xml;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>
/// Finds the element that is a record: of those that repeat and have content of their own, the one that makes up most of the
/// feed.
/// </summary>
internal sealed class XmlShape
{
    private const int MaxDepth = 64;
    private const int MaxElements = 2_000_000;
    private const int MaxPlaces = 50_000;

    private readonly Element _root = new("", null);
    private readonly List<(Element Element, long Instance)> _open = [];
    private long _instances;
    private int _places;

    /// <exception cref="FeedRefusedException">It has a DTD, is not XML, or has no records.</exception>
    public static FeedFormat Find(FeedSample sample) => FeedSample.Reading(sample.File, () =>
    {
        // Without a declaration that says otherwise XML is UTF-8; where it is not, the definition must say so.
        var declares = sample.Head.AsSpan(0, Math.Min(200, sample.Head.Length)).Contains("encoding", StringComparison.Ordinal);
        var latin = sample.Encoding.Declared == FeedEncoding.Latin1 && !declares;
        using var stream = sample.OpenBytes();
        using var text = latin ? new StreamReader(stream, Encoding.Latin1) : null;
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersFromEntities = 1_024,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        var shape = new XmlShape();
        try
        {
            using var reader = text is null ? XmlReader.Create(stream, settings) : XmlReader.Create(text, settings);
            shape.Read(reader);
        }
        catch (XmlException error)
        {
            Refuse(sample, error);
        }

        var encoding = latin || sample.Encoding.Declared != FeedEncoding.Latin1 ? sample.Encoding.Declared : FeedEncoding.Auto;
        return new FeedFormat { Kind = FeedFormatKind.Xml, Records = shape.Records(sample), Encoding = encoding };
    });

    private static void Refuse(FeedSample sample, XmlException error)
    {
        if (sample.Head.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase))
            throw new FeedRefusedException(
                $"'{sample.File}' has a document type definition (DTD), which is refused: it can read other "
                    + "files and expand without bound. Deliver it without.",
                error);
        throw new FeedRefusedException($"'{sample.File}' looks like XML and is not: {error.Message} Correct the feed.", error);
    }

    private void Read(XmlReader reader)
    {
        while (_instances < MaxElements && reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement)
                _open.RemoveAt(_open.Count - 1);
            else if (reader.NodeType == XmlNodeType.Element)
                Begin(reader);
        }
    }

    private void Begin(XmlReader reader)
    {
        if (_open.Count > MaxDepth)
            throw new XmlException($"elements nest deeper than {MaxDepth} levels.");
        var (parent, parentInstance) = _open.Count == 0 ? (_root, 0L) : _open[^1];
        var element = parent.Child(reader.Name, ref _places);
        if (_places > MaxPlaces)
            throw new XmlException($"it has more than {MaxPlaces} differently named elements.");
        _instances++;
        element.Repeats |= element.LastParent == parentInstance;
        element.LastParent = parentInstance;
        element.Own += 1 + reader.AttributeCount;
        element.HasAttributes |= reader.AttributeCount > 0;
        if (!reader.IsEmptyElement)
            _open.Add((element, _instances));
    }

    private FieldPath Records(FeedSample sample)
    {
        var all = _root.Children.SelectMany(r => r.Children).SelectMany(c => c.WithDescendants()).ToArray();
        var record = all.Where(e => e is { Repeats: true, IsComplex: true }).MaxBy(e => e.Volume)
            ?? OnlyRecord();
        if (record is null)
            throw new FeedRefusedException(
                $"'{sample.File}' is XML without records: no element below the root has elements or attributes of its own.");
        return FieldPath.Of([.. record.Path()]);
    }

    /// <summary>
    /// The record of a feed of one: downwards from the root as long as what is below has more to it than what is beside it, so
    /// that neither the envelope nor a part of the record is taken for it.
    /// </summary>
    private Element? OnlyRecord()
    {
        Element? record = null;
        var element = _root.Children.FirstOrDefault();
        while (element?.Children.Where(c => c.IsComplex).MaxBy(c => c.Volume) is { } child)
        {
            if (record is not null && child.Children.Count < element.Children.Count(c => !c.IsComplex))
                break;
            record = element = child;
        }

        return record;
    }

    /// <summary>All elements of one name in one place.</summary>
    private sealed class Element(string name, Element? parent)
    {
        private readonly Dictionary<string, Element> _children = [];

        public IReadOnlyCollection<Element> Children => _children.Values;

        public bool Repeats { get; set; }

        public bool HasAttributes { get; set; }

        public long LastParent { get; set; } = -1;

        /// <summary>Elements and attributes of its own.</summary>
        public long Own { get; set; }

        public bool IsComplex => HasAttributes || _children.Count > 0;

        /// <summary>Elements and attributes, with those below.</summary>
        public long Volume => Own + _children.Values.Sum(c => c.Volume);

        public Element Child(string childName, ref int places)
        {
            if (!_children.TryGetValue(childName, out var child))
            {
                places++;
                _children[childName] = child = new Element(childName, this);
            }

            return child;
        }

        public IEnumerable<Element> WithDescendants() => _children.Values.SelectMany(c => c.WithDescendants()).Prepend(this);

        public IEnumerable<string> Path() => parent is null ? [] : parent.Path().Append(name);
    }
}
