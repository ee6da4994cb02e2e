using System.Text;
using System.Text.Json;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Bulk;

/// <summary>Reads a bulk request's lines; what is wrong with them refuses the whole request.</summary>
/// <param name="index">The index of the path; empty: the actions name theirs.</param>
/// <param name="requiresAlias">What the request says for all actions.</param>
/// <param name="hasTypes">Whether actions may name a type.</param>
internal sealed class BulkBody(string index, bool requiresAlias, bool hasTypes)
{
    private const int LongestId = 512;

    /// <exception cref="Refusal">The request is refused whole.</exception>
    public IReadOnlyList<BulkAction> Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            throw new Refusal(400, "parse_exception", "request body is required");
        var actions = new List<BulkAction>();
        var lines = 0;
        while (!body.IsEmpty)
        {
            var line = Line(ref body);
            lines++;
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
                continue;
            if (Action(line, lines) is not { } action)
                break;
            if (action.Kind != "delete")
            {
                if (body.IsEmpty)
                    break;
                action = action with { Source = Line(ref body) };
                lines++;
            }

            actions.Add(action);
        }

        Validate(actions);
        return actions;
    }

    private static ReadOnlyMemory<byte> Line(ref ReadOnlyMemory<byte> body)
    {
        var end = body.Span.IndexOf((byte)'\n');
        if (end < 0)
            throw Refusal.BadArgument("The bulk request must be terminated by a newline [\\n]");
        var line = body[..end];
        body = body[(end + 1)..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }

    /// <summary>Null for an action that the server does not know: it stops reading there, without a word.</summary>
    private BulkAction? Action(ReadOnlyMemory<byte> line, int number)
    {
        using var parsed = Parse(line);
        var root = parsed.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw Refusal.BadArgument($"Malformed action/metadata line [{number}], expected START_OBJECT but found [{Token(root)}]");
        var member = root.EnumerateObject().FirstOrDefault();
        if (member.Value.ValueKind != JsonValueKind.Object)
            throw Refusal.BadArgument($"Malformed action/metadata line [{number}], expected START_OBJECT or END_OBJECT but found [{Token(member.Value)}]");
        if (member.Name is not ("index" or "create" or "update" or "delete"))
            return null;
        var action = new BulkAction(member.Name, index, null, WriteVersion.Internal, requiresAlias, default);
        foreach (var parameter in member.Value.EnumerateObject())
            action = With(action, parameter, number);
        return action;
    }

    private BulkAction With(BulkAction action, JsonProperty parameter, int number)
    {
        var value = parameter.Value;
        return parameter.Name switch
        {
            "_index" => action with { Index = LenientText.Of(value) },
            "_id" => action with { Id = value.ValueKind == JsonValueKind.Null ? null : LenientText.OfAny(value) },
            "_type" when hasTypes => action,
            "version" or "_version" => action with { Version = action.Version with { Number = value.GetInt64() } },
            "version_type" or "_version_type" => action with { Version = action.Version with { Type = LenientText.Of(value) } },
            "require_alias" => action with { RequiresAlias = value.GetBoolean() },
            "routing" or "_routing" or "retry_on_conflict" => action,
            "if_seq_no" or "if_primary_term" or "pipeline" or "dynamic_templates" => throw Refusal.Unsupported($"{parameter.Name} of bulk actions"),
            _ => throw Refusal.BadArgument($"Action/metadata line [{number}] contains an unknown parameter [{parameter.Name}]"),
        };
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException broken)
        {
            throw new Refusal(400, "json_parse_exception", broken.Message);
        }
    }

    private static string Token(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "START_ARRAY",
        JsonValueKind.String => "VALUE_STRING",
        JsonValueKind.Number => "VALUE_NUMBER",
        JsonValueKind.Null => "VALUE_NULL",
        _ => "VALUE_BOOLEAN",
    };

    private static void Validate(List<BulkAction> actions)
    {
        var failures = new List<string>();
        if (actions.Count == 0)
            failures.Add("no requests added");
        foreach (var action in actions)
        {
            if (action.Index.Length == 0)
                failures.Add("index is missing");
            if (action.Id is { } id && Bytes(id) is var bytes && bytes > LongestId)
                failures.Add($"id [{id}] is too long, must be no longer than {LongestId} bytes but was: {bytes}");
            if (action.Version is { Number: < 0, Type: not "internal" } version)
                failures.Add($"illegal version value [{version.Number}] for version type [{version.Type.ToUpperInvariant()}]");
            if (action.Kind == "update" && action.Version.Type != "internal")
                failures.Add($"internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead");
            if (action.Kind == "delete" && action.Id is null)
                failures.Add("id is missing");
        }

        if (failures.Count > 0)
        {
            var listed = string.Concat(failures.Select((failure, i) => $"{i + 1}: {failure};"));
            throw new Refusal(400, "action_request_validation_exception", $"Validation Failed: {listed}");
        }
    }

    private static int Bytes(string id) => Encoding.UTF8.GetByteCount(id);
}
