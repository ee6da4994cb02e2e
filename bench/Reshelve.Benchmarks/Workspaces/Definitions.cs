namespace Reshelve.Benchmarks.Workspaces;

/// <summary>The catalogs of the benchmarks.</summary>
internal static class Definitions
{
    /// <summary>Ten declared fields, three of them text and two facets; the others are stored, as by default.</summary>
    public const string Products = "products";

    /// <summary>The same, for what needs a ledger of its own.</summary>
    public const string NewProducts = "new-products";

    /// <summary>Every field declared, so that each format gives the same documents.</summary>
    public const string Jsonl = "every-jsonl";

    /// <summary>As <see cref="Jsonl"/>, from a JSON array.</summary>
    public const string Json = "every-json";

    /// <summary>As <see cref="Jsonl"/>, from CSV.</summary>
    public const string Csv = "every-csv";

    /// <summary>As <see cref="Jsonl"/>, from XML.</summary>
    public const string Xml = "every-xml";

    private const string ProductFields = """
        source: given-with-each-run
        format: jsonl
        id: id
        fields:
          title: { type: text, boost: 3 }
          description: text
          material: { type: text, from: attributes.material }
          brand: { type: keyword, facet: true }
          category: { type: keyword, from: category.sub, facet: true }
          colour: keyword
          price: { type: number, volatile: true }
          stock: { type: integer, volatile: true }
          url: url
          image: image
        """;

    /// <summary>Writes all of them into a workspace.</summary>
    public static void Write(string folder)
    {
        var catalogs = Path.Combine(folder, "catalogs");
        Directory.CreateDirectory(catalogs);
        Write(Products, ProductFields);
        Write(NewProducts, ProductFields);
        Write(Jsonl, EveryField("jsonl", nested: true));
        Write(Json, EveryField("json", nested: true));
        Write(Csv, EveryField("csv", nested: false));
        Write(Xml, EveryField("{ type: xml, records: products.product }", nested: true));

        void Write(string name, string text) => File.WriteAllText(Path.Combine(catalogs, name + ".yaml"), text);
    }

    private static string EveryField(string format, bool nested)
    {
        var (category, attributes) = nested ? ("category.", "attributes.") : ("category_", "");
        return $$"""
            source: given-with-each-run
            format: {{format}}
            id: id
            others: drop
            fields:
              title: text
              description: text
              material: { type: text, from: {{attributes}}material }
              brand: { type: keyword, facet: true }
              main_category: { type: keyword, from: {{category}}main }
              category: { type: keyword, from: {{category}}sub, facet: true }
              colour: keyword
              price: { type: number, volatile: true }
              currency: keyword
              stock: { type: integer, volatile: true }
              ean: keyword
              weight: { type: number, from: {{attributes}}weight }
              fragile: { type: boolean, from: {{attributes}}fragile }
              tags: { type: keyword, list: true }
              url: url
              image: image
              updated: date
            """;
    }
}
