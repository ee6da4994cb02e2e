namespace Reshelve.Mapping;

/// <summary>
/// One spelling per number: <c>1.0</c>, <c>1e0</c> and <c>1</c> are the same value and must not count as a change. Works on the
/// decimal
/// digits, so nothing is lost of numbers that no binary type holds. The form is that of ECMAScript's Number::toString (plain up
/// to 21
/// digits before and 6 zeros after the point, else scientific), with as many digits as were given.
/// </summary>
internal static class JsonNumber
{
    private const int MaxPlainDigits = 21;
    private const int MinPlainPoint = -5;

    /// <summary>
    /// Longest input that is read; the largest exact double has 767 significant digits, money has fewer than 20.
    /// </summary>
    private const int MaxLength = 1100;

    /// <summary>Appends the canonical spelling of a JSON number.</summary>
    /// <param name="literal">The number, in JSON's grammar; a leading <c>+</c> and leading zeros are also read.</param>
    /// <param name="output">Where to append; untouched on failure.</param>
    /// <param name="integral">Whether the value is whole.</param>
    /// <returns>False when it is not a number, or its exponent is beyond ±100,000.</returns>
    [System.Runtime.CompilerServices.SkipLocalsInit]
    public static bool TryAppend(ReadOnlySpan<byte> literal, ByteBuffer output, out bool integral)
    {
        if (IsCanonical(literal, out integral))
        {
            output.Append(literal);
            return true;
        }

        integral = false;
        if (literal.Length > MaxLength)
            return false;
        Span<byte> digits = stackalloc byte[MaxLength];
        if (!TryParse(literal, digits, out var number))
            return false;
        integral = number.Point >= number.Digits.Length;
        Append(number, output);
        return true;
    }

    /// <summary>
    /// Whether a canonical spelling is a finite 64-bit floating-point number, which is what indexes compute with.
    /// </summary>
    public static bool IsFinite(ReadOnlySpan<byte> canonical) =>
        !canonical.Contains((byte)'e') ||
        (System.Buffers.Text.Utf8Parser.TryParse(canonical, out double value, out _) && double.IsFinite(value));

    /// <summary>
    /// Recognises most canonical spellings at a glance (see MappingBenchmarks): up to 18 digits, and a point not at their ends.
    /// </summary>
    private static bool IsCanonical(ReadOnlySpan<byte> literal, out bool integral)
    {
        integral = false;
        if (literal.Length is 0 or > 19 || literal[0] is < (byte)'1' or > (byte)'9')
            return false;
        var point = literal.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        integral = point < 0;
        if (integral)
            return literal.Length <= 18;
        return literal[point] == '.' && literal[^1] is > (byte)'0' and <= (byte)'9' &&
            literal[(point + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, Span<byte> digits, out Decimal number)
    {
        number = default;
        var negative = text.Length > 0 && text[0] == '-';
        var rest = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        var mantissaLength = rest.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var e ? e : rest.Length;
        if (!TryParseExponent(rest[mantissaLength..], out var exponent))
            return false;
        var mantissa = rest[..mantissaLength];
        var point = mantissa.IndexOf((byte)'.') is >= 0 and var p ? p : mantissa.Length;
        var whole = mantissa[..point];
        var fraction = point < mantissa.Length ? mantissa[(point + 1)..] : default;
        if (whole.IsEmpty || (fraction.IsEmpty && point < mantissa.Length) || !AreDigits(whole) || !AreDigits(fraction))
            return false;
        number = Normalise(negative, whole, fraction, exponent, digits);
        return true;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
            return true;
        text = text[1..];
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        if (text.IsEmpty || !AreDigits(text))
            return false;
        text = text.TrimStart((byte)'0');
        if (text.Length > 6)
            return false;
        foreach (var digit in text)
            exponent = (exponent * 10) + digit - '0';
        if (negative)
            exponent = -exponent;
        return Math.Abs(exponent) <= 100_000;
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static Decimal Normalise(
        bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent, Span<byte> digits)
    {
        whole.CopyTo(digits);
        fraction.CopyTo(digits[whole.Length..]);
        digits = digits[..(whole.Length + fraction.Length)];
        var significant = digits.TrimStart((byte)'0');
        var point = whole.Length + exponent - (digits.Length - significant.Length);
        significant = significant.TrimEnd((byte)'0');
        return significant.IsEmpty ? new Decimal(false, default, 0) : new Decimal(negative, significant, point);
    }

    private static void Append(Decimal number, ByteBuffer output)
    {
        var digits = number.Digits;
        if (digits.IsEmpty)
        {
            output.Append((byte)'0');
            return;
        }

        if (number.Negative)
            output.Append((byte)'-');
        if (number.Point > MaxPlainDigits || number.Point < MinPlainPoint)
            AppendScientific(digits, number.Point - 1, output);
        else if (number.Point >= digits.Length)
            AppendPadded(digits, number.Point - digits.Length, output);
        else if (number.Point > 0)
            AppendPointed(digits[..number.Point], digits[number.Point..], output);
        else
            AppendSmall(digits, -number.Point, output);
    }

    private static void AppendScientific(ReadOnlySpan<byte> digits, int exponent, ByteBuffer output)
    {
        output.Append(digits[0]);
        if (digits.Length > 1)
        {
            output.Append((byte)'.');
            output.Append(digits[1..]);
        }

        output.Append((byte)'e');
        System.Buffers.Text.Utf8Formatter.TryFormat(exponent, output.Room(12), out var written);
        output.Commit(written);
    }

    private static void AppendPadded(ReadOnlySpan<byte> digits, int zeros, ByteBuffer output)
    {
        output.Append(digits);
        for (; zeros > 0; zeros--)
            output.Append((byte)'0');
    }

    private static void AppendPointed(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, ByteBuffer output)
    {
        output.Append(whole);
        output.Append((byte)'.');
        output.Append(fraction);
    }

    private static void AppendSmall(ReadOnlySpan<byte> digits, int zeros, ByteBuffer output)
    {
        output.Append("0."u8);
        AppendPadded(default, zeros, output);
        output.Append(digits);
    }

    /// <summary>0.d₁d₂… × 10^Point; no digits: zero.</summary>
    private readonly ref struct Decimal(bool negative, ReadOnlySpan<byte> digits, int point)
    {
        public bool Negative { get; } = negative;

        public ReadOnlySpan<byte> Digits { get; } = digits;

        public int Point { get; } = point;
    }
}
