using System.Text;

namespace Reshelve.Contracts.OpenSearch;

/// <summary>Ids by their UTF-8 bytes, as servers order them.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
