using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;

namespace Reshelve.Mapping;

/// <summary>One name on the ways to the values that a definition wants, as a tree from the record's root.</summary>
internal sealed class FieldNode
{
    private readonly List<FieldNode> _children = [];
    private byte[] _name = [];

    /// <summary>What wants the value that stands here: indexes of fields, or <see cref="IdTarget"/>, <see cref="TombstoneTarget"/>.</summary>
    public List<int> Targets { get; } = [];

    /// <summary>Where the walker met it last.</summary>
    public Occurrence Last { get; set; }

    public bool IsLeaf => _children.Count == 0;

    public static int IdTarget(CatalogDefinition definition) => definition.Fields.Count;

    public static int TombstoneTarget(CatalogDefinition definition) => definition.Fields.Count + 1;

    public static FieldNode Build(CatalogDefinition definition)
    {
        var root = new FieldNode();
        for (var i = 0; i < definition.Fields.Count; i++)
            root.Add(definition.Fields[i].From, i);
        root.Add(definition.Id, IdTarget(definition));
        if (definition.Tombstone is { } tombstone)
            root.Add(tombstone.Field, TombstoneTarget(definition));
        return root;
    }

    /// <summary>
    /// The child that the reader's property name names, or null. Names mostly come in the order of the record before, so the child
    /// after the last one found is tried first.
    /// </summary>
    public FieldNode? Find(ref Utf8JsonReader reader, ref int next)
    {
        var children = _children;
        for (var tried = 0; tried < children.Count; tried++)
        {
            var index = next + tried;
            if (index >= children.Count)
                index -= children.Count;
            var child = children[index];
            var same = reader.ValueIsEscaped ? reader.ValueTextEquals(child._name) : reader.ValueSpan.SequenceEqual(child._name);
            if (!same)
                continue;
            next = index + 1 < children.Count ? index + 1 : 0;
            return child;
        }

        return null;
    }

    private void Add(FieldPath path, int target)
    {
        var node = this;
        foreach (var segment in path.Segments)
            node = node.Child(Encoding.UTF8.GetBytes(segment));
        node.Targets.Add(target);
    }

    private FieldNode Child(byte[] name)
    {
        var child = _children.Find(node => node._name.AsSpan().SequenceEqual(name));
        if (child is not null)
            return child;
        child = new FieldNode { _name = name };
        _children.Add(child);
        return child;
    }

    /// <summary>A member of an object of a record.</summary>
    /// <param name="Object">The number of the object, from 1.</param>
    /// <param name="First">The first value found at or below the member.</param>
    /// <param name="End">The one after the last.</param>
    internal readonly record struct Occurrence(long Object, int First, int End);
}
