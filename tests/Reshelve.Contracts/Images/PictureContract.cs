using System.Numerics;
using Reshelve.Enriching;
using static Reshelve.Contracts.Images.Pictures;

namespace Reshelve.Contracts.Images;

/// <summary>What every picture store must do with pictures, tags and renditions.</summary>
public abstract class PictureContract : PictureStoreContract
{
    [Fact]
    public async Task An_empty_store_knows_nothing()
    {
        (await Store.FindPicturesAsync([Hash("a")], Cancellation)).ShouldBeEmpty();
        (await Store.FindTagsAsync("visual", "1", [Hash("a")], Cancellation)).ShouldBeEmpty();
        (await Store.FindRenditionsAsync([Hash("a")], Cancellation)).ShouldBeEmpty();
        (await Store.SavePicturesAsync([], Cancellation)).ShouldBeEmpty();
        await Store.SaveTagsAsync("visual", "1", [], Cancellation);
        await Store.SaveRenditionsAsync([], Cancellation);
    }

    [Fact]
    public async Task A_picture_comes_back_as_it_was_saved_also_from_another_store()
    {
        var features = new VisualFeatures
        {
            Version = 3, Colours = [new("red", 0.1), new("ünï\"\0", 1 / 3.0), new("", double.NaN)], Lightness = double.PositiveInfinity, Transparent = -0.0,
            BorderTransparent = double.Epsilon, BorderLightness = 1e300, BorderChroma = 4, BorderSpread = 5, Sharpness = 6, PerceptualHash = ulong.MaxValue - 5,
        };
        var decoded = new StoredPicture
        {
            Sha256 = Hash("a"), Bytes = 5_000_000_000,
            Facts = new PictureFacts { Format = "webp", Width = int.MaxValue, Height = 1, PixelHash = Hash("b"), Features = features },
        };
        var broken = new StoredPicture { Sha256 = Hash("c"), Bytes = 0, Error = "no picture: \ud83d\n" };
        var saved = await Store.SavePicturesAsync([decoded, broken], Cancellation);
        saved[0].ShouldBe(decoded with { Group = "fffffffffffffffa" });
        saved[1].ShouldBe(broken);
        await using var other = Open();
        foreach (var store in new[] { Store, other })
        {
            var found = await store.FindPicturesAsync([Hash("a"), Hash("c"), Hash("unknown"), Hash("a")], Cancellation);
            found.Count.ShouldBe(2);
            found[Hash("c")].ShouldBe(broken);
            var read = found[Hash("a")].Facts!.Features;
            read.Colours.ShouldBe(features.Colours);
            (read with { Colours = features.Colours }).ShouldBe(features);
            (found[Hash("a")] with { Facts = decoded.Facts with { Features = features } }).ShouldBe(saved[0]);
        }
    }

    [Fact]
    public async Task A_picture_that_could_be_decoded_later_is_replaced_and_the_other_way_round()
    {
        var broken = new StoredPicture { Sha256 = Hash("a"), Bytes = 1, Error = "no" };
        await Store.SavePicturesAsync([Picture("a", 7)], Cancellation);
        await Store.SavePicturesAsync([broken], Cancellation);
        (await Store.FindPicturesAsync([Hash("a")], Cancellation))[Hash("a")].ShouldBe(broken);
        await Store.SavePicturesAsync([Picture("a", 7)], Cancellation);
        var found = (await Store.FindPicturesAsync([Hash("a")], Cancellation))[Hash("a")];
        (found.Error, found.Group, found.Facts!.Features.PerceptualHash).ShouldBe((null, "0000000000000007", 7UL));
    }

    [Fact]
    public async Task Up_to_three_bits_are_a_near_duplicate_and_four_are_not()
    {
        const ulong Hash = 0x0123456789abcdef;
        (await GroupAsync("founder", Hash)).ShouldBe("0123456789abcdef");
        (await GroupAsync("same", Hash)).ShouldBe("0123456789abcdef");
        foreach (var bits in new ulong[] { 0x1UL, 0x8000000000000000, 0x1000100000001, 0x7, 0x8000000000000003, 0x0001000000010001 })
            (await GroupAsync($"near {bits}", Hash ^ bits)).ShouldBe("0123456789abcdef");
    }

