using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// A document with its id in front: <c>{"title":"x"}</c> under the id <c>1</c> is kept as <c>{"reshelve_id":"1","title":"x"}</c>. It is put in and taken out of the bytes; nothing is parsed.
/// </summary>
internal static class SplicedDocument
{
    /// <summary>The field that holds the id, for sorting: <c>_id</c> itself cannot be sorted by everywhere.</summary>
    public const string IdField = "reshelve_id";

    private static readonly byte[] Opening = Encoding.UTF8.GetBytes($"{{\"{IdField}\":");

    /// <summary>Writes a document with its id.</summary>
    /// <param name="quotedId">The id as a JSON string, quotes included.</param>
    /// <param name="document">A JSON object; what precedes its brace is left out.</param>
    /// <param name="output">Takes it, without line breaks: those between values become spaces.</param>
    /// <returns>Whether it begins as an object does; nothing is written otherwise.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> quotedId, ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        var brace = document.IndexOfAnyExcept(" \t\r\n"u8);
        if (brace < 0 || document[brace] != '{')
            return false;
        var rest = document[(brace + 1)..];
        var isEmpty = rest.IndexOfAnyExcept(" \t\r\n"u8) is var first && first >= 0 && rest[first] == '}';
        output.Write(Opening);
        output.Write(quotedId);
        if (!isEmpty)
            output.Write(","u8);
        while (rest.IndexOfAny((byte)'\n', (byte)'\r') is var end && end >= 0)
        {
            output.Write(rest[..end]);
            output.Write(" "u8);
            rest = rest[(end + 1)..];
        }

        output.Write(rest);
        return true;
    }

    /// <summary>The document as it was written; one without an id in front comes back as it is.</summary>
    public static ReadOnlyMemory<byte> Restore(ReadOnlyMemory<byte> spliced)
    {
        if (!spliced.Span.StartsWith(Opening))
            return spliced;
        var reader = new Utf8JsonReader(spliced.Span[Opening.Length..], isFinalBlock: false, default);
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            return spliced;
        var end = Opening.Length + (int)reader.BytesConsumed;
        if (spliced.Span[end] == ',')
            end++;
        var document = new byte[spliced.Length - end + 1];
        document[0] = (byte)'{';
        spliced.Span[end..].CopyTo(document.AsSpan(1));
        return document;
    }
}
