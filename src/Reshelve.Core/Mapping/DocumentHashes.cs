using System.Text.Json;
using Reshelve.Hashing;

namespace Reshelve.Mapping;

/// <summary>
/// The hashes of a document as it is stored, for comparison with a ledger. They are taken over the same bytes as
/// <see cref="DocumentMapper"/> takes them over: the members before the first volatile one, each with a comma behind it, and those from it
/// on. Anything but a canonical document (one that was changed behind our back, or is no JSON) has hashes that match nothing.
/// </summary>
internal static class DocumentHashes
{
    /// <summary>The hashes of a document whose volatile fields are known by name.</summary>
    public static (Hash128 Stable, ulong Volatile) Of(ReadOnlySpan<byte> document, Func<string, bool> isVolatile, KeyedHash hash)
    {
        var boundary = 0;
        var members = Members(document);
        while (boundary < members.Count && !isVolatile(members[boundary].Name))
            boundary++;
        return Of(document, members, boundary, hash);
    }

    /// <summary>
    /// Whether the document has these hashes, wherever its volatile members begin: that depends on the definition it was mapped by, which
    /// may be another by now.
    /// </summary>
    public static bool Match(ReadOnlySpan<byte> document, Hash128 stable, ulong changing, KeyedHash hash)
    {
        var members = Members(document);
        // Most catalogs have few volatile fields, and they come last.
        for (var boundary = members.Count; boundary >= 0; boundary--)
        {
            if (Of(document, members, boundary, hash) == (stable, changing))
                return true;
        }

        return false;
    }

    private static (Hash128 Stable, ulong Volatile) Of(
        ReadOnlySpan<byte> document, List<(string Name, int Start)> members, int boundary, KeyedHash hash)
    {
        if (members.Count == 0)
            return (hash.Of(document.Length > 2 ? document : []), hash.Low64([]));
        // The last member's comma was taken away when the document was closed.
        var text = new byte[document.Length - 1];
        document[1..].CopyTo(text);
        text[^1] = (byte)',';
        var split = boundary == members.Count ? text.Length : members[boundary].Start - 1;
        return (hash.Of(text.AsSpan(0, split)), hash.Low64(text.AsSpan(split)));
    }

    private static List<(string Name, int Start)> Members(ReadOnlySpan<byte> document)
    {
        var members = new List<(string Name, int Start)>();
        try
        {
            var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 1000 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return [];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                members.Add((reader.GetString()!, (int)reader.TokenStartIndex));
                reader.Read();
                reader.Skip();
            }

            return reader.BytesConsumed == document.Length ? members : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}
