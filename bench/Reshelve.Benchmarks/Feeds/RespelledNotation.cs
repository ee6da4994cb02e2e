using System.Text;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>
/// The same documents, spelled otherwise wherever JSON allows: members in reverse order, white space, numbers with exponents,
/// the first
/// letter of every text and all letters beyond ASCII as escapes, one escaped member name.
/// </summary>
internal sealed class RespelledNotation : Notation
{
    public override void Write(Product product, bool last, ByteBuffer output)
    {
        Text(output, "{ \"updated\" : ", product.Updated);
        Text(output, " , \"image\" : ", product.Image);
        Text(output, " , \"url\" : ", product.Url);
        Text(output, " , \"tags\" : [ ", product.Tag);
        Text(output, " ] , \"attributes\" : { \"material\" : ", product.Material);
        Append(output, product.Fragile ? " , \"fragile\" : true" : " , \"fragile\" : false");
        Append(output, $" , \"weight\" : {product.WeightInGrams}e-3 }}");
        Text(output, " , \"ean\" : ", product.Ean);
        Append(output, $" , \"stock\" : {product.Stock}.0");
        Text(output, " , \"currency\" : ", Product.Currency);
        Append(output, $" , \"price\" : {product.PriceInCents}E-2");
        Text(output, " , \"colour\" : ", product.Colour);
        Text(output, " , \"category\" : { \"sub\" : ", product.SubCategory);
        Text(output, " , \"main\" : ", product.MainCategory);
        Text(output, " } , \"\\u0062rand\" : ", product.Brand);
        Text(output, " , \"description\" : ", product.Description);
        Text(output, " , \"title\" : ", product.Title);
        Text(output, " , \"id\" : ", product.Id);
        Append(output, " }\n");
    }

    private static void Text(ByteBuffer output, string before, string value)
    {
        Append(output, before);
        var text = new StringBuilder(value.Length + 16).Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            if (i == 0 || value[i] is '"' or > '\x7f')
                text.Append($"\\u{(int)value[i]:x4}");
            else
                text.Append(value[i]);
        }

        Append(output, text.Append('"').ToString());
    }
}
