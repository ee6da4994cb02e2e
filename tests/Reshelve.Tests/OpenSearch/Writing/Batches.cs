using System.Text;
using Reshelve.OpenSearch.Writing;
using Reshelve.Planning;

namespace Reshelve.Tests.OpenSearch.Writing;

/// <summary>Changes for tests.</summary>
internal static class Batches
{
    public static Change Add(string id, string document = "{\"t\":\"x\"}") => new(ChangeKind.Add, id, Encoding.UTF8.GetBytes(document));

    public static Change Remove(string id) => new(ChangeKind.Remove, id, default);

    public static List<Change> Adds(int count, int bytes = 10) => [.. Enumerable.Range(0, count).Select(i => Add($"d{i}", $"{{\"t\":\"{new string('x', bytes)}\"}}"))];

    /// <summary>What a server keeps of a document.</summary>
    public static string Spliced(string id, string document = "{\"t\":\"x\"}") => $"{{\"{SplicedDocument.IdField}\":\"{id}\",{document[1..]}";
}
