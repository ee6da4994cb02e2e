using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.Hashing;

namespace Reshelve.Mapping;

/// <summary>
/// The quick way through a record: notes the wanted values, and writes what nobody wants, in one pass over an index of its
/// tokens. Gives up (false) on whatever is unusual: anything that is not well-formed, a wanted name twice in one object, halves
/// of surrogate pairs, nesting beyond the limit, names that are never the same. The record is then walked by
/// <see cref="RecordWalker"/>, which gives the same values, or says what is wrong. Only the escapes of strings that are noted
/// for a field or as the id are left to be checked by who reads them. Reused.
/// </summary>
internal sealed class RecordScanner
{
    private readonly RecordValues _values;
    private readonly JsonIndex _index = new();
    private readonly OtherText _others = new();
    private readonly CanonicalJson _canonical = new();
    private readonly NameTable _rootNames;
    private readonly NameBook _book;
    private readonly bool _keepsOthers;
    private readonly int _checkedTarget;
    private readonly RecordShapes _shapes = new();
    private int _marks;

    /// <param name="root">What is wanted.</param>
    /// <param name="values">Where the wanted values are noted.</param>
    /// <param name="hash">A hash that who delivers records cannot make collide.</param>
    /// <param name="keepsOthers">Whether to write what nobody wants.</param>
    /// <param name="checkedTarget">A target whose strings are not always read, so that their escapes must be checked here.</param>
    public RecordScanner(FieldNode root, RecordValues values, KeyedHash hash, bool keepsOthers, int checkedTarget)
    {
        _checkedTarget = checkedTarget;
        _values = values;
        _book = new NameBook(hash);
        _rootNames = new NameTable(_book, root);
        _keepsOthers = keepsOthers;
    }

    /// <summary>Whether the record is ASCII, and so valid UTF-8.</summary>
    public bool IsAscii => _index.IsAscii;

    /// <summary>The canonical text of the object of all that nobody wants; empty when there is nothing.</summary>
    public ReadOnlySpan<byte> Others => _others.Output.Length > 2 ? _others.Output.Written : default;

    public bool TryScan(ReadOnlySpan<byte> json)
    {
        Clear();
        if (!_index.TryBuild(json))
            return false;
        if ((_shapes.Find(json, _index) ?? (_shapes.TryBeginLearning(_index) ? Learn(json) : null)) is { } shape)
            return shape.TryRead(json, _index, _values, _others.Output);
        return new Walk(this, json, isLearning: false).TryRecord();
    }

    /// <summary>Learns a record's shape; null when it has none that others could have too.</summary>
    private RecordShape? Learn(ReadOnlySpan<byte> json)
    {
        _marks = 0;
        var isRecord = new Walk(this, json, isLearning: true).TryRecord();
        var shape = isRecord ? new RecordShape(json, _index, _values, _others.Output.Written, _checkedTarget) : null;
        Clear();
        // Where a member came twice the earlier one is gone from the text, and nobody would look at its value.
        if (shape is null || shape.Others != _marks)
            return null;
        _shapes.Keep(shape, _index);
        return shape;
    }

    private void Clear()
    {
        _values.Clear();
        _others.Clear();
    }

    /// <summary>The way over one record's tokens.</summary>
    /// <param name="scanner">Whose it is.</param>
    /// <param name="json">The record.</param>
    /// <param name="isLearning">Whether marks are written instead of values, to make a shape of.</param>
    private ref struct Walk(RecordScanner scanner, ReadOnlySpan<byte> json, bool isLearning)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private readonly ReadOnlySpan<int> _places = scanner._index.Places;
        private readonly RecordValues _values = scanner._values;
        private readonly OtherText _others = scanner._others;
        private readonly bool _hasEscapes = scanner._index.HasEscapes;
        private int _at;

        /// <summary>The first byte of the next token.</summary>
        private readonly byte Current => _json[_places[_at]];

