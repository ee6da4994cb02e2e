using FsCheck;
using FsCheck.Fluent;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Contracts.Indexing;

/// <summary>Random documents, changes and requests, compared with plain LINQ over the documents.</summary>
public abstract class IndexOracleContract : IndexEngineContract
{
    private static readonly string[] Words = ["red", "blue", "heart", "hearts", "sofa", "café", "wi-fi", "x", "日本"];
    private static readonly string[] Brands = ["Noto", "noto", "Ärger", "", "B b"];

    private sealed record Item(string Id, string Title, string? Brand, string[] Categories, int? Stock, double? Price);

    [Fact]
    public async Task No_typed_query_is_ever_an_error()
    {
        await FillAsync(Products.Add("1", new { title = "red heart" }), Products.Add("2", new { title = "\"quoted\" * ^ : ( )" }));
        var odd = Gen.Elements(
            "\"", "*", "-", "(", ")", ":", "^", "+", "AND", "OR", "NOT", "NEAR(", "NEAR", "{t0}", "t0:", "red", "❤", "\0", " ", "\ud800", "“", "'", "\\", ",", "rank", "\n", "--", "/*", "C++");
        var pieces = odd.ListOf().Select(list => string.Concat(list));
        var queries = Gen.OneOf(pieces, ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""));
        var property = Prop.ForAll(queries.ToArbitrary(), query =>
        {
            foreach (var match in Enum.GetValues<TermMatch>())
            {
                var request = new SearchRequest { Query = query, Match = match, Highlight = true };
                SearchAsync(request).GetAwaiter().GetResult().Total.ShouldBeInRange(0, 2);
            }
        });
        await Task.Run(() => Check.One(Seeds.Config(Tries(500)), property));
        foreach (var huge in new[] { new string('"', 100_000), new string('a', 1_000_000), string.Concat(Enumerable.Repeat("-a b ", 50_000)), string.Concat(Enumerable.Repeat("a-", 100_000)) })
            (await SearchAsync(new SearchRequest { Query = huge })).Total.ShouldBeInRange(0, 2);
    }

    [Fact]
    public async Task Filters_facets_order_and_pages_agree_with_an_oracle()
    {
        await FillAsync();
        var held = new Dictionary<string, Item>(StringComparer.Ordinal);
        var random = new Random(20240501);
        for (var round = 1; round <= 15; round++)
        {
            var batch = RandomBatch(random, held);
            await WriteAsync(round, batch);
            for (var i = 0; i < Tries(40); i++)
                await CompareAsync(random, held.Values);
        }
    }

    private static Change[] RandomBatch(Random random, Dictionary<string, Item> held)
    {
        var batch = new List<Change>();
        foreach (var id in Enumerable.Range(0, 40).Select(_ => $"id{random.Next(60)}").Distinct())
        {
            if (random.Next(4) == 0)
            {
                held.Remove(id);
                batch.Add(Products.Remove(id));
                continue;
            }

            var item = RandomItem(random, id);
            held[id] = item;
            var document = new Dictionary<string, object?> { ["title"] = item.Title, ["categories"] = item.Categories, ["brand"] = item.Brand };
            if (item.Stock is not null)
                document["stock"] = item.Stock;
            if (item.Price is not null)
                document["price"] = item.Price;
            batch.Add(random.Next(2) == 0 ? Products.Add(id, document) : Products.Patch(id, document));
        }

        return [.. batch];
    }

    private static Item RandomItem(Random random, string id) => new(
        id,
        string.Join(' ', Enumerable.Range(0, random.Next(4)).Select(_ => Words[random.Next(Words.Length)])),
        random.Next(5) == 0 ? null : Brands[random.Next(Brands.Length)],
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => $"c{random.Next(5)}")],
        random.Next(4) == 0 ? null : random.Next(-3, 4),
        random.Next(4) == 0 ? null : random.Next(-20, 20) / 4.0);

    private async Task CompareAsync(Random random, IEnumerable<Item> items)
    {
        var (request, expected) = RandomRequest(random, items);
        var matches = expected.ToList();
        var result = await SearchAsync(request);

        var because = request.ToString();
        result.Total.ShouldBe(matches.Count, because);
        result.Hits.Select(h => h.Id).ShouldBe(matches.Skip(request.Offset).Take(request.Limit).Select(m => m.Id), because);
        result.Facets["brand"].ShouldBe(Top(matches.Where(m => m.Brand is not null).Select(m => m.Brand!), request.FacetSize), because);
        result.Facets["categories"].ShouldBe(Top(matches.SelectMany(m => m.Categories.Distinct()), request.FacetSize), because);
    }

    private static IEnumerable<FacetValue> Top(IEnumerable<string> values, int size) =>
        values.GroupBy(v => v).Select(g => new FacetValue(g.Key, g.Count()))
            .OrderByDescending(f => f.Count).ThenBy(f => f.Value, StringComparer.Ordinal).Take(size);

    private static (SearchRequest Request, IEnumerable<Item> Expected) RandomRequest(Random random, IEnumerable<Item> items)
    {
        var filters = new List<SearchFilter>();
        var query = "";
        if (random.Next(2) == 0)
        {
            var word = Words[random.Next(Words.Length)];
            query = word + " ";
            items = items.Where(i => i.Title.Split(' ').Contains(word));
        }

        if (random.Next(3) == 0)
        {
            string[] brands = [Brands[random.Next(Brands.Length)], Brands[random.Next(Brands.Length)]];
            filters.Add(new ValuesFilter("brand", brands));
            items = items.Where(i => brands.Contains(i.Brand));
        }

        if (random.Next(3) == 0)
        {
            var category = $"c{random.Next(5)}";
            filters.Add(new ValuesFilter("categories", [category]));
            items = items.Where(i => i.Categories.Contains(category));
        }

        if (random.Next(3) == 0)
        {
            int? from = random.Next(3) == 0 ? null : random.Next(-4, 4);
            int? to = random.Next(3) == 0 ? null : random.Next(-4, 4);
            filters.Add(new RangeFilter("price", from?.ToString(), to?.ToString()));
            items = items.Where(i => i.Price is { } price && (from is null || price >= from) && (to is null || price <= to));
        }

        var (sort, ordered) = RandomOrder(random, items);
        var request = new SearchRequest
        {
            Query = query, Filters = filters, Sort = sort, Facets = ["brand", "categories"],
            FacetSize = random.Next(5), Offset = random.Next(5), Limit = random.Next(20),
        };
        return (request, ordered);
    }

    private static (SortKey[] Sort, IEnumerable<Item> Ordered) RandomOrder(Random random, IEnumerable<Item> items) => random.Next(5) switch
    {
        0 => ([new("stock", false)], items.OrderBy(i => i.Stock is null).ThenBy(i => i.Stock).ThenBy(i => i.Id, StringComparer.Ordinal)),
        1 => ([new("stock", true)], items.OrderBy(i => i.Stock is null).ThenByDescending(i => i.Stock).ThenBy(i => i.Id, StringComparer.Ordinal)),
        2 => ([new("brand", false), new("price", true)],
            items.OrderBy(i => i.Brand is null).ThenBy(i => i.Brand, StringComparer.Ordinal)
                .ThenBy(i => i.Price is null).ThenByDescending(i => i.Price).ThenBy(i => i.Id, StringComparer.Ordinal)),
        3 => ([new("_id", true)], items.OrderByDescending(i => i.Id, StringComparer.Ordinal)),
        _ => ([new("_id", false)], items.OrderBy(i => i.Id, StringComparer.Ordinal)),
    };
}
