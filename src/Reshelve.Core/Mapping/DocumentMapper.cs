using System.Diagnostics.CodeAnalysis;
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
    private readonly WrittenField[] _stableFields;
    private readonly WrittenField[] _volatileFields;
    private readonly RecordValues _found;
    private readonly bool _quick;
    private readonly RecordScanner _scanner;
    private readonly RecordWalker _walker;
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
        _stableFields = WrittenFields(definition, areVolatile: false);
        _volatileFields = WrittenFields(definition, areVolatile: true);
        _found = new RecordValues(definition.Fields.Count + 2);
        _scanner = new RecordScanner(
            _root, _found, documentHash, definition.Others == OtherFields.Store, FieldNode.TombstoneTarget(definition));
        _walker = new RecordWalker(_root, _found);
        _idTarget = FieldNode.IdTarget(definition);
    }

    // A loop: LINQ over a struct is compiled anew by every process, and this is made at the start of every plan.
    private static WrittenField[] WrittenFields(CatalogDefinition definition, bool areVolatile)
    {
        var fields = new WrittenField[definition.Fields.Count];
        var count = 0;
        for (var target = 0; target < fields.Length; target++)
        {
            if (definition.Fields[target].Volatile == areVolatile)
                fields[count++] = new WrittenField(definition.Fields[target], target);
        }

        return fields.AsSpan(0, count).ToArray();
    }

    /// <summary>Maps one record.</summary>
    /// <param name="json">The record as UTF-8 JSON, unchecked.</param>
    public MappedRecord Map(ReadOnlySpan<byte> json)
    {
        var end = ValueCount.EndOf(json, _definition.Limits.Values);
        if (end < json.Length)
            return RejectFull(json[..end]);
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

    /// <summary>Of a record with too many values the id is read, if it comes before: its last good document is then known to be that.</summary>
    private MappedRecord RejectFull(ReadOnlySpan<byte> json)
    {
        _walker.Walk(json);
        _found.Link();
        if (ReadId(json) is not null || !Utf8.IsValid(_id.Written))
            _id.Clear();
        return Reject(
            null,
            $"the record holds more than {_definition.Limits.Values:N0} values, which is the limit; deliver less in one record, or raise `limits: values` in the definition");
    }

    private MappedRecord Reject(string? field, string reason) =>
        new() { Outcome = MappingOutcome.Rejected, Id = _id.Written, Field = field, Reason = reason };

    private MappedRecord BuildDocument(ReadOnlySpan<byte> json, bool wasScanned)
    {
        _document.Clear();
        _document.Append((byte)'{');
        if (!TryAppendFields(json, _stableFields, out var faulty, out var problem))
            return Reject(faulty, problem);
        if (_definition.Others == OtherFields.Store && AppendOthers(json, wasScanned) is { } othersProblem)
            return Reject(CatalogDefinition.OtherFieldsName, othersProblem);
        var stableEnd = _document.Length;
        if (!TryAppendFields(json, _volatileFields, out faulty, out problem))
            return Reject(faulty, problem);
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

    /// <summary>Appends some fields, each with a comma behind it.</summary>
    private bool TryAppendFields(
        ReadOnlySpan<byte> json, WrittenField[] fields, [NotNullWhen(false)] out string? faulty, [NotNullWhen(false)] out string? problem)
    {
        foreach (ref readonly var field in fields.AsSpan())
        {
            if (_found.First(field.Target) < 0 && !field.Required)
                continue;
            if (field.IsSingleText && TryAppendUsual(json, field))
                continue;
            var start = _document.Length;
            _document.Append(field.Label);
            var valueStart = _document.Length;
            problem = field.List ? AppendList(json, field.Target, field.Type) : AppendSingle(json, field.Target, field.Type);
            if (problem is null && _document.Length == valueStart && field.Required)
                problem = MissingValue(_definition.Fields[field.Target]);
            if (problem is not null)
            {
                faulty = _definition.Fields[field.Target].Name;
                return false;
            }

            if (_document.Length > valueStart)
                _document.Append((byte)',');
            else
                _document.Truncate(start);
        }

        faulty = problem = null;
        return true;
    }

    /// <summary>
    /// Appends a text as it mostly is, asking once for room for label, value and comma (see MappingBenchmarks).
    /// </summary>
    private bool TryAppendUsual(ReadOnlySpan<byte> json, in WrittenField field)
    {
        var index = _found.First(field.Target);
        if (index < 0)
            return false;
        ref readonly var value = ref _found[index];
        var label = field.Label;
        var room = _document.Room(label.Length + value.Length + JsonText.Slack + 1);
        label.CopyTo(room);
        var written = value.InList ? 0 : FieldValueWriter.WriteUsual(json, value, room[label.Length..]);
        if (written == 0)
            return false;
        room[label.Length + written] = (byte)',';
        _document.Commit(label.Length + written + 1);
        return true;
    }

    private static string MissingValue(FieldDefinition field) =>
        $"the record has no value for the required field '{field.Name}' (at '{field.From}')";

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

    /// <summary>What is needed of a field's definition for each record.</summary>
    private readonly struct WrittenField(FieldDefinition field, int target)
    {
        public int Target { get; } = target;

        public FieldType Type { get; } = field.Type;

        public bool List { get; } = field.List;

        public bool IsSingleText { get; } = !field.List && FieldValueWriter.IsText(field.Type);

        public bool Required { get; } = field.Required;

        /// <summary>The name as it is written, with its colon.</summary>
        public byte[] Label { get; } = Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(field.Name)}\":");
    }
}
