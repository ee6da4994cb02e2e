using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reshelve.Mapping;

namespace Reshelve.Tests.Mapping;

public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("1.0", "1")]
    [InlineData("10e-1", "1")]
    [InlineData("1e2", "100")]
    [InlineData("0.10", "0.1")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("+7", "7")]
    [InlineData("007", "7")]
    [InlineData("123456789012345678901", "123456789012345678901")]
    [InlineData("1234567890123456789012", "1.234567890123456789012e21")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1e400", "1e400")]
    public void A_number_has_one_spelling(string literal, string expected) => Canonical(literal).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("1e1000000")]
    public void What_is_no_number_is_refused(string literal) => Canonical(literal).ShouldBeNull();

    [Fact]
    public void Spellings_of_equal_values_are_equal_and_of_others_are_not() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int Digits, sbyte Exponent, byte Zeros, int OtherDigits)>(),
            value =>
            {
                var (digits, exponent, zeros, otherDigits) = value;
                var plain = Canonical($"{digits}e{exponent}");
                var padded = Canonical($"{digits}{new string('0', zeros % 20)}e{exponent - (zeros % 20)}");
                var pointed = Canonical($"{digits}.{new string('0', (zeros % 5) + 1)}E{exponent}");
                var other = Canonical($"{otherDigits}e{exponent}");
                return plain == padded && plain == pointed && (plain == other) == (digits == otherDigits);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_canonical_number_is_its_own_canonical_spelling() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<double>().Filter(double.IsFinite),
            value => Canonical(value.ToString("R")) is { } once && Canonical(once) == once && double.Parse(once) == value)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_number_ends_where_the_framework_says_it_does()
    {
        var random = new Random(20);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "0019.-+eE5"[random.Next(10)]));
            JsonNumber.LengthOf(Encoding.ASCII.GetBytes(text + ",")).ShouldBe(IsNumber(text) ? text.Length : LongestNumber(text), text);
        }
    }

    /// <summary>The longest beginning that is a number, unless what follows makes another or none of it.</summary>
    private static int LongestNumber(string text)
    {
        var digits = System.Text.RegularExpressions.Regex.Match(text, @"^-?(0(?![0-9])|[1-9](?>[0-9]*))(\.(?>[0-9]+)|(?!\.))([eE][+-]?(?>[0-9]+)|(?![eE]))");
        return digits.Length;
    }

    private static bool IsNumber(string text)
    {
        try
        {
            var reader = new System.Text.Json.Utf8JsonReader(Encoding.ASCII.GetBytes(text));
            return reader.Read() && reader.TokenType == System.Text.Json.JsonTokenType.Number && !reader.Read() && reader.BytesConsumed == text.Length;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static string? Canonical(string literal)
    {
        var output = new ByteBuffer();
        return JsonNumber.TryAppend(Encoding.ASCII.GetBytes(literal), output, out _) ? Encoding.ASCII.GetString(output.Written) : null;
    }
}
