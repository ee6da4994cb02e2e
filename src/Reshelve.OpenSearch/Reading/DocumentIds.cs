using System.Text;

namespace Reshelve.OpenSearch.Reading;

/// <summary>What an id can be.</summary>
internal static class DocumentIds
{
    /// <summary>The longest id, in bytes of UTF-8.</summary>
    public const int MaxBytes = 512;

    /// <summary>Whether a document can have this id.</summary>
    public static bool CanBe(string id)
    {
        if (id.Length is 0 or > MaxBytes || Encoding.UTF8.GetByteCount(id) > MaxBytes)
            return false;
        for (var at = 0; at < id.Length;)
        {
            if (Rune.DecodeFromUtf16(id.AsSpan(at), out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            at += length;
        }

        return true;
    }
}
