using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>One element per product, one child element per field.</summary>
internal sealed class XmlNotation : Notation
{
    public override string Head => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<products>\n";

    public override string Tail => "</products>\n";

    public override void Write(Product product, bool last, ByteBuffer output)
    {
        Append(output, "<product>");
        Element(output, "id", product.Id);
        Element(output, "title", product.Title);
        Element(output, "description", product.Description);
        Element(output, "brand", product.Brand);
        Append(output, "<category>");
        Element(output, "main", product.MainCategory);
        Element(output, "sub", product.SubCategory);
        Append(output, "</category>");
        Element(output, "colour", product.Colour);
        Element(output, "price", Decimal(product.PriceInCents, 100));
        Element(output, "currency", Product.Currency);
        Element(output, "stock", product.Stock.ToString());
        Element(output, "ean", product.Ean);
        Append(output, "<attributes>");
        Element(output, "weight", Decimal(product.WeightInGrams, 1000));
        Element(output, "fragile", product.Fragile ? "true" : "false");
        Element(output, "material", product.Material);
        Append(output, "</attributes>");
        Element(output, "tags", product.Tag);
        Element(output, "url", product.Url);
        Element(output, "image", product.Image);
        Element(output, "updated", product.Updated);
        Append(output, "</product>\n");
    }

    private static void Element(ByteBuffer output, string name, string value)
    {
        Append(output, $"<{name}>");
        Append(output, value.Contains('&') ? value.Replace("&", "&amp;") : value);
        Append(output, $"</{name}>");
    }
}