        public bool TryRecord() =>
            TryObject(scanner._rootNames, false, FeedLimits.Depth, scanner._keepsOthers) && _at == scanner._index.Count;

        private bool TryObject(NameTable names, bool inList, int depth, bool keep)
        {
            if (depth == 0)
                return false;
            _at++;
            var open = keep ? _others.Begin() : default;
            if (Current == '}')
            {
                _at++;
            }
            else
            {
                var number = _values.NextObject();
                var name = names.Start;
                do
                {
                    if (!TryMember(names, ref name, number, inList, depth - 1, keep))
                        return false;
                }
                while (_json[_places[_at++]] == ',');
                if (_json[_places[_at - 1]] != '}')
                    return false;
            }

            if (keep)
                _others.End(open, names);
            return true;
        }

        private bool TryMember(NameTable names, ref KnownName name, long number, bool inList, int depth, bool keep)
        {
            var start = _places[_at];
            if (_json[start] != '"' || _json[_places[_at + 2]] != ':')
                return false;
            var found = name.Successor;
            if (!found.IsAt(_json, start))
            {
                if (names.Find(_json[start..(_places[_at + 1] + 1)]) is not { } other)
                    return false;
                found = name.Successor = other;
            }

            name = found;
            _at += 3;
            var child = found.Child;
            if (child is not null)
            {
                if (child.Last.Object == number)
                    return false;
                child.Last = new FieldNode.Occurrence(number, 0, 0);
                // What most members are: a string that a field wants.
                if (child.IsRead && Current == '"')
                {
                    start = _places[_at];
                    _values.Add(child, start, _places[_at + 1] + 1 - start, JsonTokenType.String, _hasEscapes, inList);
                    _at += 2;
                    return true;
                }

                keep &= child.IsPassage;
            }

            if (!keep)
                return child is null ? TryPass(depth) : TryWanted(child, inList, depth, false);
            var canBeEmpty = child is not null && Current is (byte)'{' or (byte)'[';
            var at = _others.BeginMember(found);
            if (!(child is null ? TryOther(names, found, depth) : TryWanted(child, inList, depth, true)))
                return false;
            _others.EndMember(found, at, canBeEmpty);
            return true;
        }

        /// <summary>Notes a value that is wanted, or those in it; what nobody wants of it is written if asked for.</summary>
        private bool TryWanted(FieldNode node, bool inList, int depth, bool keep)
        {
            var start = _places[_at];
            switch (_json[start])
            {
                case (byte)'{' when !node.IsLeaf:
                    // An object that is wanted whole and in parts is rare: the walker sorts it out.
                    return node.IsPassage && TryObject(node.Names ??= new NameTable(scanner._book, node), inList, depth, keep);
                case (byte)'[' when !(inList && node.Targets.Length > 0):
                    return TryElements(node, depth, keep);
                case (byte)'{' or (byte)'[':
                    var type = _json[start] == '{' ? JsonTokenType.StartObject : JsonTokenType.StartArray;
                    if (!TryPass(depth))
                        return false;
                    _values.Add(node, start, _places[_at - 1] + 1 - start, type, false, inList);
                    return true;
                default:
                    if (!TryScalar(keep, out type, out var length))
                        return false;
                    if (type == JsonTokenType.String && !keep && !node.IsRead && !HasGoodEscapes(start, length))
                        return false;
                    if (type != JsonTokenType.Null)
                        _values.Add(node, start, length, type, _hasEscapes && type == JsonTokenType.String, inList);
                    return true;
            }
        }

        private bool TryElements(FieldNode node, int depth, bool keep)
        {
            if (!TryOpenList(depth, keep, out var isEmpty))
                return false;
            while (!isEmpty)
            {
                if (!TryWanted(node, true, depth - 1, keep) || !TryEndElement(keep, out isEmpty))
                    return false;
            }

            return true;
        }

