using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Images.Decoding;
using Reshelve.Images.Decoding.Vips;
using Reshelve.Images.Decoding.Workers;
using Reshelve.Tests;

namespace Reshelve.SystemTests;

/// <summary>Pictures are decoded by processes of the real program, which some of them kill.</summary>
public sealed class PictureDecoderTests
{
    private const long Many = 100_000_000;

    private static readonly RenditionSpec[] Renditions = [new("160w", 160, RenditionFormat.Webp), new("640w", 640, RenditionFormat.Webp)];

    public PictureDecoderTests() => Assert.SkipUnless(VipsLibrary.Problem is null, VipsLibrary.Problem ?? "");

    [Fact]
    public async Task Of_the_conformance_suite_every_sound_picture_is_decoded_and_every_corrupt_one_refused()
    {
        await using var decoder = Decoder(2);
        var files = Directory.GetFiles(RealData.PathOf("bad-images/png"), "*.png");
        files.Length.ShouldBeGreaterThan(100);
        var refused = new List<string>();
        foreach (var file in files)
        {
            try
            {
                await DecodeAsync(decoder, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            }
            catch (PictureException refusal)
            {
                refusal.IsTransient.ShouldBeFalse(file);
                refused.Add(Path.GetFileName(file));
            }
        }

        refused.ShouldBe(files.Select(Path.GetFileName).Where(name => name!.StartsWith('x')), ignoreOrder: true);
    }

    [Fact]
    public async Task Every_sticker_is_decoded_by_as_many_workers_as_there_may_be()
    {
        await using var decoder = Decoder(2);
        var files = Directory.GetFiles(RealData.PathOf("stickers/png128")).Order(StringComparer.Ordinal).Take(300).ToList();
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (file, token) =>
        {
            var picture = await decoder.DecodeAsync(await File.ReadAllBytesAsync(file, token), Renditions, Many, token);
            picture.Renditions.Count.ShouldBe(2);
            picture.Facts.Features.Colours.ShouldNotBeEmpty();
        });
        Workers().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(ImageWorker.Hang, "took longer than 1.5 s")]
    [InlineData(ImageWorker.Nonsense, "was stopped")]
    public async Task A_worker_that_hangs_or_talks_nonsense_is_replaced(string behaviour, string reason)
    {
        await using var decoder = Decoder(1, options => options with { Time = TimeSpan.FromSeconds(1.5) });
        await DecodeAsync(decoder, Picture());
        var before = Workers().ShouldHaveSingleItem();
        var failure = await Should.ThrowAsync<PictureException>(DecodeAsync(decoder, Ending(behaviour)));
        failure.Message.ShouldContain(reason);
        failure.IsTransient.ShouldBeFalse();
        await DecodeAsync(decoder, Picture());
        Workers().ShouldHaveSingleItem().ShouldNotBe(before);
    }

    [Theory]
    [InlineData("SEGV", "signal 11", false)]
    [InlineData("ABRT", "signal 6", false)]
    [InlineData("KILL", "killed from outside", true)]
    public async Task A_worker_that_dies_costs_the_picture_it_was_at_and_no_other(string signal, string reason, bool isTransient)
    {
        await using var decoder = Decoder(1);
        await DecodeAsync(decoder, Picture());
        var dying = DecodeAsync(decoder, Ending(ImageWorker.Hang));
        var waiting = DecodeAsync(decoder, Picture());
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var worker = Workers().ShouldHaveSingleItem();
        // Twice: at the first, the runtime makes way for what the system does by default, and expects the fault to come again.
        await SignalAsync(signal, worker);
        await SignalAsync(signal, worker);
        var failure = await Should.ThrowAsync<PictureException>(dying);
        failure.Message.ShouldContain(reason);
        failure.IsTransient.ShouldBe(isTransient);
        (await waiting).Facts.Width.ShouldBe(64);
    }

    [Fact]
    public async Task A_worker_that_dies_between_two_pictures_costs_none()
    {
        await using var decoder = Decoder(1);
        await DecodeAsync(decoder, Picture());
        await SignalAsync("KILL", Workers().ShouldHaveSingleItem());
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        (await DecodeAsync(decoder, Picture())).Facts.Width.ShouldBe(64);
    }

    [Fact]
    public async Task A_picture_of_900_million_pixels_is_refused_by_its_header_and_by_the_limit_of_memory()
    {
        var row = new byte[3_750];
        var bomb = Png.File(30_000, 30_000, 1, Png.Grey, _ => row, CompressionLevel.SmallestSize);
        bomb.Length.ShouldBeLessThan(1 << 20);
        await using var decoder = Decoder(1, options => options with { Memory = 512 << 20, Time = TimeSpan.FromMinutes(2) });
        (await Should.ThrowAsync<PictureException>(DecodeAsync(decoder, bomb))).Message.ShouldContain("900,000,000 pixels, more than the limit of 100,000,000");
        var failure = await Should.ThrowAsync<PictureException>(decoder.DecodeAsync(bomb, Renditions, long.MaxValue, TestContext.Current.CancellationToken));
        failure.Message.ShouldContain("more than 512 MB of memory");
        (await DecodeAsync(decoder, Picture())).Facts.Width.ShouldBe(64);
    }

