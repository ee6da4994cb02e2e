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

    private const int MaxExponent = 100_000;

    /// <summary>The length of the number that a text begins with, in JSON's grammar; 0 if there is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        var at = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var digits = CountDigits(text, at);
        if (digits == 0 || (digits > 1 && text[at] == '0'))
            return 0;
        at += digits;
        if (at < text.Length && text[at] == '.')
        {
            digits = CountDigits(text, ++at);
            if (digits == 0)
                return 0;
            at += digits;
        }

        if (at == text.Length || text[at] is not ((byte)'e' or (byte)'E'))
            return at;
        at++;
        if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
            at++;
        digits = CountDigits(text, at);
        return digits == 0 ? 0 : at + digits;
    }

    private static int CountDigits(ReadOnlySpan<byte> text, int from)
    {
        var at = from;
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
            at++;
        return at - from;
    }

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

    /// <summary>Reads digits, point and exponent in one pass (see NumberBenchmarks).</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, Span<byte> digits, out Decimal number)
    {
        number = default;
        var count = 0;
        var at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var start = at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            if (count > 0 || text[at] != '0')
                digits[count++] = text[at];
        }

        if (at == start)
            return false;
        var point = count;
        if (at < text.Length && text[at] == '.')
        {
            start = ++at;
            for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
            {
                if (count > 0 || text[at] != '0')
                    digits[count++] = text[at];
                else
                    point--;
            }

            if (at == start)
                return false;
        }

        if (!TryParseExponent(text[at..], out var exponent))
            return false;
        while (count > 0 && digits[count - 1] == '0')
            count--;
        number = count == 0 ? new Decimal(false, default, 0) : new Decimal(text[0] == '-', digits[..count], point + exponent);
        return true;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
            return true;
        var at = text.Length > 1 && text[1] is (byte)'-' or (byte)'+' ? 2 : 1;
        if (text[0] is not ((byte)'e' or (byte)'E') || at == text.Length)
            return false;
        for (var i = at; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit((char)text[i]))
                return false;
            exponent = (exponent * 10) + text[i] - '0';
            if (exponent > MaxExponent)
                return false;
        }

        if (text[1] == '-')
            exponent = -exponent;
        return true;
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
