using System.Text;

namespace Reshelve.Catalogs.Drafting;

/// <summary>
/// What the name of a field tells of its values. Only hints: the values decide, except over what changes often.
/// </summary>
internal static class FieldNames
{
    private static readonly HashSet<string> Titles = Set(
        "title", "name", "producttitle", "productname", "itemtitle", "itemname", "articlename", "displayname", "headline",
        "titel",
        "bezeichnung", "produktname", "artikelname", "heading");

    private static readonly HashSet<string> Prose = Set(
        "description", "desc", "summary", "keywords", "keyword", "text", "body", "abstract", "synonyms", "beschreibung",
        "subtitle", "bullets", "features");

    private static readonly HashSet<string> Changing = Set(
        "price", "prices", "inventory", "availability", "rating", "ratings", "reviews", "discount", "popularity", "preis",
        "preise", "bestand",
        "lagerbestand", "verfuegbarkeit", "verfügbarkeit");

    /// <summary>In a long name they are about something else: "accessories available separately".</summary>
    private static readonly HashSet<string> ChangingInShortNames = Set(
        "stock", "stocks", "available", "unavailable", "sold", "verfuegbar", "verfügbar");

    private const int ShortName = 3;

    private static readonly HashSet<string> Update = Set("updated", "modified", "changed", "lastmod");

    private static readonly HashSet<string> Pictures = Set(
        "image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "thumbnail", "thumb", "thumbnails", "pic",
        "bild", "bilder");

    private static readonly HashSet<string> Moments = Set(
        "date", "since", "until", "from", "to", "at", "on", "time", "released", "created", "updated", "modified", "changed",
        "published", "expires", "datum", "seit", "day");

    private static readonly HashSet<string> Codes = Set(
        "id", "ids", "sku", "ean", "eans", "gtin", "upc", "isbn", "mpn", "asin", "code", "codes", "zip", "postcode", "plz",
        "phone", "tel", "number", "no", "nr", "ref", "key",
        "barcode", "gtin13", "gtin8", "gtin12", "gtin14", "ean13");

    private static readonly HashSet<string> Measures = Set(
        "price", "cost", "amount", "weight", "width", "height", "depth", "length", "size", "volume", "quantity", "qty", "rating",
        "score", "discount", "preis", "tax",
        "ratio", "percent", "rate", "latitude", "longitude", "lat", "lon", "lng");

    private static readonly string[][] IdRanks =
    [
        ["id"],
        ["itemid", "productid", "articleid", "offerid", "documentid", "recordid", "objectid", "uid", "uuid", "guid", "asin"],
        ["sku", "itemsku", "productsku", "artnr", "articlenumber", "itemnumber", "productnumber", "artikelnummer", "partnumber"],
        ["mpn"],
        ["gtin", "ean", "upc", "barcode", "isbn", "gtin13", "ean13", "gtin14"],
        ["code", "key", "productcode", "itemcode", "number", "no", "nr", "handle", "slug", "ref", "reference"],
    ];

    /// <summary>Names up to this rank sound like an id.</summary>
    public static int LikelyId => IdRanks.Length;

    public static bool IsTitle(string name) => Titles.Contains(Joined(name));

    public static bool IsProse(string name) => IsTitle(name) || (Words(name) is [.., var last] && Prose.Contains(last));

    /// <summary>Whether values under such a name change often and cheaply.</summary>
    public static bool IsVolatile(string name)
    {
        var words = Words(name);
        return words.Any(Changing.Contains)
            || (words.Count <= ShortName && words.Any(ChangingInShortNames.Contains))
            || (words.Any(Update.Contains) && (words.Count == 1 || words.Any(Moments.Contains)))
            || (words.Contains("review") && words.Contains("count"))
            || (words.Contains("last") && words.Any(Moments.Contains));
    }

    public static bool IsPicture(string name) => Words(name).Any(Pictures.Contains);

    public static bool IsMoment(string name) => Words(name).Any(Moments.Contains);

    public static bool IsCode(string name) => Words(name).Any(Codes.Contains);

    public static bool IsMeasure(string name) => Words(name).Any(Measures.Contains);

    /// <summary>How well a name suits an id: 0 is best; what is neither is in the middle, what cannot be one, last.</summary>
    public static int IdRank(string name)
    {
        var joined = Joined(name);
        for (var rank = 0; rank < IdRanks.Length; rank++)
        {
            if (IdRanks[rank].Contains(joined))
                return rank;
        }

        if (Words(name) is [.., "id" or "sku" or "no" or "nr" or "number" or "code" or "key"])
            return IdRanks.Length;
        return IsProse(name)
            || IsVolatile(name)
            || IsPicture(name)
            || IsMoment(name)
            || IsMeasure(name)
            || joined is "url" or "link" or "href"
            ? IdRanks.Length + 2
            : IdRanks.Length + 1;
    }

    /// <summary>The words of a name in lower case: <c>g:salePrice_EUR</c> is sale, price, eur.</summary>
    public static IReadOnlyList<string> Words(string name)
    {
        var local = Local(name);
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i < local.Length; i++)
        {
            var c = local[i];
            var begins = char.IsUpper(c) && i > 0
                && (char.IsLower(local[i - 1]) || (i + 1 < local.Length && char.IsLower(local[i + 1])));
            if (begins || !char.IsLetterOrDigit(c))
                End();
            if (char.IsLetterOrDigit(c))
                word.Append(char.ToLowerInvariant(c));
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
                words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>The name without the mark of an attribute and the prefix of a namespace.</summary>
    public static string Local(string name)
    {
        var plain = name.TrimStart('@', '#');
        return plain[(plain.IndexOf(':') + 1)..] is { Length: > 0 } local ? local : plain;
    }

    private static string Joined(string name) => string.Concat(Words(name));

    private static HashSet<string> Set(params string[] names) => [.. names];
}