        /// <summary>Writes a value that nobody wants.</summary>
        private bool TryOther(NameTable names, KnownName name, int depth)
        {
            switch (Current)
            {
                case (byte)'{':
                    var inner = names.Inner(name);
                    return inner.IsFull ? TryObjectOfManyNames(depth) : TryObject(inner, false, depth, true);
                case (byte)'[':
                    if (!TryOpenList(depth, true, out var isEmpty))
                        return false;
                    while (!isEmpty)
                    {
                        if (!TryOther(names, name, depth - 1) || !TryEndElement(true, out isEmpty))
                            return false;
                    }

                    return true;
                default:
                    return TryScalar(true, out _, out _);
            }
        }

        /// <summary>Where names are data (one for each article, say), none is worth being remembered.</summary>
        private bool TryObjectOfManyNames(int depth)
        {
            if (isLearning)
                return false;
            var start = _places[_at];
            return TryPass(depth) && scanner._canonical.TryAppend(_json[start..(_places[_at - 1] + 1)], _others.Output) is null;
        }

        private bool TryOpenList(int depth, bool keep, out bool isEmpty)
        {
            isEmpty = false;
            if (depth == 0)
                return false;
            _at++;
            if (keep)
                _others.Output.Append((byte)'[');
            if (Current != ']')
                return true;
            isEmpty = true;
            return TryEndElement(keep, out _);
        }

        /// <summary>Passes what stands behind an element.</summary>
        private bool TryEndElement(bool keep, out bool isLast)
        {
            var separator = _json[_places[_at++]];
            isLast = separator == ']';
            if (keep)
                _others.Output.Append(separator);
            return isLast || separator == ',';
        }

        /// <summary>Passes a value with all that is in it.</summary>
        private bool TryPass(int depth)
        {
            switch (Current)
            {
                case (byte)'{':
                    return depth > 0 && TryPassObject(depth - 1);
                case (byte)'[':
                    if (!TryOpenList(depth, false, out var isEmpty))
                        return false;
                    while (!isEmpty)
                    {
                        if (!TryPass(depth - 1) || !TryEndElement(false, out isEmpty))
                            return false;
                    }

                    return true;
                default:
                    var start = _places[_at];
                    return TryScalar(false, out var type, out var length) && (type != JsonTokenType.String || HasGoodEscapes(start, length));
            }
        }

        private bool TryPassObject(int depth)
        {
            _at++;
            if (Current == '}')
            {
                _at++;
                return true;
            }

            do
            {
                var start = _places[_at];
                if (_json[start] != '"' || _json[_places[_at + 2]] != ':' || !HasGoodEscapes(start, _places[_at + 1] + 1 - start))
                    return false;
                _at += 3;
                if (!TryPass(depth))
                    return false;
            }
            while (_json[_places[_at++]] == ',');
            return _json[_places[_at - 1]] == '}';
        }

        private readonly bool HasGoodEscapes(int start, int length) => !_hasEscapes || JsonText.HasGoodEscapes(_json.Slice(start, length));

        /// <summary>Passes a value that holds no others; the escapes in a string are only checked if it is written.</summary>
        private bool TryScalar(bool keep, out JsonTokenType type, out int length)
        {
            var token = _at++;
            var start = _places[token];
            type = JsonScalars.TypeAt(_json, start);
            length = type == JsonTokenType.String ? _places[_at++] + 1 - start : JsonScalars.LengthAt(_json, start);
            if (length == 0)
                return false;
            if (!keep)
                return true;
            if (isLearning)
            {
                RecordShape.AppendMark(token, _others.Output);
                scanner._marks++;
                return true;
            }

            switch (type)
            {
                case JsonTokenType.String:
                    return JsonText.TryAppendCanonical(_json, start, length, _others.Output, out _);
                case JsonTokenType.Number:
                    return JsonNumber.TryAppend(_json.Slice(start, length), _others.Output, out _);
                default:
                    _others.Output.Append(_json.Slice(start, length));
                    return true;
            }
        }
    }
}
