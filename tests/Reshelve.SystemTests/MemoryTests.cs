using System.Globalization;
using System.Text;

namespace Reshelve.SystemTests;

/// <summary>What planning takes of the machine's memory, as the kernel counts it for the process.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int RecordBytes = 600;
    private const long Megabyte = 1_000_000;

    // The same on every machine: each core more brings buffers of its own.
    private static readonly Dictionary<string, string?> TwoCores = new() { ["DOTNET_PROCESSOR_COUNT"] = "2" };

    private readonly TemporaryWorkspace _workspace = new();

    public MemoryTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of a process's memory is read from /proc, which only Linux has.");
        _workspace.WithCatalog("shop", Some.ProductsYaml + "\nchecks: { larger feed: off }\n");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_million_records_of_600_MB_are_planned_in_less_than_250_MB()
    {
        WriteFeed(1_000_000, "");

        var (report, peak) = await PlanAsync();

        report.ShouldEndWith(0).Json.Count("added").ShouldBe(1_000_000);
        report.Json.GetProperty("feed").Count("bytes").ShouldBeGreaterThan(600 * Megabyte);
        peak.ShouldBeLessThan(250 * Megabyte);
    }

    [Fact]
    public async Task A_feed_that_is_spelled_anew_takes_a_few_bytes_per_record_more()
    {
        // From the smaller feed on, all buffers have reached their size.
        var (few, many) = (150_000, 500_000);
        var peakOfFew = await SpelledAnewAsync(few);
        var peakOfMany = await SpelledAnewAsync(many);

        ((peakOfMany - peakOfFew) / (many - few)).ShouldBeLessThan(RecordBytes / 3, $"{peakOfFew:N0} bytes became {peakOfMany:N0}");
        peakOfMany.ShouldBeLessThan(250 * Megabyte);
    }

    private async Task<long> SpelledAnewAsync(int count)
    {
        WriteFeed(count, "");
        (await ReshelveProgram.RunAsync(_workspace.Folder, ["sync", "shop"], TwoCores)).ShouldEndWith(0);
        WriteFeed(count, " ");

        var (report, peak) = await PlanAsync();

        report.ShouldEndWith(0).Json.Count("unchanged").ShouldBe(count);
        report.Json.Count("parsed").ShouldBe(count);
        return peak;
    }

    private async Task<(Outcome Outcome, long Peak)> PlanAsync()
    {
        using var program = ReshelveProgram.Start(_workspace.Folder, ["plan", "shop", "--json"], TwoCores);
        long peak = 0;
        while (!program.HasExited)
        {
            peak = Math.Max(peak, PeakOf(program.Id));
            await Task.Delay(10);
        }

        peak.ShouldBeGreaterThan(0);
        return (await program.WaitAsync(), peak);
    }

    /// <summary>The most that the process ever had in memory (VmHWM, proc(5)) in bytes; 0 when it is gone.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <param name="count">How many records.</param>
    /// <param name="space">Stands in each record where it means nothing.</param>
    private void WriteFeed(int count, string space)
    {
        using var feed = new StreamWriter(_workspace.PathOf("products.jsonl"), append: false, new UTF8Encoding(false), 1 << 20);
        var filling = string.Concat(Enumerable.Repeat("what is said of it, ", 30));
        for (var i = 0; i < count; i++)
        {
            var opening = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"id":"SKU-{{i:D9}}",{{space}}"title":"Product {{i}} of the shop","brand":"Brand {{i % 400}}","price":{{i % 9973}}.5,"note":" """);
            feed.Write(opening);
            feed.Write(filling.AsSpan(0, RecordBytes + space.Length - opening.Length));
            feed.Write("\"}\n");
        }
    }
}