    [Theory]
    [InlineData(0xFUL)]
    [InlineData(0x0001000100010001UL)]
    [InlineData(0xC000000000000003UL)]
    public async Task Four_bits_make_a_group_of_its_own(ulong bits)
    {
        (await GroupAsync("founder", 0)).ShouldBe("0000000000000000");
        (await GroupAsync("other", bits)).ShouldBe($"{bits:x16}");
    }

    [Fact]
    public async Task A_picture_joins_the_group_of_the_first_one_near_it_and_stays_there()
    {
        // The last is near the second alone, and the fourth near both groups.
        (string Name, ulong Hash, string Group)[] expected =
        [
            ("a", 0, "0000000000000000"), ("b", 0b111, "0000000000000000"), ("c", 0b11_1110_0000, "00000000000003e0"),
            ("d", 0b10_0000_0001, "0000000000000000"), ("e", 0b11111, "0000000000000000"),
        ];
        for (var round = 0; round < 2; round++)
        {
            foreach (var (name, hash, group) in round == 0 ? expected : [.. expected.Reverse()])
                (await GroupAsync(name, hash)).ShouldBe(group, name);
        }
    }

    [Fact]
    public async Task Groups_are_those_of_comparing_every_picture_with_every_other()
    {
        var random = new Random(Seeds.One());
        var centres = Enumerable.Range(0, 40).Select(_ => (ulong)random.NextInt64()).ToArray();
        var pictures = Enumerable.Range(0, 2_000).Select(i => Picture($"{i}", Flip(centres[random.Next(centres.Length)], random.Next(6), random))).ToList();
        var groups = new List<string>();
        for (var i = 0; i < pictures.Count; i++)
        {
            var hash = pictures[i].Facts!.Features.PerceptualHash;
            var first = pictures.Take(i).ToList().FindIndex(p => BitOperations.PopCount(p.Facts!.Features.PerceptualHash ^ hash) <= 3);
            groups.Add(first < 0 ? $"{hash:x16}" : groups[first]);
        }

        foreach (var batch in Enumerable.Range(0, pictures.Count).Chunk(300))
            (await Store.SavePicturesAsync([.. batch.Select(i => pictures[i])], Cancellation)).Select(p => p.Group).ShouldBe(batch.Select(i => groups[i]));
        (await Store.SavePicturesAsync(pictures, Cancellation)).Select(p => p.Group).ShouldBe(groups, $"seed {Seeds.One()}");
    }

    [Fact]
    public async Task Tags_belong_to_a_version_of_a_tagger()
    {
        StoredTags[] tags = [new(Hash("a"), [new("red", 0.25), new("日本 \"x\"\0", 1)]), new(Hash("b"), [])];
        await Store.SaveTagsAsync("visual", "1", tags, Cancellation);
        await Store.SaveTagsAsync("visual", "1", tags, Cancellation);
        await Store.SaveTagsAsync("visual", "2", [new(Hash("a"), [new("blue", 0.5)])], Cancellation);
        await using var other = Open();
        var first = await other.FindTagsAsync("visual", "1", [Hash("a"), Hash("b"), Hash("c"), Hash("a")], Cancellation);
        first.Count.ShouldBe(2);
        first[Hash("a")].Tags.ShouldBe(tags[0].Tags);
        first[Hash("b")].Tags.ShouldBeEmpty();
        (await other.FindTagsAsync("visual", "2", [Hash("a"), Hash("b")], Cancellation)).Keys.ShouldBe([Hash("a")]);
        (await other.FindTagsAsync("http", "1", [Hash("a")], Cancellation)).ShouldBeEmpty();
        await Store.SaveTagsAsync("visual", "1", [new(Hash("a"), [new("green", 0)])], Cancellation);
        (await other.FindTagsAsync("visual", "1", [Hash("a")], Cancellation))[Hash("a")].Tags.ShouldBe([new("green", 0)]);
    }

