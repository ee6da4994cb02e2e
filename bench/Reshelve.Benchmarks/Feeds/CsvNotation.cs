using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>RFC 4180 with a header row; nested fields have flat names.</summary>
internal sealed class CsvNotation : Notation
{
    public override string Head =>
        "id,title,description,brand,category_main,category_sub,colour,price,currency,stock,ean,weight,fragile,material,tags,url,image,"
        + "updated\n";

    public override void Write(Product product, bool last, ByteBuffer output)
    {
        Append(output, product.Id);
        Field(output, product.Title);
        Field(output, product.Description);
        Field(output, product.Brand);
        Field(output, product.MainCategory);
        Field(output, product.SubCategory);
        Field(output, product.Colour);
        Field(output, Decimal(product.PriceInCents, 100));
        Field(output, Product.Currency);
        Field(output, product.Stock.ToString());
        Field(output, product.Ean);
        Field(output, Decimal(product.WeightInGrams, 1000));
        Field(output, product.Fragile ? "true" : "false");
        Field(output, product.Material);
        Field(output, product.Tag);
        Field(output, product.Url);
        Field(output, product.Image);
        Field(output, product.Updated);
        output.Append((byte)'\n');
    }

    private static void Field(ByteBuffer output, string value)
    {
        output.Append((byte)',');
        Append(output, value.AsSpan().ContainsAny(',', '"') ? $"\"{value.Replace("\"", "\"\"")}\"" : value);
    }
}
