using Reshelve.Ledgers;

namespace Reshelve.Tests.Ledgers;

public sealed class FrameFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["frames"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_added_without_reading_is_read_with_the_rest()
    {
        Append("one");
        Append("");
        Append("three");
        Read().ShouldBe(["one", "", "three"]);
    }

    [Fact]
    public void A_frame_that_was_cut_off_anywhere_is_gone_when_the_next_one_is_added()
    {
        Append("one");
        var first = new FileInfo(Path).Length;
        Append("two");
        var whole = File.ReadAllBytes(Path);
        for (var length = first; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..(int)length]);
            Append("three");
            Read().ShouldBe(["one", "three"], $"cut at byte {length}");
        }
    }

    [Fact]
    public void A_last_frame_that_a_power_cut_spoilt_is_gone_when_the_next_one_is_added()
    {
        Append("one");
        Append("two");
        var bytes = File.ReadAllBytes(Path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path, bytes);
        Append("three");
        Read().ShouldBe(["one", "three"]);
    }

    [Fact]
    public void Whoever_reads_finds_a_spoilt_frame_before_the_last_and_nothing_was_cut_off()
    {
        Append("one");
        Append("two");
        var bytes = File.ReadAllBytes(Path);
        bytes[FrameFile.HeaderBytes] ^= 1;
        File.WriteAllBytes(Path, bytes);
        Append("three");
        Should.Throw<LedgerDamagedException>(Read);
        new FileInfo(Path).Length.ShouldBe(bytes.Length + FrameFile.HeaderBytes + 5);
    }

    [Fact]
    public void Lengths_that_lead_astray_cut_nothing_off()
    {
        Append("one");
        Append("two");
        Append("three");
        var bytes = File.ReadAllBytes(Path);
        // The first frame seems to reach into the second.
        bytes[0] += 5;
        File.WriteAllBytes(Path, bytes);
        Should.Throw<LedgerDamagedException>(() => Append("four"));
        new FileInfo(Path).Length.ShouldBe(bytes.Length);
    }

    private void Append(string text)
    {
        using var file = FrameFile.OpenToAppend(Path);
        file.Append(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private List<string> Read()
    {
        var texts = new List<string>();
        FrameFile.Open(Path, (payload, _) => texts.Add(System.Text.Encoding.UTF8.GetString(payload))).Dispose();
        return texts;
    }
}
