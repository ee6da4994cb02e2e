namespace Reshelve.Host.Demo;

/// <summary>
/// A made-up outdoor shop and its full feeds on two days. The same on every machine: what the demonstration shows can be
/// written down
/// and tested.
/// </summary>
internal static class SampleShop
{
    /// <summary>How many products the shop has on the first day.</summary>
    public const int Products = 1_000;

    private const int Seed = 20250303;
    private const int Repriced = 41;
    private const int Retitled = 12;
    private const int New = 9;
    private const int Gone = 7;

    private static readonly string[] Brands =
        ["Fjordline", "Northwind", "Alder & Ash", "Kestrel", "Basecamp Nine", "Tarn", "Saltmarsh", "Ridgeway", "Ember", "Lodestar", "Petrichor", "Hollow Oak"];

    private static readonly string[] Models =
        ["Aspen", "Birch", "Cairn", "Drift", "Echo", "Fell", "Glade", "Heath", "Ibex", "Juniper", "Kite", "Larch", "Moss", "Nimbus", "Otter", "Pine", "Quill", "Rowan", "Scree", "Thistle"];

    private static readonly string[] Colors = ["black", "moss green", "slate grey", "red", "navy blue", "sand", "orange", "white", "plum", "teal"];

    private static readonly Kind[] Kinds =
    [
        new("rain jacket", ["Clothing", "Jackets"], 7900, 28900, "Keeps heavy rain out with taped seams and a hood that fits over a helmet."),
        new("down jacket", ["Clothing", "Jackets"], 12900, 34900, "Warm enough for a winter camp, and packs into its own pocket."),
        new("fleece", ["Clothing", "Layers"], 3900, 11900, "A soft middle layer that dries quickly and does not pill."),
        new("merino shirt", ["Clothing", "Layers"], 4500, 9900, "Fine merino wool that stays fresh for days on the trail."),
        new("hiking trousers", ["Clothing", "Trousers"], 5900, 15900, "Stretchy, quick-drying, and reinforced at knees and seat."),
        new("wool socks", ["Clothing", "Accessories"], 900, 2900, "Cushioned where boots rub, thin where they do not."),
        new("beanie", ["Clothing", "Accessories"], 1500, 3900, "Knitted from recycled wool, with a band that stays over the ears."),
        new("trail running shoes", ["Shoes", "Running"], 8900, 17900, "Grippy on wet rock, with a light rock plate under the forefoot."),
        new("hiking boots", ["Shoes", "Boots"], 11900, 27900, "Waterproof leather with a sole that can be replaced."),
        new("approach shoes", ["Shoes", "Climbing"], 9900, 18900, "Sticky rubber at the toe for the scramble to the first pitch."),
        new("day pack, 22 litres", ["Packs", "Day packs"], 5900, 13900, "A back panel that breathes, two bottle pockets, and room for a rope."),
        new("trekking pack, 55 litres", ["Packs", "Trekking packs"], 14900, 32900, "Carries fifteen kilos on the hips, not on the shoulders."),
        new("dry bag", ["Packs", "Accessories"], 1200, 4900, "Rolls shut and keeps a sleeping bag dry through a river crossing."),
        new("two-person tent", ["Camping", "Tents"], 19900, 64900, "Stands in ten minutes, also in the dark and in the wind."),
        new("sleeping bag", ["Camping", "Sleeping"], 9900, 44900, "Comfortable down to five degrees below zero."),
        new("sleeping mat", ["Camping", "Sleeping"], 4900, 19900, "Eight centimetres of insulation that pack to the size of a bottle."),
        new("gas stove", ["Camping", "Kitchen"], 3500, 15900, "Boils a litre in three and a half minutes, with a burner that shrugs off gusts."),
        new("titanium mug", ["Camping", "Kitchen"], 1900, 4900, "Weighs next to nothing and survives everything."),
        new("water filter", ["Camping", "Kitchen"], 2900, 9900, "Clears a litre a minute of what you would rather not drink."),
        new("head torch", ["Equipment", "Lights"], 2500, 11900, "Three hundred lumens, a red light for the hut, and charging by USB."),
        new("trekking poles", ["Equipment", "Poles"], 4900, 17900, "Fold to forty centimetres and lock with gloves on."),
        new("climbing harness", ["Equipment", "Climbing"], 4900, 12900, "Four gear loops, and comfortable at a hanging belay."),
        new("compass", ["Equipment", "Navigation"], 1500, 6900, "A sighting mirror, a clinometer, and a needle that settles at once."),
        new("first aid kit", ["Equipment", "Safety"], 1900, 7900, "What two people need for a week, in a pouch that finds itself."),
    ];

    /// <summary>The products of the first day.</summary>
    public static IReadOnlyList<SampleProduct> FirstDay()
    {
        var random = new Random(Seed);
        var products = new List<SampleProduct>(Products);
        for (var number = 0; number < Products; number++)
            products.Add(Product(number, random));
        return products;
    }

    /// <summary>
    /// The products of the next day: some cost something else, some are described better, some are new, some are gone.
    /// </summary>
    public static IReadOnlyList<SampleProduct> SecondDay(IReadOnlyList<SampleProduct> firstDay)
    {
        var random = new Random(Seed + 1);
        var products = firstDay.ToList();
        // Different products for each kind of change, so that the counts are exactly those above.
        var picked = Enumerable.Range(0, products.Count).ToArray();
        random.Shuffle(picked);
        foreach (var at in picked[..Repriced])
            products[at] = products[at] with { Cents = products[at].Cents * 85 / 100, Stock = random.Next(0, 60) };
        foreach (var at in picked[Repriced..(Repriced + Retitled)])
            products[at] = products[at] with { Title = $"{products[at].Title} (2025 edition)" };
        foreach (var at in picked[(Repriced + Retitled)..(Repriced + Retitled + Gone)].OrderDescending())
            products.RemoveAt(at);
        for (var number = 0; number < New; number++)
            products.Add(Product(Products + number, random));
        return products;
    }

    private static SampleProduct Product(int number, Random random)
    {
        var kind = Kinds[random.Next(Kinds.Length)];
        var brand = Brands[random.Next(Brands.Length)];
        var color = Colors[random.Next(Colors.Length)];
        return new SampleProduct
        {
            Id = $"P-{1001 + number}",
            Title = $"{brand} {Models[random.Next(Models.Length)]} {kind.Name}, {color}",
            Brand = brand,
            Categories = kind.Categories,
            Color = color,
            Description = kind.Description,
            Cents = random.Next(kind.LowestCents / 100, kind.HighestCents / 100) * 100 + 90,
            Stock = random.Next(0, 80),
            Rating = random.Next(31, 51),
            Added = new DateOnly(2023, 1, 1).AddDays(random.Next(0, 780)),
        };
    }

    private sealed record Kind(string Name, IReadOnlyList<string> Categories, int LowestCents, int HighestCents, string Description);
}
