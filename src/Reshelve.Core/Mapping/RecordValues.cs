using System.Text.Json;

namespace Reshelve.Mapping;

/// <summary>One value found in a record, as a place in the record's bytes.</summary>
/// <param name="Target">What wants it, or -1 when a later member of the same name replaced it.</param>
/// <param name="Start">Where its token begins; strings include their quotes.</param>
/// <param name="Length">Bytes of the token, or of the whole object or array.</param>
/// <param name="Type">The token's type; an object or array is wanted whole.</param>
/// <param name="Escaped">Whether a string holds escapes.</param>
/// <param name="InList">Whether it stands in an array.</param>
internal readonly record struct RecordValue(int Target, int Start, int Length, JsonTokenType Type, bool Escaped, bool InList);

/// <summary>The wanted values of one record, in its order and chained by target. Reused from record to record.</summary>
internal sealed class RecordValues
{
    private readonly int[] _first;
    private RecordValue[] _values = new RecordValue[64];
    private int[] _next = new int[64];
    private long _objects;

    public RecordValues(int targets) => _first = new int[targets];

    public int Count { get; private set; }

    public ref readonly RecordValue this[int index] => ref _values[index];

    /// <summary>The first value of a target, or -1.</summary>
    public int First(int target) => _first[target];

    /// <summary>The target's value after this one, or -1.</summary>
    public int Next(int index) => _next[index];

    public void Clear() => Count = 0;

    public void Add(FieldNode node, int start, int length, JsonTokenType type, bool escaped, bool inList)
    {
        foreach (var target in node.Targets)
            Add(target, start, length, type, escaped, inList);
    }

    public void Add(int target, int start, int length, JsonTokenType type, bool escaped, bool inList)
    {
        if (Count == _values.Length)
            Grow();
        _values[Count++] = new RecordValue(target, start, length, type, escaped, inList);
    }

    private void Grow()
    {
        Array.Resize(ref _values, Count * 2);
        Array.Resize(ref _next, Count * 2);
    }

    /// <summary>A number for the object that is entered, larger than any before.</summary>
    public long NextObject() => ++_objects;

    /// <summary>
    /// Of members of one name in one object the last counts, as everywhere in practice: takes back those of an earlier one.
    /// </summary>
    public void Forget(FieldNode.Occurrence earlier)
    {
        for (var i = earlier.First; i < earlier.End; i++)
            _values[i] = _values[i] with { Target = -1 };
    }

    /// <summary>Chains the values of each target.</summary>
    public void Link()
    {
        Array.Fill(_first, -1);
        for (var i = Count - 1; i >= 0; i--)
        {
            var target = _values[i].Target;
            if (target < 0)
                continue;
            _next[i] = _first[target];
            _first[target] = i;
        }
    }
}
