namespace Reshelve.Catalogs.Drafting;

/// <summary>Chooses the most telling type that rejects none of the values that were seen.</summary>
internal static class TypeChooser
{
    private const double Nearly = 0.8;
    private const int FewWords = 2;
    private const int LongText = 100;
    private const int LongestFacet = 60;
    private const int CodeDigits = 11;
    private const int EnoughDates = 10;

    /// <summary>The type, or null where no type accepts all that was seen.</summary>
    /// <param name="field">What was seen.</param>
    /// <param name="untyped">Whether the format knows nothing but text (CSV, XML), so that numbers must be recognised in
    /// it.</param>
    public static FieldType? Choose(FieldProfile field, bool untyped)
    {
        var objects = field.Objects + field.ObjectsInArrays;
        if (field.ArraysInArrays > 0 || (objects > 0 && field.Scalars > 0) || objects + field.Scalars == 0)
            return null;
        if (objects > 0)
            return FieldType.Object;
        if (field.Strings == 0)
            return OfJson(field);
        // Strings among other values: only exact values or words can hold them all.
        return field.Strings == field.Scalars ? OfStrings(field, untyped) : Words(field);
    }

    /// <summary>Whether its values divide the records into groups that people choose by.</summary>
    public static bool IsFacet(FieldProfile field, FieldType type)
    {
        if (type == FieldType.Boolean)
            return field.Distinct > 1;
        return type == FieldType.Keyword
            && field.Distinct > 1
            && IsFew(field)
            && !FieldNames.IsCode(field.Name)
            && !FieldNames.IsMoment(field.Name);
    }

    private static FieldType OfJson(FieldProfile field)
    {
        if (field.Booleans > 0)
            return field.Booleans == field.Scalars ? FieldType.Boolean : FieldType.Keyword;
        if (field.AnyInfinite)
            return FieldType.Keyword;
        return field.Decimals > 0 || FieldNames.IsMeasure(field.Name) ? FieldType.Number : FieldType.Integer;
    }

    private static FieldType OfStrings(FieldProfile field, bool untyped)
    {
        if (field.AllDates && IsPlausibleDate(field))
            return FieldType.Date;
        if (untyped && field.AllBooleans)
            return FieldType.Boolean;
        if (untyped && field.AllNumbers && !IsCode(field))
            return field.AllWhole && !FieldNames.IsMeasure(field.Name) ? FieldType.Integer : FieldType.Number;
        if (field.AnyControl || FieldNames.IsTitle(field.Name))
            return Words(field);
        var pictures = FieldNames.IsPicture(field.Name) ? field.Images + field.Urls : field.Images;
        if (pictures >= Nearly * field.Strings)
            return FieldType.Image;
        return field.Urls >= Nearly * field.Strings ? FieldType.Url : Words(field);
    }

    /// <summary>Eight digits alone can be anything: the name must say so, or many values must happen to be days.</summary>
    private static bool IsPlausibleDate(FieldProfile field) =>
        !field.AllNumbers
            || FieldNames.IsMoment(field.Name)
            || (field.Strings >= EnoughDates && field.Distinct > 1 && !FieldNames.IsCode(field.Name));

    /// <summary>Digits that are no quantity: reckoning with them would lose zeros.</summary>
    private static bool IsCode(FieldProfile field) =>
        field.AnyLeadingZero || FieldNames.IsCode(field.Name) || (field.AllWhole && field.Longest >= CodeDigits);

    private static FieldType Words(FieldProfile field)
    {
        if (FieldNames.IsTitle(field.Name) || (FieldNames.IsProse(field.Name) && field.Words > 0))
            return FieldType.Text;
        if (IsFew(field))
            return FieldType.Keyword;
        return field.Words >= FewWords * field.Strings || field.Length >= LongText * field.Strings
            ? FieldType.Text
            : FieldType.Keyword;
    }

    private static bool IsFew(FieldProfile field)
    {
        var isLong = field.Longest > LongestFacet * 2 || field.Length > LongestFacet * Math.Max(1, field.Strings);
        if (isLong || field.Distinct is not { } distinct)
            return false;
        // In a small feed a tenth is nothing: there, half of the values must be repetitions.
        return distinct * 10 <= field.Scalars || (distinct <= 20 && distinct * 2 <= field.Scalars);
    }
}
