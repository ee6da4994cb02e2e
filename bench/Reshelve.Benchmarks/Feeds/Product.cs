namespace Reshelve.Benchmarks.Feeds;

/// <summary>One product: 15 fields, two of them objects and one a list.</summary>
internal sealed record Product
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public required string Brand { get; init; }

    public required string MainCategory { get; init; }

    public required string SubCategory { get; init; }

    public required string Colour { get; init; }

    public required int PriceInCents { get; init; }

    public required int Stock { get; init; }

    public required string Ean { get; init; }

    public required string Material { get; init; }

    public required int WeightInGrams { get; init; }

    public required bool Fragile { get; init; }

    public required string Tag { get; init; }

    public required string Updated { get; init; }

    public string Url => $"https://shop.example/p/{Id}";

    public string Image => $"https://img.shop.example/{Id}.jpg";

    public const string Currency = "EUR";
}
