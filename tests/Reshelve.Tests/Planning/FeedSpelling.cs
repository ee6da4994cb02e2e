using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Planning;

/// <summary>What a test's feed holds at one place.</summary>
/// <param name="Id">Null: a record whose id cannot be read.</param>
/// <param name="Name">A stable field.</param>
/// <param name="Price">A volatile field, in hundredths; null: absent.</param>
/// <param name="Broken">The record has an id, but its price is no number.</param>
/// <param name="Gone">A tombstone.</param>
internal sealed record FeedItem(string? Id, string Name, int? Price, bool Broken = false, bool Gone = false);

/// <summary>Writes the same items in each format, in any of many spellings.</summary>
internal static class FeedSpelling
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static CatalogDefinition Definition(FeedFormatKind kind, FeedKind feed) => new()
    {
        Name = "shop",
        Source = new SourceDefinition { Path = "feed" },
        Format = new FeedFormat
        {
            Kind = kind, Records = kind == FeedFormatKind.Xml ? FieldPath.Parse("shop.item") : null,
        },
        Id = FieldPath.Of("id"),
        Fields = [Some.Field("name"), Some.Field("price", FieldType.Number) with { Volatile = true }],
        Feed = feed,
        Tombstone = new Tombstone(FieldPath.Of("gone"), ["true"]),
        // Random feeds change more than any check would let pass.
        Checks = CatalogChecks.None with { EmptyFeed = true },
    };

    /// <summary>Writes a feed; the random source chooses the spelling, not the content.</summary>
    /// <param name="items">What it holds.</param>
    /// <param name="kind">Its format.</param>
    /// <param name="spelling">Chooses the spelling.</param>
    /// <param name="steady">Whether the same item is spelled alike wherever it comes, as suppliers do.</param>
    public static byte[] Write(IReadOnlyList<FeedItem> items, FeedFormatKind kind, Random spelling, bool steady = false)
    {
        Random For(FeedItem item) => steady ? new Random(item.Name.Sum(c => c) + (item.Id?.Sum(c => c * 31) ?? 0) + (item.Price ?? 0)) : spelling;
        var text = kind switch
        {
            FeedFormatKind.Jsonl => string.Concat(items.Select(item => Json(item, For(item)) + (spelling.Next(8) == 0 ? "\r\n\n" : "\n"))),
            FeedFormatKind.Json => "[" + string.Join(Space(spelling) + ",", items.Select(item => Space(spelling) + Json(item, For(item)))) + " ]",
            FeedFormatKind.Csv => "id,name,price,gone\n" + string.Concat(items.Select(item => Csv(item, For(item)) + "\n")),
            _ => "<?xml version=\"1.0\"?>\n<shop>" + string.Concat(items.Select(item => Space(spelling) + Xml(item, For(item)))) + "</shop>",
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        return spelling.Next(3) == 0 ? Gzip(bytes) : bytes;
    }

    private static string Price(FeedItem item, Random spelling)
    {
        if (item.Broken)
            return "dear";
        var plain = (item.Price!.Value / 100m).ToString(CultureInfo.InvariantCulture);
        return spelling.Next(4) switch
        {
            0 when !plain.Contains('.') => plain + ".0",
            1 => plain + "e0",
            2 when plain.Contains('.') => plain + "00",
            _ => plain,
        };
    }

    private static string Json(FeedItem item, Random spelling)
    {
        var members = new List<string>();
        if (item.Id is { } id)
            members.Add($"\"id\":{(spelling.Next(2) == 0 ? " \t" : "")}{Text(id, spelling)}");
        members.Add($"\"name\" :{Text(item.Name, spelling)}");
        if (item.Broken || item.Price is not null)
            members.Add($"\"price\":{(item.Broken ? "\"dear\"" : Price(item, spelling))}");
        else if (spelling.Next(2) == 0)
            members.Add("\"price\":null");
        if (item.Gone)
            members.Add("\"gone\":true");
        spelling.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
        return "{" + string.Join(",", members) + "}";
    }

    private static string Text(string text, Random spelling)
    {
        var plain = JsonSerializer.Serialize(text, Relaxed);
        return spelling.Next(4) == 0 && text.Length > 0 && plain[1] == text[0] ? $"\"\\u{(int)text[0]:x4}{plain[2..]}" : plain;
    }

    private static string Csv(FeedItem item, Random spelling)
    {
        var price = item.Broken || item.Price is not null ? Price(item, spelling) : "";
        string[] cells = [item.Id ?? "", item.Name, price, item.Gone ? "true" : ""];
        return string.Join(",", cells.Select(cell => spelling.Next(3) == 0 || cell.AsSpan().IndexOfAny(",\"\n") >= 0
            ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell));
    }

    private static string Xml(FeedItem item, Random spelling)
    {
        var parts = new List<string>();
        if (item.Id is not null)
            parts.Add($"<id>{Escape(item.Id)}</id>");
        parts.Add(spelling.Next(2) == 0 ? $"<name>{Escape(item.Name)}</name>" : $"<name><![CDATA[{item.Name}]]></name>");
        if (item.Broken || item.Price is not null)
            parts.Add($"<price >{Price(item, spelling)}</price>");
        else if (spelling.Next(2) == 0)
            parts.Add("<price/>");
        if (item.Gone)
            parts.Add("<gone>true</gone>");
        spelling.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts));
        return $"<item>{string.Join(Space(spelling), parts)}</item>";
    }

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);

    private static string Space(Random spelling) => spelling.Next(3) switch { 0 => "", 1 => " ", _ => "\n\t" };

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
