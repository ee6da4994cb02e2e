using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Hashing;

namespace Reshelve.Mapping;

/// <summary>
/// Turns a record's JSON into its document, in one canonical spelling: first the stable fields in the definition's order, then
/// <c>other</c>, then the volatile fields. So the same data, however spelled and in whichever format, gives the same bytes, and
/// the
/// hashes of the two parts tell what kind of change another document is. Not thread-safe: one per thread.
/// </summary>
internal sealed class DocumentMapper
{
    private readonly CatalogDefinition _definition;
    private readonly KeyedHash _hash;
    private readonly FieldNode _root;
    private readonly FieldDefinition[] _fields;
    private readonly RecordValues _found;
    private readonly bool _quick;
    private readonly RecordScanner _scanner;
    private readonly RecordWalker _walker;
    private readonly byte[][] _prefixes;
    private readonly int _idTarget;
    private readonly FieldValueWriter _values = new();
    private readonly CanonicalJson _canonical = new();
    private readonly ByteBuffer _id = new(FeedLimits.IdBytes);
    private readonly ByteBuffer _document = new();

    /// <param name="definition">What documents are made of.</param>
    /// <param name="documentHash">The hash of their parts.</param>
    /// <param name="quick">Whether the quick scanner may be used; tests compare both ways.</param>
    public DocumentMapper(CatalogDefinition definition, KeyedHash documentHash, bool quick = true)
    {
        _quick = quick;
        _definition = definition;
        _hash = documentHash;
        _root = FieldNode.Build(definition);
        _fields = [.. definition.Fields];
        _found = new RecordValues(_fields.Length + 2);
        _scanner = new RecordScanner(_root, _found, documentHash, definition.Others == OtherFields.Store);
        _walker = new RecordWalker(_root, _found);
        _idTarget = FieldNode.IdTarget(definition);
        _prefixes = [.. definition.Fields.Select(f => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(f.Name, MappingJson.Default.String) + ":"))];
    }

    /// <summary>Maps one record.</summary>
    /// <param name="json">The record as UTF-8 JSON, unchecked.</param>
    public MappedRecord Map(ReadOnlySpan<byte> json)
    {
        if (_quick && _scanner.TryScan(json) && TryMapScanned(json, out var mapped))
            return mapped;
        var syntax = _walker.Walk(json);
        _found.Link();
        var idProblem = ReadId(json);
        if (!Utf8.IsValid(json))
        {
            if (!Utf8.IsValid(_id.Written))
                _id.Clear();
            return Reject(null, "the record is not valid UTF-8; deliver UTF-8, or name the feed's encoding in the definition");
        }

        if (syntax is not null)
            return Reject(null, syntax);
        if (idProblem is not null)
            return Reject(_definition.Id.ToString(), idProblem);
        return IsTombstone(json)
            ? new MappedRecord { Outcome = MappingOutcome.Tombstone, Id = _id.Written }
            : BuildDocument(json, wasScanned: false);
    }

    /// <summary>
    /// Maps what the scanner noted if it makes a document. Whatever it is otherwise, the thorough way says.
    /// </summary>
    private bool TryMapScanned(ReadOnlySpan<byte> json, out MappedRecord mapped)
    {
        mapped = default;
        _found.Link();
        if (ReadId(json) is not null || IsTombstone(json) || (!_scanner.IsAscii && !Utf8.IsValid(json)))
            return false;
        mapped = BuildDocument(json, wasScanned: true);
        return mapped.Outcome == MappingOutcome.Document;
    }

    private MappedRecord Reject(string? field, string reason) =>
        new() { Outcome = MappingOutcome.Rejected, Id = _id.Written, Field = field, Reason = reason };

    private MappedRecord BuildDocument(ReadOnlySpan<byte> json, bool wasScanned)
    {
        _document.Clear();
        _document.Append((byte)'{');
        if (AppendFields(json, volatileFields: false) is { Reason: not null } stableProblem)
            return stableProblem;
        if (_definition.Others == OtherFields.Store && AppendOthers(json, wasScanned) is { } othersProblem)
            return Reject(CatalogDefinition.OtherFieldsName, othersProblem);
        var stableEnd = _document.Length;
        if (AppendFields(json, volatileFields: true) is { Reason: not null } volatileProblem)
            return volatileProblem;
        var stable = _hash.Of(_document.Slice(1, stableEnd - 1));
        var changing = _hash.Low64(_document.Slice(stableEnd, _document.Length - stableEnd));
        if (_document.Length > 1)
            _document.Truncate(_document.Length - 1);
        _document.Append((byte)'}');
        return new MappedRecord
        {
            Outcome = MappingOutcome.Document, Id = _id.Written, Document = _document.Written, Stable = stable, Volatile = changing,
        };
    }

    /// <summary>Appends the stable or the volatile fields, each with a comma behind it.</summary>
    private MappedRecord AppendFields(ReadOnlySpan<byte> json, bool volatileFields)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            var field = _fields[i];
            if (field.Volatile != volatileFields)
                continue;
            if (_found.First(i) < 0 && !field.Required)
                continue;
            var start = _document.Length;
            _document.Append(_prefixes[i]);
            var valueStart = _document.Length;
            var problem = field.List ? AppendList(json, i, field.Type) : AppendSingle(json, i, field.Type);
            if (problem is not null)
                return Reject(field.Name, problem);
            if (_document.Length > valueStart)
                _document.Append((byte)',');
            else if (field.Required)
                return Reject(field.Name, $"the record has no value for the required field '{field.Name}' (at '{field.From}')");
            else
                _document.Truncate(start);
        }

        return default;
    }

    private string? AppendSingle(ReadOnlySpan<byte> json, int target, FieldType type)
    {
        var index = _found.First(target);
        if (index < 0)
            return null;
        ref readonly var value = ref _found[index];
        return value.InList
            ? "a list where one value is expected; declare the field with `list: true`"
            : _values.Append(type, json, value, _document);
    }

    private string? AppendList(ReadOnlySpan<byte> json, int target, FieldType type)
    {
        var start = _document.Length;
        for (var index = _found.First(target); index >= 0; index = _found.Next(index))
        {
            var before = _document.Length;
            _document.Append(before == start ? (byte)'[' : (byte)',');
            if (_values.Append(type, json, _found[index], _document) is { } problem)
                return problem;
            if (_document.Length == before + 1)
                _document.Truncate(before);
        }

        if (_document.Length > start)
            _document.Append((byte)']');
        return null;
    }

    private string? AppendOthers(ReadOnlySpan<byte> json, bool wasScanned)
    {
        var start = _document.Length;
        _document.Append("\"other\":"u8);
        var valueStart = _document.Length;
        string? problem = null;
        if (wasScanned)
            _document.Append(_scanner.Others);
        else
            problem = _canonical.TryAppendOthers(json, _root, _document);
        if (problem is null && _document.Length == valueStart)
            _document.Truncate(start);
        else
            _document.Append((byte)',');
        return problem;
    }

    private string? ReadId(ReadOnlySpan<byte> json)
    {
        _id.Clear();
        var index = _found.First(_idTarget);
        if (index < 0)
            return $"the record has no id at '{_definition.Id}'";
        ref readonly var value = ref _found[index];
        if (value.InList || value.Type is not (JsonTokenType.String or JsonTokenType.Number))
            return $"the id at '{_definition.Id}' must be one text or number";
        var token = json.Slice(value.Start, value.Length);
        if (value.Type == JsonTokenType.Number && !JsonNumber.TryAppend(token, _id, out _))
            return $"the id at '{_definition.Id}' is a number out of range; deliver it as text";
        if (value.Type == JsonTokenType.String && !AppendIdText(token, value.Escaped))
            return $"the id at '{_definition.Id}' holds half of a surrogate pair, which is no character";
        if (_id.Length > FeedLimits.IdBytes)
        {
            var length = _id.Length;
            _id.Clear();
            return $"the id is {length} bytes long, and at most {FeedLimits.IdBytes} are possible";
        }

        return _id.Length == 0 ? $"the record has no id at '{_definition.Id}'" : null;
    }

    private bool AppendIdText(ReadOnlySpan<byte> token, bool escaped)
    {
        if (escaped)
            return JsonText.TryUnescape(token, _id);
        _id.Append(token[1..^1]);
        return true;
    }

    private bool IsTombstone(ReadOnlySpan<byte> json)
    {
        if (_definition.Tombstone is not { } tombstone)
            return false;
        var index = _found.First(_idTarget + 1);
        if (index < 0)
            return false;
        ref readonly var value = ref _found[index];
        if (value.Type is JsonTokenType.StartObject or JsonTokenType.StartArray ||
            !_values.TryGetText(json.Slice(value.Start, value.Length), value, out var text))
        {
            return false;
        }

        var mark = Encoding.UTF8.GetString(text);
        return tombstone.Values.Any(wanted => string.Equals(wanted, mark, StringComparison.OrdinalIgnoreCase));
    }
}