    [Fact]
    public async Task What_is_empty_cut_off_or_mislabelled_is_refused_and_the_worker_goes_on()
    {
        await using var decoder = Decoder(1);
        await DecodeAsync(decoder, Picture());
        var worker = Workers().ShouldHaveSingleItem();
        foreach (var file in new[] { [], Picture()[..100], "<!DOCTYPE html><title>404</title>"u8.ToArray(), [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3] })
            (await Should.ThrowAsync<PictureException>(DecodeAsync(decoder, file))).IsTransient.ShouldBeFalse();
        await DecodeAsync(decoder, Picture());
        Workers().ShouldHaveSingleItem().ShouldBe(worker);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_the_worker_that_is_at_it()
    {
        await using var decoder = Decoder(1);
        await DecodeAsync(decoder, Picture());
        using var cancelling = new CancellationTokenSource();
        var hanging = decoder.DecodeAsync(Ending(ImageWorker.Hang), Renditions, Many, cancelling.Token);
        var queued = decoder.DecodeAsync(Picture(), Renditions, Many, cancelling.Token);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        await cancelling.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(hanging);
        await Should.ThrowAsync<OperationCanceledException>(queued);
        (await DecodeAsync(decoder, Picture())).Facts.Width.ShouldBe(64);
    }

    [Fact]
    public async Task Disposing_ends_every_worker_and_every_wait()
    {
        var decoder = Decoder(2);
        await DecodeAsync(decoder, Picture());
        var hanging = DecodeAsync(decoder, Ending(ImageWorker.Hang));
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        await decoder.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(hanging);
        Workers().ShouldBeEmpty();
        await Should.ThrowAsync<ObjectDisposedException>(DecodeAsync(decoder, Picture()));
    }

    [Fact]
    public async Task A_worker_is_replaced_after_so_many_pictures()
    {
        await using var decoder = Decoder(1, options => options with { PicturesPerWorker = 2 });
        var workers = new HashSet<int>();
        for (var picture = 0; picture < 6; picture++)
        {
            await DecodeAsync(decoder, Picture());
            workers.Add(Workers().ShouldHaveSingleItem());
        }

        workers.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_program_that_is_no_worker_is_a_reason_to_try_again_later()
    {
        foreach (var command in new[] { "/bin/true", "/bin/echo", "/nowhere/reshelve" })
        {
            await using var decoder = new VipsPictureDecoder(new DecoderOptions { Command = [command], Workers = 1 }, TimeProvider.System);
            var failure = await Should.ThrowAsync<PictureException>(DecodeAsync(decoder, Picture()));
            failure.IsTransient.ShouldBeTrue();
            failure.Message.ShouldContain("no decoder could be started");
        }
    }

    [Fact]
    public async Task No_worker_outlives_a_program_that_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The kernel ends a worker with its program on Linux alone; elsewhere it takes a second.");
        // A shell takes the program's place; the pipe to the worker stays open, so that only the program's death can end it.
        var start = new ProcessStartInfo("sh", ["-c", "exec 3<&0; \"$0\" image-worker $$ 1073741824 <&3 & echo $!; wait", ReshelveProgram.File])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var shell = Process.Start(start)!;
        var worker = int.Parse((await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, CultureInfo.InvariantCulture);
        // Its first frame: it is ready, with all its limits.
        var ready = new char[5];
        (await shell.StandardOutput.ReadBlockAsync(ready, TestContext.Current.CancellationToken)).ShouldBe(5);
        IsRunning(worker).ShouldBeTrue();
        await SignalAsync("INT", worker);
        await SignalAsync("TERM", worker);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        IsRunning(worker).ShouldBeTrue("A Ctrl-C is for the program, not for its workers.");
        shell.Kill();
        for (var wait = 0; wait < 100 && IsRunning(worker); wait++)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        IsRunning(worker).ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_else_can_use_a_worker_by_mistake()
    {
        using var workspace = new TemporaryWorkspace();
        var outcome = await workspace.RunAsync("image-worker");
        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain("not for people");
    }

    private static VipsPictureDecoder Decoder(int workers, Func<DecoderOptions, DecoderOptions>? change = null)
    {
        var options = new DecoderOptions
        {
            Command = [ReshelveProgram.File], Workers = workers,
            TestEnvironment = new Dictionary<string, string> { [ImageWorker.TestVariable] = "1" },
        };
        return new VipsPictureDecoder(change?.Invoke(options) ?? options, TimeProvider.System);
    }

    private static Task<DecodedPicture> DecodeAsync(VipsPictureDecoder decoder, byte[] file) =>
        decoder.DecodeAsync(file, Renditions, Many, TestContext.Current.CancellationToken);

    private static byte[] Picture() => Png.OfRgb(64, 48, (x, y) => ((byte)(x * 4), (byte)(y * 5), 128));

    private static byte[] Ending(string behaviour) => [.. Picture(), .. System.Text.Encoding.ASCII.GetBytes(behaviour)];

    // The children of this process that are workers and run.
    private static List<int> Workers()
    {
        var workers = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var words = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
                var verb = Array.IndexOf(words, ImageWorker.Verb);
                if (verb > 0 && words[verb + 1] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
                    workers.Add(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
            catch (UnauthorizedAccessException)
            {
                // It is someone else's.
            }
        }

        return workers;
    }

    private static bool IsRunning(int process)
    {
        try
        {
            // A zombie waits for nobody but its parent.
            var status = File.ReadAllText($"/proc/{process}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task SignalAsync(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
