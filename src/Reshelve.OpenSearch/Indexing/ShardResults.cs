using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>What the shards of an index answered: a server says 200 although some of them failed.</summary>
internal static class ShardResults
{
    /// <summary>Makes sure that no shard failed.</summary>
    /// <param name="what">What was asked, such as <c>refresh the index 'shop_20260101000000'</c>.</param>
    /// <param name="answer">The answer to it.</param>
    /// <exception cref="ReshelveException">One did, or none was there.</exception>
    public static void Check(string what, ServerAnswer answer)
    {
        using var json = answer.Parse();
        if (AnswerJson.Find(json.RootElement, "_shards") is not { } shards)
            return;
        var (total, failed) = (AnswerJson.Number(shards, "total") ?? 0, AnswerJson.Number(shards, "failed") ?? 0);
        if (failed == 0 && (AnswerJson.Number(shards, "successful") > 0 || total == 0))
            return;
        var problem = failed > 0 ? $"{failed} of {total} shards failed" : "no shard is there";
        throw new ReshelveException($"the cluster could not {what}: {problem}{ReasonOf(shards)}; see to its health, then repeat");
    }

    private static string ReasonOf(JsonElement shards) =>
        AnswerJson.Find(shards, "failures") is { ValueKind: JsonValueKind.Array } failures && failures.GetArrayLength() > 0
            && AnswerJson.Text(failures[0], "reason", "reason") is { } reason
            ? $" ({reason})"
            : "";
}