    [Fact]
    public async Task Pictures_of_a_catalog_are_counted_once_by_file_by_pixels_and_by_tagger()
    {
        (await Store.CountPicturesAsync("shop", "visual", "1", Cancellation)).ShouldBe(new PictureTotals(0, 0, 0));
        await Store.SaveReferencesAsync("shop", [State("1", "a"), State("2", "a"), State("3", "a again"), State("4", "b"), State("5", "broken"), State("6")], Cancellation);
        await Store.SaveReferencesAsync("other", [State("1", "c")], Cancellation);
        var a = Picture("a", 1);
        var broken = new StoredPicture { Sha256 = Hash("broken"), Bytes = 1, Error = "no" };
        await Store.SavePicturesAsync([a, a with { Sha256 = Hash("a again") }, Picture("b", 2), Picture("c", 3), broken], Cancellation);
        (await Store.CountPicturesAsync("shop", "visual", "1", Cancellation)).ShouldBe(new PictureTotals(4, 2, 0));
        await Store.SaveTagsAsync("visual", "1", [new(a.Facts!.PixelHash, []), new(Picture("c", 3).Facts!.PixelHash, [])], Cancellation);
        (await Store.CountPicturesAsync("shop", "visual", "1", Cancellation)).ShouldBe(new PictureTotals(4, 2, 1));
        (await Store.CountPicturesAsync("shop", "visual", "2", Cancellation)).ShouldBe(new PictureTotals(4, 2, 0));
    }

    [Fact]
    public async Task Renditions_replace_those_of_the_same_name()
    {
        StoredRendition small = new("160w", "ab/x.webp", 160, 90, 1234), large = new("640w jpeg", "cd/y.jpg", 640, 360, 5_000_000_000);
        await Store.SaveRenditionsAsync([(Hash("a"), large), (Hash("a"), small), (Hash("b"), small)], Cancellation);
        await Store.SaveRenditionsAsync([(Hash("b"), small with { Width = 7 })], Cancellation);
        await using var other = Open();
        var found = await other.FindRenditionsAsync([Hash("a"), Hash("b"), Hash("c"), Hash("a")], Cancellation);
        found.Count.ShouldBe(2);
        found[Hash("a")].ShouldBe([small, large]);
        found[Hash("b")].ShouldBe([small with { Width = 7 }]);
    }

    [Fact]
    public async Task Threads_and_stores_that_save_at_once_agree_on_groups()
    {
        await using var other = Open();
        IPictureStore[] stores = [Store, other];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(thread => Task.Run(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                    await stores[thread % 2].SavePicturesAsync([Picture($"{thread} {i}", (ulong)i << 20 | 1UL << thread), Picture("shared", 1)], Cancellation);
            },
            Cancellation)));
        var all = await Store.FindPicturesAsync([.. Enumerable.Range(0, 120).Select(i => Hash($"{i / 20} {i % 20}"))], Cancellation);
        all.Count.ShouldBe(120);
        var groups = all.Values.ToDictionary(p => p.Sha256, p => p.Group);
        (await Store.SavePicturesAsync([.. all.Values], Cancellation)).ShouldAllBe(p => p.Group == groups[p.Sha256]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/passwd")]
    public async Task What_is_no_hash_is_refused(string hash)
    {
        await Should.ThrowAsync<ArgumentException>(() => Store.SavePicturesAsync([Picture("a", 1) with { Sha256 = hash }], Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => Store.SaveTagsAsync("t", "1", [new(hash, [])], Cancellation));
    }

    private static ulong Flip(ulong hash, int bits, Random random)
    {
        for (var i = 0; i < bits; i++)
            hash ^= 1UL << random.Next(64);
        return hash;
    }

    private async Task<string?> GroupAsync(string name, ulong hash) => (await Store.SavePicturesAsync([Picture(name, hash)], Cancellation))[0].Group;
}
