using Reshelve.Hashing;

namespace Reshelve.Tests.Hashing;

/// <summary>
/// The vectors in xxh3-128-vectors.txt were computed with the reference library (libxxhash 0.8.1): length,
/// XXH3_128bits_withSecret with
/// the secret below, XXH3_128bits (that is: with the published default secret). Input byte i is the top byte of i * 2654435761
/// mod 2^32.
/// </summary>
public sealed class KeyedHashTests
{
    private const string DefaultSecret =
        "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221" +
        "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8" +
        "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb" +
        "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e";

    private static readonly byte[] Input = [.. Enumerable.Range(0, 5000).Select(i => (byte)(unchecked((uint)i * 2654435761u) >> 24))];
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 192).Select(i => (byte)(((i * 40503) + 12345) >> 8))];

    public static TheoryData<int, string, string> Vectors()
    {
        var data = new TheoryData<int, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Hashing", "xxh3-128-vectors.txt")))
        {
            var parts = line.Split(' ');
            data.Add(int.Parse(parts[0]), parts[1], parts[2]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Gives_the_reference_values_for_every_length_class(int length, string withSecret, string withDefault)
    {
        KeyedHash.WithSecret(Secret).Of(Input.AsSpan(0, length)).ToString().ShouldBe(withSecret);
        KeyedHash.WithSecret(Convert.FromHexString(DefaultSecret)).Of(Input.AsSpan(0, length)).ToString().ShouldBe(withDefault);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Gives_the_same_value_at_every_vector_width(int bits)
    {
        Assert.SkipUnless(
            bits == 128 || (bits == 256 ? System.Runtime.Intrinsics.X86.Avx2.IsSupported : System.Runtime.Intrinsics.X86.Avx512F.IsSupported),
            $"this processor has no vectors of {bits} bits");
        for (var length = 241; length < 2300; length++)
            Xxh3Stripes.HashWith(bits, Input.AsSpan(0, length), Secret).ShouldBe(Xxh3.Hash128(Input.AsSpan(0, length), Secret));
    }

    [Fact]
    public void Another_seed_or_another_context_gives_unrelated_values()
    {
        var seed = new byte[KeyedHash.SeedBytes];
        var one = KeyedHash.Derive(seed, "header", "mapping").Of("record"u8);
        KeyedHash.Derive(seed, "header", "mapping").Of("record"u8).ShouldBe(one);
        KeyedHash.Derive(seed, "headerm", "apping").Of("record"u8).ShouldNotBe(one);
        seed[0] = 1;
        KeyedHash.Derive(seed, "header", "mapping").Of("record"u8).ShouldNotBe(one);
    }

    [Fact]
    public void A_hash_survives_being_written_as_text()
    {
        var hash = new Hash128(0x0123456789abcdef, 0xfedcba9876543210);
        Hash128.TryParse(System.Text.Encoding.ASCII.GetBytes(hash.ToString()), out var read).ShouldBeTrue();
        read.ShouldBe(hash);
        Hash128.TryParse("xyz"u8, out _).ShouldBeFalse();
    }
}
