using System.Text.Json;
using Reshelve.Hashing;

namespace Reshelve.Mapping;

/// <summary>
/// The hashes of a document as an index stores it, for comparison with a ledger. They are taken over the same bytes as
/// <see cref="DocumentMapper"/> takes them over: the members before the first volatile one, each with a comma behind it, and those from it
/// on.
/// </summary>
internal sealed class DocumentHashes
{
    // The members, each with a comma behind it; where each begins.
    private readonly byte[] _members;
    private readonly List<(string Name, int Start)> _starts;
    private readonly KeyedHash _hash;

    private DocumentHashes(byte[] members, List<(string Name, int Start)> starts, KeyedHash hash)
    {
        _members = members;
        _starts = starts;
        _hash = hash;
    }

    /// <summary>Looks at a document; null when it is no JSON object, or something follows it, so that it can have no hashes.</summary>
    public static DocumentHashes? Of(ReadOnlySpan<byte> document, KeyedHash hash)
    {
        if (StartsOf(document) is not { } starts)
            return null;
        if (starts.Count == 0)
            return document.SequenceEqual("{}"u8) ? new DocumentHashes([], starts, hash) : null;
        // The last member's comma was taken away when the document was closed.
        var members = document[1..].ToArray();
        members[^1] = (byte)',';
        return new DocumentHashes(members, starts, hash);
    }

    /// <summary>The hashes under a definition that names the volatile fields.</summary>
    public (Hash128 Stable, ulong Volatile) Under(Func<string, bool> isVolatile)
    {
        var boundary = _starts.FindIndex(member => isVolatile(member.Name));
        return At(boundary < 0 ? _starts.Count : boundary);
    }

    /// <summary>
    /// Whether the document has these hashes, wherever its volatile members begin: that depends on the definition it was mapped by, which
    /// may be another by now.
    /// </summary>
    public bool Match(Hash128 stable, ulong changing)
    {
        // Most catalogs have few volatile fields, and they come last.
        for (var boundary = _starts.Count; boundary >= 0; boundary--)
        {
            if (At(boundary) == (stable, changing))
                return true;
        }

        return false;
    }

    private (Hash128 Stable, ulong Volatile) At(int boundary)
    {
        var split = boundary == _starts.Count ? _members.Length : _starts[boundary].Start - 1;
        return (_hash.Of(_members.AsSpan(0, split)), _hash.Low64(_members.AsSpan(split)));
    }

    private static List<(string Name, int Start)>? StartsOf(ReadOnlySpan<byte> document)
    {
        var starts = new List<(string Name, int Start)>();
        try
        {
            var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 1000 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                starts.Add((reader.GetString()!, (int)reader.TokenStartIndex));
                reader.Skip();
            }

            return reader.TokenType == JsonTokenType.EndObject && reader.BytesConsumed == document.Length ? starts : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
