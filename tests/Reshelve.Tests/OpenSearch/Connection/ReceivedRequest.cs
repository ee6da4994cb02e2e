using System.Text;

namespace Reshelve.Tests.OpenSearch.Connection;

/// <summary>A request as a scripted server got it, its body decompressed.</summary>
internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}
