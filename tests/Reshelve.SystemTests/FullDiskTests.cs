using System.Diagnostics;
using System.Globalization;

namespace Reshelve.SystemTests;

/// <summary>A data folder on a disk that has too little space, and later has enough.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Records = 60_000;

    private readonly TemporaryWorkspace _workspace = new();
    private readonly string _disk;
    private bool _mounted;

    public FullDiskTests()
    {
        _disk = Directory.CreateDirectory(_workspace.PathOf("disk")).FullName;
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        _workspace.Write("reshelve.yaml", "data: disk\n");
        _workspace.Write("products.jsonl", Some.Products(Records));
    }

    public void Dispose()
    {
        if (_mounted)
            Succeeds("umount", "--lazy", _disk);
        _workspace.Dispose();
    }

    // While the plan is written; while the index is.
    [Theory]
    [InlineData(4)]
    [InlineData(24)]
    public async Task A_full_disk_is_told_clearly_and_the_next_run_carries_on(int megabytes)
    {
        Mount(megabytes);

        var failed = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(1).Json;
        failed.Text("state").ShouldBe("failed");
        failed.Text("error").ShouldContain(" is full");
        failed.Text("error").ShouldContain(_disk);

        Succeeds("mount", "-o", "remount,size=200m", _disk).ShouldBeTrue();
        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Text("state").ShouldBe("done");
        (await _workspace.RunAsync("search", "shop", "--limit", "1", "--json")).ShouldEndWith(0).Json.Count("total").ShouldBe(Records);
    }

    [Fact]
    public async Task A_plan_that_did_not_fit_does_not_keep_the_space()
    {
        Mount(4);

        (await _workspace.RunAsync("plan", "shop", "--json")).ShouldEndWith(1);

        new DriveInfo(_disk).AvailableFreeSpace.ShouldBeGreaterThan(3_000_000);
        var runs = (await _workspace.RunAsync("runs", "shop", "--json")).ShouldEndWith(0).Json;
        runs.Text("error").ShouldContain(" is full");
    }

    [Fact]
    public async Task A_rebuild_that_does_not_fit_gives_the_space_back_and_searches_and_syncs_go_on()
    {
        Mount(300);
        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0);
        var drive = new DriveInfo(_disk);
        var used = drive.TotalSize - drive.AvailableFreeSpace;
        Succeeds("mount", "-o", string.Create(CultureInfo.InvariantCulture, $"remount,size={used + 25_000_000}"), _disk).ShouldBeTrue();

        var failed = (await _workspace.RunAsync("rebuild", "shop", "--json")).ShouldEndWith(1).Json;
        failed.Text("error").ShouldContain(" is full");
        (await _workspace.RunAsync("indexes", "shop", "--json")).ShouldEndWith(0).Json.Text("state").ShouldBe("live");
        drive.AvailableFreeSpace.ShouldBeGreaterThan(20_000_000);

        _workspace.Write("products.jsonl", Some.Products(Records, number => number < 10 ? 77 : number * 0.5m));
        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Count("patched").ShouldBe(9);
        (await _workspace.RunAsync("search", "shop", "--limit", "1", "--json")).ShouldEndWith(0).Json.Count("total").ShouldBe(Records);
    }

    private void Mount(int megabytes)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        _mounted = OperatingSystem.IsLinux() && Succeeds("mount", "-t", "tmpfs", "-o", size, "tmpfs", _disk);
        Assert.SkipUnless(_mounted, "A disk of a few megabytes is made with 'mount -t tmpfs', which is not allowed here (it takes root).");
    }

    private static bool Succeeds(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
