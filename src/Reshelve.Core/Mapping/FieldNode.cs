using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;

namespace Reshelve.Mapping;

/// <summary>One name on the ways to the values that a definition wants, as a tree from the record's root.</summary>
internal sealed class FieldNode
{
    private const int Buckets = 256;

    private readonly List<FieldNode> _children = [];
    private readonly FieldNode?[] _buckets = new FieldNode?[Buckets];
    private byte[] _name = [];
    private FieldNode? _sameBucket;
    private int _ordinal;
    private bool _isMark;

    /// <summary>
    /// What wants the value that stands here: indexes of fields, or <see cref="IdTarget"/>, <see cref="TombstoneTarget"/>.
    /// </summary>
    public int[] Targets { get; private set; } = [];

    /// <summary>Where the walker met it last.</summary>
    public Occurrence Last { get; set; }

    /// <summary>Whether nothing below it is wanted by itself.</summary>
    public bool IsLeaf { get; private set; } = true;

    /// <summary>Whether only something below it is wanted, so that the rest of it is nobody's.</summary>
    public bool IsPassage => !IsLeaf && Targets.Length == 0;

    /// <summary>
    /// Whether a string here is always read when a document is made: as a field or the id, not only as the mark of a tombstone.
    /// </summary>
    public bool IsRead => Targets.Length > 0 && !_isMark;

    /// <summary>The names met in the objects here.</summary>
    public NameTable? Names { get; set; }

    public static int IdTarget(CatalogDefinition definition) => definition.Fields.Count;

    public static int TombstoneTarget(CatalogDefinition definition) => definition.Fields.Count + 1;

    public static FieldNode Build(CatalogDefinition definition)
    {
        var root = new FieldNode();
        for (var i = 0; i < definition.Fields.Count; i++)
            root.Add(definition.Fields[i].From, i);
        root.Add(definition.Id, IdTarget(definition));
        if (definition.Tombstone is { } tombstone)
            root.Add(tombstone.Field, TombstoneTarget(definition))._isMark = true;
        return root;
    }

    /// <summary>
    /// The child that the reader's property name names, or null. Names mostly come in the order of the record before, so the
    /// child
    /// after the last one found is tried first.
    /// </summary>
    public FieldNode? Find(ref Utf8JsonReader reader, ref int next)
    {
        if (!reader.ValueIsEscaped)
            return Find(reader.ValueSpan, ref next);
        foreach (var child in _children)
        {
            if (reader.ValueTextEquals(child._name))
                return child;
        }

        return null;
    }

    /// <summary>The child of this name, or null.</summary>
    public FieldNode? Find(ReadOnlySpan<byte> name, ref int next)
    {
        if (next < _children.Count && name.SequenceEqual(_children[next]._name))
            return _children[next++];
        for (var child = _buckets[BucketOf(name)]; child is not null; child = child._sameBucket)
        {
            if (!name.SequenceEqual(child._name))
                continue;
            next = child._ordinal + 1;
            return child;
        }

        return null;
    }

    private FieldNode Add(FieldPath path, int target)
    {
        var node = this;
        foreach (var segment in path.Segments)
            node = node.Child(Encoding.UTF8.GetBytes(segment));
        node.Targets = [.. node.Targets, target];
        return node;
    }

    private FieldNode Child(byte[] name)
    {
        var child = _children.Find(node => node._name.AsSpan().SequenceEqual(name));
        if (child is not null)
            return child;
        child = new FieldNode { _name = name, _ordinal = _children.Count };
        _children.Add(child);
        IsLeaf = false;
        ref var bucket = ref _buckets[BucketOf(name)];
        child._sameBucket = bucket;
        bucket = child;
        return child;
    }

    /// <summary>Names that differ mostly differ in length, in the middle or at the end.</summary>
    private static int BucketOf(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? 0 : ((name.Length * 7) + (name[^1] * 31) + (name[name.Length / 2] * 131)) & (Buckets - 1);

    /// <summary>A member of an object of a record.</summary>
    /// <param name="Object">The number of the object, from 1.</param>
    /// <param name="First">The first value found at or below the member.</param>
    /// <param name="End">The one after the last.</param>
    internal readonly record struct Occurrence(long Object, int First, int End);
}
