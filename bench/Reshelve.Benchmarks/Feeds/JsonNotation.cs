using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>Compact JSON, one object per line or as elements of an array.</summary>
internal sealed class JsonNotation(bool array) : Notation
{
    public override string Head => array ? "[\n" : "";

    public override string Tail => array ? "]\n" : "";

    public override void Write(Product product, bool last, ByteBuffer output)
    {
        Text(output, "{\"id\":\"", product.Id);
        Text(output, "\",\"title\":\"", product.Title);
        Text(output, "\",\"description\":\"", product.Description);
        Text(output, "\",\"brand\":\"", product.Brand);
        Text(output, "\",\"category\":{\"main\":\"", product.MainCategory);
        Text(output, "\",\"sub\":\"", product.SubCategory);
        Text(output, "\"},\"colour\":\"", product.Colour);
        Text(output, "\",\"price\":", Decimal(product.PriceInCents, 100));
        Text(output, ",\"currency\":\"", Product.Currency);
        Text(output, "\",\"stock\":", product.Stock.ToString());
        Text(output, ",\"ean\":\"", product.Ean);
        Text(output, "\",\"attributes\":{\"weight\":", Decimal(product.WeightInGrams, 1000));
        Text(output, ",\"fragile\":", product.Fragile ? "true" : "false");
        Text(output, ",\"material\":\"", product.Material);
        Text(output, "\"},\"tags\":[\"", product.Tag);
        Text(output, "\"],\"url\":\"", product.Url);
        Text(output, "\",\"image\":\"", product.Image);
        Text(output, "\",\"updated\":\"", product.Updated);
        Append(output, array && !last ? "\"},\n" : "\"}\n");
    }

    private static void Text(ByteBuffer output, string before, string value)
    {
        Append(output, before);
        Append(output, value.Contains('"') ? value.Replace("\"", "\\\"") : value);
    }
}
