using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reshelve.Host.Demo;

/// <summary>A product of the sample shop.</summary>
internal sealed record SampleProduct
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Brand { get; init; }

    public required IReadOnlyList<string> Categories { get; init; }

    public required string Color { get; init; }

    public required string Description { get; init; }

    public required int Cents { get; init; }

    public required int Stock { get; init; }

    public required int Rating { get; init; }

    public required DateOnly Added { get; init; }

    /// <summary>Writes the product as a supplier would deliver it: one line of JSON.</summary>
    public void Write(Stream feed)
    {
        using (var writer = new Utf8JsonWriter(feed, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, Id);
            writer.WriteString("title"u8, Title);
            writer.WriteString("brand"u8, Brand);
            writer.WriteStartArray("categories"u8);
            foreach (var category in Categories)
                writer.WriteStringValue(category);
            writer.WriteEndArray();
            writer.WriteString("color"u8, Color);
            writer.WriteString("description"u8, Description);
            writer.WriteNumber("price"u8, Cents / 100m);
            writer.WriteString("currency"u8, "EUR");
            writer.WriteNumber("stock"u8, Stock);
            writer.WriteNumber("rating"u8, Rating / 10m);
            writer.WriteString("image"u8, $"https://shop.example/images/{Id.ToLowerInvariant()}.jpg");
            writer.WriteString("url"u8, $"https://shop.example/p/{Id.ToLowerInvariant()}");
            writer.WriteString("added"u8, Added.ToString("yyyy-MM-dd"));
            writer.WriteEndObject();
        }

        feed.WriteByte((byte)'\n');
    }
}
