using System.Text;
using Reshelve.Catalogs;
using Reshelve.OpenSearch;
using Reshelve.StandIn;
using Reshelve.StandIn.Faults;

namespace Reshelve.SystemTests;

/// <summary>The real program with its indexes on a cluster: a stand-in for one, that asks for a password.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private const string Secret = "hunter2-never-shown";
    private const string Unchecked = "\nchecks: { removals: off, smaller feed: off, replaced: off }\n";

    private readonly TemporaryWorkspace _workspace = new();
    private StandInServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes("reshelve:" + Secret));
        _server = await StandInServer.StartAsync(new StandInOptions { Authorization = $"Basic {login}" });
        Configure(_workspace, "a");
        _workspace.WithCatalog("shop", Some.ProductsYaml + Unchecked);
    }

    public async ValueTask DisposeAsync()
    {
        _workspace.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task All_that_is_done_on_one_machine_is_done_on_a_cluster()
    {
        _workspace.Write("products.jsonl", Some.Products(500));
        (await RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Count("added").ShouldBe(500);
        _workspace.Write("products.jsonl", Some.Products(Enumerable.Range(11, 500), n => n % 2 == 0 ? n : n * 0.5m));
        var report = (await RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json;
        (report.Count("added"), report.Count("patched"), report.Count("removed")).ShouldBe((10, 245, 10));

        var found = (await RunAsync("search", "shop", "product 77 ", "--facet", "brand", "--json")).ShouldEndWith(0).Json;
        (found.Count("total"), found.GetProperty("hits")[0].Text("id")).ShouldBe((1, "p77"));
        (await RunAsync("verify", "shop")).ShouldEndWith(0).Out.ShouldContain("agree on all 500");

        (await RunAsync("rebuild", "shop")).ShouldEndWith(0);
        (await RunAsync("rollback", "shop")).ShouldEndWith(0);
        (await RunAsync("indexes", "shop")).ShouldEndWith(0).Out.ShouldContain("retained");
        (await RunAsync("remove", "shop", "p20")).ShouldEndWith(0);
        (await RunAsync("ledger", "rebuild", "shop")).ShouldEndWith(0).Out.ShouldContain("499 documents");
        (await RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Count("added").ShouldBe(1);
        (await RunAsync("sweep")).ShouldEndWith(0);
        _server.Indexes.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_wrong_password_is_explained_and_not_shown()
    {
        _workspace.Write("reshelve.yaml", $"index: {{ urls: ['{_server.Url}'], user: reshelve, password file: secret.txt }}\n");
        _workspace.Write("secret.txt", "hunter3-never-shown\n");
        _workspace.Write("products.jsonl", Some.Products(5));
        var outcome = await _workspace.RunAsync("sync", "shop");
        outcome.ShouldEndWith(1).ShouldShowNoStackTrace();
        (outcome.Out + outcome.Error).ShouldContain("401");
        (outcome.Out + outcome.Error).ShouldNotContain("hunter3");
        _workspace.Write("secret.txt", Secret + "\n");
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_named()
    {
        await _server.KillAsync(0);
        _workspace.Write("products.jsonl", Some.Products(5));
        var outcome = (await RunAsync("sync", "shop")).ShouldEndWith(1);
        outcome.ShouldShowNoStackTrace();
        (outcome.Out + outcome.Error).ShouldContain($"{_server.Url.Host}:{_server.Url.Port}");
    }

    [Fact]
    public async Task What_is_only_checked_asks_no_cluster()
    {
        await _server.KillAsync(0);
        (await RunAsync("check")).ShouldEndWith(0);
    }

    [Fact]
    public async Task Killed_at_any_moment_the_next_sync_ends_as_a_fresh_workspace_does()
    {
        using var fresh = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml + Unchecked);
        Configure(fresh, "b");
        var seed = Seeds.One();
        var random = new Random(seed);
        _server.Faults.Sometimes(0.05, new Fault.Rejected { Path = "/_bulk" });
        for (var round = 0; round < 8; round++)
        {
            var feed = Some.Products(Enumerable.Range(random.Next(1000), 15_000), n => (n + round) % 5);
            _workspace.Write("products.jsonl", feed);
            using (var running = ReshelveProgram.Start(_workspace.Folder, round % 3 == 2 ? ["rebuild", "shop"] : ["sync", "shop"], Login))
            {
                await Task.Delay(random.Next(300, 1500));
                if (!running.HasExited)
                    await running.SignalAsync("KILL");
                (await running.WaitAsync()).ExitCode.ShouldBeOneOf(0, 137);
            }

            (await RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.Text("state").ShouldBe("done");
        }

        File.Copy(_workspace.PathOf("products.jsonl"), fresh.PathOf("products.jsonl"), overwrite: true);
        (await ReshelveProgram.RunAsync(fresh.Folder, ["sync", "shop"], Login)).ShouldEndWith(0);
        (await DocumentsAsync("a")).ShouldBe(await DocumentsAsync("b"), $"seed {seed}");
    }

    private static Dictionary<string, string?> Login => new() { ["ES_PASSWORD"] = Secret };

    private void Configure(TemporaryWorkspace workspace, string owner) => workspace.Write(
        "reshelve.yaml",
        $"""
        index:
          urls: ['{_server.Url}']
          prefix: {owner}-
          owner: {owner}
          user: reshelve
          password from: ES_PASSWORD
        """);

    private async Task<Outcome> RunAsync(params string[] arguments)
    {
        var outcome = await ReshelveProgram.RunAsync(_workspace.Folder, arguments, Login);
        (outcome.Out + outcome.Error).ShouldNotContain(Secret);
        return outcome;
    }

    private async Task<SortedDictionary<string, string>> DocumentsAsync(string owner)
    {
        var password = _workspace.Write($"password-{owner}", Secret);
        var settings = new ClusterSettings { Urls = _server.Urls, Prefix = owner + "-", User = "reshelve", Password = new SecretPlace(null, password) };
        await using var engine = new OpenSearchIndexEngine(settings, owner, _workspace.Folder, TimeProvider.System);
        var live = (await engine.ListAsync("shop", default)).Single(index => index.Live);
        var documents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var (id, document) in engine.ReadAllAsync(live.Name, default))
            documents.Add(id, Encoding.UTF8.GetString(document.Span));
        return documents;
    }
}
