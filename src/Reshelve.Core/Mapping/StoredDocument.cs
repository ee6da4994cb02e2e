using System.Text.Json;
using Reshelve.Hashing;
using Reshelve.Planning;

namespace Reshelve.Mapping;

/// <summary>
/// The hashes of a document that an index holds, as <see cref="DocumentMapper"/> took them when it made the document: of the stable
/// fields and <c>other</c>, then of the volatile fields, which come last.
/// </summary>
/// <param name="fields">The fields that the document was made with.</param>
/// <param name="documentHash">The hash of documents' parts under the ledger's seed.</param>
internal sealed class StoredDocument(IReadOnlyList<PlanField> fields, KeyedHash documentHash)
{
    private readonly HashSet<string> _volatile = [.. fields.Where(field => field.Volatile).Select(field => field.Name)];

    /// <summary>The hashes of a document; null when it is no JSON object.</summary>
    public (Hash128 Stable, ulong Volatile)? Hash(ReadOnlySpan<byte> document)
    {
        if (FindVolatile(document) is not { } start)
            return null;
        // Each member was hashed with a comma behind it, of which the last one is not stored.
        var members = new byte[document.Length - 1];
        document[1..].CopyTo(members);
        if (document.Length == 2)
            return (documentHash.Of([]), documentHash.Low64([]));
        members[^1] = (byte)',';
        return (documentHash.Of(members.AsSpan(0, start - 1)), documentHash.Low64(members.AsSpan(start - 1)));
    }

    /// <summary>Where the volatile members begin, or where the document ends.</summary>
    private int? FindVolatile(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 256 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            int? start = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (start is null && _volatile.Contains(reader.GetString()!))
                    start = (int)reader.TokenStartIndex;
                reader.Skip();
            }

            // Nothing may follow the object: the last byte is its bracket.
            return reader.TokenType == JsonTokenType.EndObject && reader.BytesConsumed == document.Length ? start ?? document.Length : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
