using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>Says what a server refused, or that it was waited for in vain.</summary>
internal static class Refusal
{
    /// <summary>The server answered, and refused.</summary>
    /// <param name="what">What was asked, such as <c>make the index shop_20260101000000</c>.</param>
    /// <param name="answer">What it answered.</param>
    public static ServerRefusalException Of(string what, ServerAnswer answer)
    {
        var error = ServerError.Read(answer.Body);
        return new ServerRefusalException($"The cluster at {answer.Node} refuses to {what} ({answer.Status}): {error.Reason.TrimEnd('.')}.{Remedy(answer.Status)}", answer.Status, error.Type);
    }

    /// <summary>The cluster was overloaded or away for too long.</summary>
    /// <param name="what">What could not be done, such as <c>cannot make the index shop_20260101000000</c>.</param>
    /// <param name="waited">For how long it was tried.</param>
    /// <param name="answer">The last answer, if there was one.</param>
    /// <param name="unreachable">Why there was none.</param>
    public static ReshelveException PatienceEnded(string what, TimeSpan waited, ServerAnswer? answer, ClusterUnreachableException? unreachable)
    {
        var last = answer is null ? unreachable!.Message : $"{answer.Node} answers {answer.Status}: {ServerError.Read(answer.Body).Reason}";
        return PatienceEnded(what, waited, last, unreachable);
    }

    /// <summary>No node ever answered as one that takes requests: it is rather the wrong address than a long wait.</summary>
    public static ReshelveException NeverAnswered(string what, TimeSpan waited, ServerAnswer? answer, ClusterUnreachableException? unreachable)
    {
        var last = answer is null ? unreachable!.Message : $"{answer.Node} answers {answer.Status}: {ServerError.Read(answer.Body).Reason}";
        return new ReshelveException(
            $"Reshelve cannot {what}: {last.TrimEnd('.')}. That was tried for {waited.TotalSeconds:0} s. Are the addresses under 'urls' right, http or https included, and does the cluster run?", unreachable);
    }

    /// <summary>The cluster was overloaded or away for too long.</summary>
    public static ReshelveException PatienceEnded(string what, TimeSpan waited, string last, Exception? inner = null) =>
        new(
            $"Reshelve {what}: waited {waited.TotalSeconds:0} s for the cluster. Last, {last.TrimEnd('.')}. What was not acknowledged is written by the next run; "
            + "'patience' under 'index' in reshelve.yaml says how long to wait.",
            inner);

    private static string Remedy(int status) => status switch
    {
        403 => " Give the user or API key the privilege that is named, or use one that has it.",
        >= 300 and < 400 => " Redirects are not followed: set 'urls' to the address it leads to.",
        413 => " Something before the cluster takes only smaller requests.",
        _ => "",
    };
}
