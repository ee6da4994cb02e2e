namespace Reshelve.StandIn.Faults;

/// <summary>Something that goes wrong with one request.</summary>
public abstract record Fault
{
    /// <summary>Only requests whose path holds this text, such as <c>/_bulk</c>; empty: all.</summary>
    public string Path { get; init; } = "";

    private Fault()
    {
    }

    internal virtual bool AppliesTo(string path) => path.Contains(Path, StringComparison.Ordinal);

    /// <summary>429 for the whole request: the queue is full.</summary>
    public sealed record Rejected : Fault;

    /// <summary>429 for some items of a bulk request; the others are written.</summary>
    /// <param name="Ids">Which; null: every second one, as they come.</param>
    public sealed record ItemsRejected(Predicate<string>? Ids = null) : Fault
    {
        internal override bool AppliesTo(string path) => base.AppliesTo(path) && path.Contains("/_bulk", StringComparison.Ordinal);
    }

    /// <summary>503 as a node answers that has no master.</summary>
    public sealed record Unavailable : Fault;

    /// <summary>An error page of something between: HTML under any status.</summary>
    public sealed record Gateway(int Status = 502) : Fault;

    /// <summary>The connection is reset before the request is read.</summary>
    public sealed record ResetBefore : Fault;

    /// <summary>The request takes effect, half of its answer is sent, and the connection is reset.</summary>
    public sealed record ResetWithin : Fault;

    /// <summary>The request takes effect; the connection is reset instead of an answer.</summary>
    public sealed record AnswerLost : Fault;

    /// <summary>The answer comes so much later; the request takes effect before.</summary>
    public sealed record Delayed(TimeSpan By) : Fault;

    /// <summary>403: the user lacks a privilege.</summary>
    /// <param name="Action">What was not allowed, such as <c>indices:admin/create</c>.</param>
    public sealed record Forbidden(string Action) : Fault;

    /// <summary>401.</summary>
    public sealed record Unauthorized : Fault;

    /// <summary>Any other answer.</summary>
    public sealed record Answered(int Status, string Body) : Fault;
}
