namespace Reshelve.Benchmarks.Feeds;

/// <summary>How a product differs from what it was in the base feed.</summary>
internal enum ProductVersion
{
    /// <summary>Not at all.</summary>
    Base,

    /// <summary>In price and stock.</summary>
    Repriced,

    /// <summary>In its title, too.</summary>
    Renamed,
}

/// <summary>Products made from their number alone: the same number and version give the same product on every machine.</summary>
internal static class ProductGenerator
{
    private static readonly string[] Brands = [.. Enumerable.Range(0, 400).Select(Brand)];

    private static readonly string[] Colours =
        ["red", "blue", "black", "white", "green", "grün", "beige", "grey", "silver", "ivory", "plum", "teal"];

    private static readonly string[] Tags = ["new", "sale", "gift", "bulk", "last one", "réduit"];

    private static readonly DateTime FirstUpdate = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Makes a product.</summary>
    public static Product Make(long number, ProductVersion version)
    {
        var random = Mixer.Of(number, 0);
        var product = new Product
        {
            Id = $"SKU-{number:D9}",
            Title = Title(ref random),
            Description = Sentence(ref random, 23),
            Brand = Brands[random.Next(Brands.Length)],
            MainCategory = $"c{random.Next(20)}",
            SubCategory = $"s{random.Next(300)}",
            Colour = Colours[random.Next(Colours.Length)],
            PriceInCents = random.Next(100_000),
            Stock = random.Next(500),
            Ean = $"{4_000_000_000_000 + (long)(random.Next() % 999_999_999_999)}",
            Material = Sentence(ref random, 2),
            WeightInGrams = random.Next(20_000),
            Fragile = random.Next(7) == 0,
            Tag = Tags[random.Next(Tags.Length)],
            Updated = FirstUpdate.AddMinutes(random.Next(400_000)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        };
        return version switch
        {
            ProductVersion.Repriced => Reprice(product),
            ProductVersion.Renamed => Reprice(product) with { Title = $"{product.Title} {Vocabulary.Draw(ref random)}" },
            _ => product,
        };
    }

    private static Product Reprice(Product product) =>
        product with { PriceInCents = product.PriceInCents + 100, Stock = (product.Stock + 7) % 500 };

    /// <summary>
    /// Five to eight words; one in 16 titles states a size in inches, with the quote that every format must escape.
    /// </summary>
    private static string Title(ref Mixer random)
    {
        var title = Sentence(ref random, 5 + random.Next(4));
        return random.Next(16) == 0 ? $"{title} {10 + random.Next(80)}\"" : title;
    }

    /// <summary>Words with a comma now and then.</summary>
    private static string Sentence(ref Mixer random, int count)
    {
        Span<char> text = stackalloc char[count * (Vocabulary.LongestWord + 2)];
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                text[length++] = ' ';
            var word = Vocabulary.Draw(ref random);
            word.CopyTo(text[length..]);
            length += word.Length;
            if (i % 8 == 7 && i + 1 < count)
                text[length++] = ',';
        }

        return new string(text[..length]);
    }

    private static string Brand(int number)
    {
        var word = Vocabulary.Word(number * 97);
        var name = char.ToUpperInvariant(word[0]) + word[1..];
        return number % 10 == 0 ? $"{name} & {char.ToUpperInvariant(word[^1])}." : name;
    }
}
