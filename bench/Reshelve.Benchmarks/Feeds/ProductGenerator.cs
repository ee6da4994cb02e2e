using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>
/// Products made from their number alone: the same number and version give the same product on every machine. About 600 bytes as JSON,
/// 14 fields, among them a list and two objects, with Unicode; words follow a Zipf distribution over some 50,000.
/// </summary>
internal static class ProductGenerator
{
    private static readonly string[] Syllables =
    [
        "ka", "lo", "mi", "ra", "ten", "vor", "sa", "quil", "der", "no", "pla", "stu", "ger", "fi", "bro", "lün", "ta", "mar", "é", "ox", "wen", "dal",
        "ju", "pri", "sko", "zen", "ø", "hal", "ri", "tum", "bel", "cor", "ni", "pas", "ur", "glo",
    ];

    private static readonly string[] Brands = [.. Enumerable.Range(0, 400).Select(i => Capital(Word(i * 97)))];
    private static readonly string[] Colours = ["red", "blue", "black", "white", "green", "grün", "beige", "grey", "silver", "ivory", "plum", "teal"];
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A product's values.</summary>
    public static Product Make(long number, int version)
    {
        var random = new Mixer(((ulong)number * 0x9E3779B97F4A7C15) + ((ulong)version * 0xD1B54A32D192ED03));
        var stable = new Mixer((ulong)number * 0x9E3779B97F4A7C15);
        return new Product
        {
            Id = $"SKU-{number:D9}",
            Title = string.Join(' ', Enumerable.Range(0, 5 + (int)(random.Next() % 4)).Select(_ => ZipfWord(ref random))),
            Description = string.Join(' ', Enumerable.Range(0, 22).Select(_ => ZipfWord(ref random))),
            Brand = Brands[stable.Next() % (ulong)Brands.Length],
            Category = [$"c{stable.Next() % 20}", $"c{stable.Next() % 20}-{stable.Next() % 15}"],
            Colour = Colours[stable.Next() % (ulong)Colours.Length],
            Price = (random.Next() % 1_000_00) / 100m,
            Stock = (int)(random.Next() % 500),
            Ean = $"{4_000_000_000_000 + (long)(stable.Next() % 999_999_999_999)}",
            Weight = (stable.Next() % 20_000) / 1000m,
            Updated = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(random.Next() % 400_000),
        };
    }

    /// <summary>Writes a product as one JSON object.</summary>
    public static void WriteJson(Product product, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("id", product.Id);
        json.WriteString("title", product.Title);
        json.WriteString("description", product.Description);
        json.WriteString("brand", product.Brand);
        json.WriteStartArray("category");
        foreach (var category in product.Category)
            json.WriteStringValue(category);
        json.WriteEndArray();
        json.WriteString("colour", product.Colour);
        json.WriteNumber("price", product.Price);
        json.WriteString("currency", "EUR");
        json.WriteNumber("stock", product.Stock);
        json.WriteString("ean", product.Ean);
        json.WriteStartObject("attributes");
        json.WriteNumber("weight", product.Weight);
        json.WriteBoolean("fragile", product.Stock % 7 == 0);
        json.WriteEndObject();
        json.WriteString("url", $"https://shop.example/p/{product.Id}");
        json.WriteString("image", $"https://img.shop.example/{product.Id}.jpg");
        json.WriteString("updated", product.Updated.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        json.WriteEndObject();
    }

    private static string ZipfWord(ref Mixer random)
    {
        // Inverse of the Zipf distribution function for exponent 1: rank = n^u.
        var uniform = (random.Next() >> 11) * (1.0 / (1UL << 53));
        return Word((int)Math.Pow(50_000, uniform));
    }

    private static string Word(int rank)
    {
        var word = new System.Text.StringBuilder();
        for (var rest = rank + 30; rest > 0; rest /= Syllables.Length)
            word.Append(Syllables[rest % Syllables.Length]);
        return word.ToString();
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private struct Mixer(ulong seed)
    {
        private ulong _state = seed;

        public ulong Next()
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}

/// <summary>One product.</summary>
internal sealed record Product
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public required string Brand { get; init; }

    public required IReadOnlyList<string> Category { get; init; }

    public required string Colour { get; init; }

    public required decimal Price { get; init; }

    public required int Stock { get; init; }

    public required string Ean { get; init; }

    public required decimal Weight { get; init; }

    public required DateTime Updated { get; init; }
}
