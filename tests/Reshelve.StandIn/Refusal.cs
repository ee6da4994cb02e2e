using System.Text.Json.Nodes;

namespace Reshelve.StandIn;

/// <summary>What the server answers in place of what was asked.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="type">The type of the error, such as <c>index_not_found_exception</c>.</param>
/// <param name="reason">Its text.</param>
internal sealed class Refusal(int status, string type, string reason) : Exception(reason)
{
    public int Status => status;

    public string Type => type;

    /// <summary>Further members of the error, such as <c>index</c>.</summary>
    public JsonObject Details { get; init; } = [];

    /// <summary>What led to it, outermost first.</summary>
    public Refusal? Cause { get; init; }

    /// <summary>What stands under <c>root_cause</c>; null: the error itself.</summary>
    public Refusal? Root { get; init; }

    public static Refusal BadArgument(string reason) => new(400, "illegal_argument_exception", reason);

    /// <param name="name">What was asked for.</param>
    /// <param name="resource">What the kind of call takes it for.</param>
    public static Refusal NoIndex(string name, string resource = "index_or_alias") => new(404, "index_not_found_exception", $"no such index [{name}]")
    {
        Details = new() { ["resource.type"] = resource, ["resource.id"] = name, ["index_uuid"] = "_na_", ["index"] = name },
    };

    /// <summary>What the stand-in cannot do, though the server might: a test must not pass because of it.</summary>
    public static Refusal Unsupported(string what) => new(501, "stand_in_exception", $"the stand-in does not know {what}; teach it, or ask for something else");

    /// <summary>The error as it stands under <c>error</c> of a bulk item, without root cause.</summary>
    public JsonObject ToItem()
    {
        var error = new JsonObject { ["type"] = type, ["reason"] = Message };
        if (Cause is not null && !Details.ContainsKey("phase"))
            error["caused_by"] = Cause.ToItem();
        foreach (var (name, value) in Details)
            error[name] = value?.DeepClone();
        if (Cause is not null && Details.ContainsKey("phase"))
            error["caused_by"] = Cause.ToItem();
        return error;
    }

    /// <summary>The whole answer's body.</summary>
    public JsonObject ToBody()
    {
        var root = Root ?? this;
        var first = new JsonObject { ["type"] = root.Type, ["reason"] = root.Message };
        foreach (var (name, value) in root.Details)
            first[name] = value?.DeepClone();
        var error = new JsonObject { ["root_cause"] = new JsonArray(first) };
        foreach (var (name, value) in ToItem())
            error[name] = value?.DeepClone();
        return new JsonObject { ["error"] = error, ["status"] = status };
    }
}
