namespace Reshelve.Catalogs;

/// <summary>What a field's values are, and so how they are checked, normalised and indexed.</summary>
public enum FieldType
{
    /// <summary>Words that are searched and ranked.</summary>
    Text,

    /// <summary>One exact value: filtered, faceted, sorted.</summary>
    Keyword,

    /// <summary>A decimal number, kept exactly as its shortest decimal spelling.</summary>
    Number,

    /// <summary>A whole number of at most 64 bits.</summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A day or a moment, kept as ISO 8601 (moments in UTC).</summary>
    Date,

    /// <summary>A link, kept as delivered.</summary>
    Url,

    /// <summary>The URL of a picture, or its path relative to the feed.</summary>
    Image,

    /// <summary>A JSON object, stored with the document and not searched.</summary>
    Object,
}
