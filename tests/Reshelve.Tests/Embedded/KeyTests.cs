using FsCheck;
using FsCheck.Fluent;
using Reshelve.Embedded.Indexing;
using Reshelve.Searching;

namespace Reshelve.Tests.Embedded;

public sealed class KeyTests
{
    [Fact]
    public void Id_keys_order_as_ids_do_and_give_them_back()
    {
        var texts = Gen.Elements("a", "z", "ä", "\uD7FF", "\uE000", "\uFB00", "\uFFFD", "\uFFFF", "😀", "\U0010FFFF", "\0")
            .NonEmptyListOf().Select(l => string.Concat(l)).Where(s => s.Length < 100);
        Check.One(Seeds.Config(2000), Prop.ForAll(texts.ToArbitrary(), texts.ToArbitrary(), (left, right) =>
        {
            var (leftKey, rightKey) = (Key(left), Key(right));
            Math.Sign(leftKey.AsSpan().SequenceCompareTo(rightKey)).ShouldBe(Math.Sign(string.CompareOrdinal(left, right)));
            IdKey.Decode(leftKey).ShouldBe(left);
        }));
    }

    [Theory]
    [InlineData("2024-05-01", "2024-05-01T00:00:00Z")]
    [InlineData("2024-05-01T02:00:00+02:00", "2024-05-01T00:00:00Z")]
    [InlineData("2024-05-01T02:00+02:00", "2024-05-01T00:00:00Z")]
    [InlineData("2024-05-01T00:00:00", "2024-05-01T00:00:00Z")]
    [InlineData("2024-05-01T00:00:00.1234567899999Z", "2024-05-01T00:00:00.1234567Z")]
    [InlineData("0001-01-01", "0001-01-01T00:00:00Z")]
    public void The_same_moment_has_the_same_key(string left, string right) => DateKeyOf(left).ShouldBe(DateKeyOf(right));

    [Theory]
    [InlineData("")]
    [InlineData("2024")]
    [InlineData("2024-02-30")]
    [InlineData("01.05.2024")]
    [InlineData("2024-05-01T25:00:00Z")]
    [InlineData("2024-05-01T00:00:00Z and more")]
    [InlineData("2024-05-0１")]
    public void What_is_no_date_has_no_key(string text)
    {
        DateKey.TryParse(text, out _, out _).ShouldBeFalse();
        DateKey.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Fractions_of_a_second_order_chronologically() =>
        DateKeyOf("2024-05-01T10:00:00.5Z").ShouldBeGreaterThan(DateKeyOf("2024-05-01T10:00:00Z"));

    private static byte[] Key(string id)
    {
        var key = new byte[IdKey.MaxBytes];
        return key[..IdKey.Encode(id, key, out _)];
    }

    private static long DateKeyOf(string text) =>
        DateKey.TryParse(text, out var key, out _) ? key : throw new ArgumentException($"'{text}' is no date", nameof(text));
}
