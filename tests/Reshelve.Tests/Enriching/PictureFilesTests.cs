using System.Security.Cryptography;
using Reshelve.Enriching;
using Reshelve.Feeds;

namespace Reshelve.Tests.Enriching;

public sealed class PictureFilesTests : IDisposable
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))];
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    private readonly TemporaryFolder _folder = new();
    private readonly PictureFiles _files;

    public PictureFilesTests() => _files = new PictureFiles(_folder["images"], TimeProvider.System);

    public static TheoryData<string> NoNames =>
    [
        "", "a", "..", "../../etc/passwd", "ab/../../../x", Sha256.ToUpperInvariant(), Sha256[..63], Sha256 + "0", Sha256[..62] + "/x", Sha256[..63] + "\0",
        "/" + Sha256[..63], "é" + Sha256[..63],
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string PicturePath => _folder[$"images/pictures/{Sha256[..2]}/{Sha256}"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_picture_is_read_as_it_was_saved()
    {
        (await _files.ReadPictureAsync(Sha256, Cancellation)).ShouldBeNull();
        await SaveAsync();
        await SaveAsync();
        (await ReadAsync()).ShouldBe(Bytes);
        File.Exists(PicturePath).ShouldBeTrue();
        var other = new PictureFiles(_folder["images"], TimeProvider.System);
        (await other.ReadPictureAsync(Sha256, Cancellation))!.Value.ToArray().ShouldBe(Bytes);
        _files.ListPictures().ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Name.ShouldBe(Sha256), f => f.Bytes.ShouldBe(Bytes.Length));
        _files.DeletePicture(Sha256);
        _files.DeletePicture(Sha256);
        (await ReadAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9_999)]
    [InlineData(10_000)]
    public async Task A_damaged_picture_is_not_there_and_can_be_saved_again(int length)
    {
        await SaveAsync();
        var damaged = Bytes[..length];
        if (length == Bytes.Length)
            damaged[5]++;
        await File.WriteAllBytesAsync(PicturePath, damaged, Cancellation);
        (await ReadAsync()).ShouldBeNull();
        File.Exists(PicturePath).ShouldBeFalse();
        await SaveAsync();
        (await ReadAsync()).ShouldBe(Bytes);
    }

    [Fact]
    public async Task A_truncated_file_is_replaced_when_it_is_saved_again()
    {
        var name = await _files.SaveRenditionAsync(Bytes, "webp", Cancellation);
        var rendition = new StoredRendition("160w", name, 1, 1, Bytes.Length);
        _files.HasRendition(rendition).ShouldBeTrue();
        await File.WriteAllBytesAsync(_files.RenditionPath(name), [], Cancellation);
        _files.HasRendition(rendition).ShouldBeFalse();
        (await _files.SaveRenditionAsync(Bytes, "webp", Cancellation)).ShouldBe(name);
        _files.HasRendition(rendition).ShouldBeTrue();
    }

    [Fact]
    public async Task A_rendition_lies_under_the_hash_of_its_bytes()
    {
        var name = await _files.SaveRenditionAsync(Bytes, "webp", Cancellation);
        name.ShouldBe($"{Sha256[..2]}/{Sha256}.webp");
        _files.RenditionPath(name).ShouldBe(_folder[$"images/renditions/{name}"]);
        (await File.ReadAllBytesAsync(_files.RenditionPath(name), Cancellation)).ShouldBe(Bytes);
        await _files.SaveRenditionAsync(Bytes, "jpg", Cancellation);
        _files.ListRenditions().Select(f => f.Name).Order().ShouldBe([name[..^4] + "jpg", name]);
        _files.DeleteRendition(name);
        _files.ListRenditions().ShouldHaveSingleItem();
        _files.ListPictures().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(NoNames))]
    public async Task Nothing_but_hexadecimal_names_is_ever_looked_for(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => _files.SavePictureAsync(name, Bytes, Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => _files.ReadPictureAsync(name, Cancellation));
        Should.Throw<ArgumentException>(() => _files.DeletePicture(name));
        foreach (var path in new[] { name, $"{Sha256[..2]}/{name}.webp", $"{name}/{Sha256}.webp" })
        {
            PictureFiles.IsRendition(path).ShouldBeFalse();
            Should.Throw<ArgumentException>(() => _files.RenditionPath(path));
            Should.Throw<ArgumentException>(() => _files.DeleteRendition(path));
        }

        Directory.Exists(_folder["images"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("WEBP")]
    [InlineData("a/b")]
    [InlineData("toolong")]
    public async Task No_other_extension_is_written(string extension)
    {
        await Should.ThrowAsync<ArgumentException>(() => _files.SaveRenditionAsync(Bytes, extension, Cancellation));
        PictureFiles.IsRendition($"{Sha256[..2]}/{Sha256}.{extension}").ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_crash_left_half_written_goes_after_an_hour_and_what_is_not_ours_stays()
    {
        await SaveAsync();
        string fresh = PicturePath + ".new-abc", old = PicturePath + ".new-def", foreign = _folder[$"images/pictures/{Sha256[..2]}/readme.txt"];
        foreach (var path in new[] { fresh, old, foreign })
            await File.WriteAllTextAsync(path, "half", Cancellation);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().AddHours(-2).UtcDateTime);
        _files.ListPictures().Select(f => f.Name).ShouldBe([Sha256]);
        File.Exists(old).ShouldBeFalse();
        File.Exists(fresh).ShouldBeTrue();
        File.Exists(foreign).ShouldBeTrue();
    }

    [Fact]
    public async Task Threads_that_save_the_same_leave_it_once_and_whole()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? SaveAsync() : _files.SaveRenditionAsync(Bytes, "webp", Cancellation)));
        (await ReadAsync()).ShouldBe(Bytes);
        Directory.EnumerateFiles(_folder["images"], "*", SearchOption.AllDirectories).Count().ShouldBe(2);
        await _files.FlushAsync(Cancellation);
    }

    [Fact]
    public async Task Flushing_and_listing_where_nothing_was_saved_does_nothing()
    {
        await _files.FlushAsync(Cancellation);
        _files.ListPictures().ShouldBeEmpty();
        _files.ListRenditions().ShouldBeEmpty();
        _files.DeletePicture(Sha256);
        Directory.Exists(_folder["images"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_folder["images"], "", Cancellation);
        (await Should.ThrowAsync<ReshelveException>(SaveAsync)).Message.ShouldContain($"the picture folder '{_folder["images"]}' cannot be written");
        (await Should.ThrowAsync<ReshelveException>(() => _files.SaveRenditionAsync(Bytes, "webp", Cancellation))).Message.ShouldContain(_folder["images"]);
    }

    private Task SaveAsync() => _files.SavePictureAsync(Sha256, Bytes, Cancellation);

    private async Task<byte[]?> ReadAsync() => (await _files.ReadPictureAsync(Sha256, Cancellation))?.ToArray();
}
