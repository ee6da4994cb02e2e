using Reshelve.Catalogs;

namespace Reshelve.Tests.Catalogs;

public class ClusterSettingsTests
{
    [Fact]
    public void Without_a_cluster_the_indexes_are_files()
    {
        Read("data: x\n").ShouldBeNull();
        Read("index: embedded\n").ShouldBeNull();
    }

    [Fact]
    public void An_address_is_enough()
    {
        var settings = Read("index: http://localhost:9200\n")!;
        settings.Urls.ShouldBe([new Uri("http://localhost:9200")]);
        (settings.Shards, settings.Replicas, settings.Refresh, settings.Limits.Requests).ShouldBe((null, null, TimeSpan.FromSeconds(1), 8));
    }

    [Fact]
    public void Everything_can_be_said()
    {
        var settings = Read(
            """
            index:
              urls: [https://es1:9200, https://es2:9200/es]
              prefix: prod-
              owner: shelf-1
              user: reshelve
              password from: ES_PASSWORD
              certificate authority: ca.pem
              certificate fingerprint: 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff
              compress: true
              timeout: 20s
              patience: 2m
              shards: 3
              replicas: auto
              refresh: 5s
              merge: true
              take over: [shop]
              limits: { documents: 5000, bytes: 20 MB, requests: 4, request: 1 MiB }
              readers: { watch: true, search latency: 200ms, write queue: 50 }
            """)!;

        settings.Urls.Select(url => url.AbsoluteUri).ShouldBe(["https://es1:9200/", "https://es2:9200/es"]);
        (settings.Prefix, settings.Owner, settings.User, settings.Password).ShouldBe(("prod-", "shelf-1", "reshelve", new SecretPlace("ES_PASSWORD", null)));
        (settings.CertificateAuthority, settings.CertificateFingerprint).ShouldBe(
            ("ca.pem", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));
        (settings.Compress, settings.Timeout, settings.Patience).ShouldBe((true, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(2)));
        (settings.Shards, settings.Replicas, settings.Refresh, settings.Merge).ShouldBe((3, null, TimeSpan.FromSeconds(5), true));
        settings.TakeOver.ShouldBe(["shop"]);
        settings.Limits.ShouldBe(new WriteLimits { Documents = 5000, Bytes = 20_000_000, Requests = 4, RequestBytes = 1 << 20 });
        settings.Readers.ShouldBe(new ReaderProtection { SearchLatency = TimeSpan.FromMilliseconds(200), WriteQueue = 50 });
    }

    [Fact]
    public void A_key_may_lie_in_a_file() =>
        Read("index: { urls: [https://es:9200], api key file: /run/secrets/es }\n")!.ApiKey.ShouldBe(new SecretPlace(null, "/run/secrets/es"));

    [Theory]
    [InlineData("{ prefix: x- }", "index", "lacks 'urls'")]
    [InlineData("{ urls: [] }", "index.urls", "empty")]
    [InlineData("{ urls: [localhost:9200] }", "index.urls[0]", "no http(s) address")]
    [InlineData("{ urls: ['http://a', 'http://a'] }", "index.urls[1]", "twice")]
    [InlineData("ftp://x", "index", "no http(s) address")]
    [InlineData("", "index", "has no value")]
    [InlineData("{ urls: ['http://a'], prefix: Prod }", "index.prefix", "lower-case")]
    [InlineData("{ urls: ['http://a'], user: me }", "index.user", "no password")]
    [InlineData("{ urls: ['http://a'], password from: X }", "index.password from", "no user")]
    [InlineData("{ urls: ['http://a'], user: me, password from: X, api key from: Y }", "index.user", "API key")]
    [InlineData("{ urls: ['http://a'], user: me, password from: X, password file: y }", "index.password file", "besides")]
    [InlineData("{ urls: ['http://a'], certificate authority: x.pem }", "index.certificate authority", "https")]
    [InlineData("{ urls: ['https://a'], certificate fingerprint: abc }", "index.certificate fingerprint", "SHA-256")]
    [InlineData("{ urls: ['http://a'], shards: 0 }", "index.shards", "1 to 1024")]
    [InlineData("{ urls: ['http://a'], limits: { documents: 0 } }", "index.limits.documents", "above 0")]
    [InlineData("{ urls: ['http://a'], url: x }", "index.url", "not a known key")]
    public void What_cannot_be_is_an_error_with_its_place(string yaml, string path, string problem)
    {
        using var folder = new TemporaryWorkspace().With("reshelve.yaml", $"index: {yaml}\n");
        var error = Workspace.Open(folder.Folder).OptionsErrors.ShouldHaveSingleItem();
        (error.Path, error.Line).ShouldBe((path, 1));
        error.Problem.ShouldContain(problem);
    }

    [Theory]
    [InlineData("password: hunter2")]
    [InlineData("api key: hunter2")]
    [InlineData("password from: 'hunter2!'")]
    public void A_secret_is_refused_where_it_is_written(string line)
    {
        using var folder = new TemporaryWorkspace().With("reshelve.yaml", $"index:\n  urls: [http://a]\n  user: me\n  {line}\n");
        Workspace.Open(folder.Folder).OptionsErrors.ShouldContain(error => error.Line == 4);
    }

    [Theory]
    [InlineData("{ urls: ['http://me:hunter2@a'] }")]
    [InlineData("{ urls: ['http://a'], password: hunter2 }")]
    [InlineData("{ urls: ['http://a'], user: me, api key: hunter2 }")]
    [InlineData("{ urls: ['http://a'], api key from: hunter2== }")]
    public void A_secret_is_not_repeated_in_the_error(string yaml)
    {
        using var folder = new TemporaryWorkspace().With("reshelve.yaml", $"index: {yaml}\n");
        var errors = Workspace.Open(folder.Folder).OptionsErrors;
        errors.ShouldNotBeEmpty();
        errors.ShouldAllBe(error => !error.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    private static ClusterSettings? Read(string yaml)
    {
        using var folder = new TemporaryWorkspace().With("reshelve.yaml", yaml);
        var workspace = Workspace.Open(folder.Folder);
        workspace.OptionsErrors.ShouldBeEmpty();
        return workspace.Options.Cluster;
    }
}
