using System.Diagnostics;

namespace Reshelve.SystemTests;

/// <summary>A data folder that cannot be written, and later can: what only reads goes on, and the rest says why it does not, at once.</summary>
public sealed class ReadOnlyTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);
    private readonly TemporaryWorkspace _fresh = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);
    private readonly string _disk;
    private bool _mounted;

    public ReadOnlyTests() => _disk = Directory.CreateDirectory(_workspace.PathOf(".reshelve")).FullName;

    public void Dispose()
    {
        if (_mounted)
            Succeeds("umount", "--lazy", _disk);
        _workspace.Dispose();
        _fresh.Dispose();
    }

    [Fact]
    public async Task On_a_read_only_disk_searches_go_on_and_everything_else_says_what_is_wrong_and_once_it_is_writable_a_sync_carries_on()
    {
        _mounted = OperatingSystem.IsLinux() && Succeeds("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", _disk);
        Assert.SkipUnless(_mounted, "A disk that can be made read-only is made with 'mount -t tmpfs', which is not allowed here (it takes root).");
        _workspace.Write("products.jsonl", Some.Products(50));
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);
        _workspace.Write("products.jsonl", Some.Products(Enumerable.Range(3, 60)));
        Succeeds("mount", "-o", "remount,ro", _disk).ShouldBeTrue();

        foreach (var arguments in new[] { new[] { "sync", "shop" }, ["plan", "shop"], ["rebuild", "shop"], ["remove", "shop", "p1"], ["verify", "shop"], ["sweep", "shop"], ["ledger", "rebuild", "shop"] })
        {
            var refused = await _workspace.RunAsync(arguments);
            refused.ShouldEndWith(1);
            (refused.Out + refused.Error).ShouldContain("is mounted read-only", Case.Sensitive, string.Join(' ', arguments));
            (refused.Out + refused.Error).ShouldContain(_disk);
            refused.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(50), string.Join(' ', arguments));
        }

        foreach (var verb in new[] { "runs", "indexes", "catalogs", "rejected", "held" })
            (await _workspace.RunAsync(verb is "catalogs" or "held" ? [verb] : [verb, "shop"])).ShouldEndWith(0);
        (await _workspace.IdsAsync("shop")).Count.ShouldBe(50);

        Succeeds("mount", "-o", "remount,rw", _disk).ShouldBeTrue();
        await ShouldCarryOnAsync();
    }

    [Theory]
    [InlineData("*.db")]
    [InlineData("lease.lock")]
    [InlineData("sequence*")]
    [InlineData("current")]
    public async Task A_file_that_cannot_be_changed_is_named_and_once_it_can_a_sync_carries_on(string file)
    {
        _workspace.Write("products.jsonl", Some.Products(50));
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);
        var paths = Directory.GetFiles(_disk, file, SearchOption.AllDirectories);
        Assert.SkipUnless(OperatingSystem.IsLinux() && paths.Length > 0, $"There is no {file} to be made immutable.");
        Assert.SkipUnless(Succeeds("chattr", ["+i", .. paths]), "A file is made immutable with 'chattr +i', which is not possible here (it takes root and ext4 or the like).");
        try
        {
            _workspace.Write("products.jsonl", Some.Products(Enumerable.Range(3, 60)));
            var failed = await _workspace.RunAsync("sync", "shop");
            failed.ExitCode.ShouldBe(1, failed.Out);
            paths.Any(path => (failed.Out + failed.Error).Contains(path) || (failed.Out + failed.Error).Contains(Path.GetDirectoryName(path)!))
                .ShouldBeTrue(failed.Out + failed.Error);
        }
        finally
        {
            Succeeds("chattr", ["-i", .. paths]).ShouldBeTrue();
        }

        await ShouldCarryOnAsync();
    }

    private async Task ShouldCarryOnAsync()
    {
        var feed = Some.Products(Enumerable.Range(3, 60));
        _workspace.Write("products.jsonl", feed);
        _fresh.Write("products.jsonl", feed);
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);
        (await _fresh.RunAsync("sync", "shop")).ShouldEndWith(0);
        await LiveIndex.ShouldBeTheSameAsync(_workspace, _fresh, "shop", "after it was writable again");
        (await _workspace.RunAsync("verify", "shop")).ShouldEndWith(0);
    }

    private static bool Succeeds(string command, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
