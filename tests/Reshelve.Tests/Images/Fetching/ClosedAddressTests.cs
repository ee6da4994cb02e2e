using System.Net;
using System.Net.Sockets;
using System.Text;
using Reshelve.Images.Fetching;
using Reshelve.Tests.Feeds.Sources;

namespace Reshelve.Tests.Images.Fetching;

public sealed class ClosedAddressTests : IDisposable
{
    private readonly FetchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "100.100.100.200")]
    [InlineData("127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.0.1", "168.63.129.16")]
    [InlineData("192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1")]
    [InlineData("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255")]
    [InlineData("::", "::1", "::127.0.0.1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "fe80::1", "fe80::1%2", "febf::1", "fec0::1")]
    [InlineData("fc00::1", "fd00:ec2::254", "ff02::1", "100::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1")]
    [InlineData("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8")]
    [InlineData("2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1")]
    public void Addresses_that_are_not_of_the_public_internet_are_known(params string[] addresses)
    {
        foreach (var address in addresses)
            PublicAddress.Is(IPAddress.Parse(address)).ShouldBeFalse(address);
    }

    [Theory]
    [InlineData("1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255")]
    [InlineData("2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2400::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8")]
    public void Addresses_of_the_public_internet_are_known(params string[] addresses)
    {
        foreach (var address in addresses)
            PublicAddress.Is(IPAddress.Parse(address)).ShouldBeTrue(address);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.0.0.0x1")]
    [InlineData("0177.0.0.1")]
    [InlineData("017700000001")]
    [InlineData("127.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("0")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[0:0:0:0:0:ffff:7f00:1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[fe80::1]")]
    [InlineData("169.254.169.254")]
    [InlineData("public.example@127.0.0.1")]
    [InlineData("public.example:80@127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("localhost.")]
    [InlineData("LOCALHOST")]
    [InlineData("\u2460\u2461\u2466.\u24ea.\u24ea.\u2460")]
    [InlineData("\uff11\uff12\uff17\uff0e\uff10\uff0e\uff10\uff0e\uff11")]
    [InlineData("127\u30020\u30020\u30021")]
    [InlineData("127.0.0.1\\@public.example")]
    public async Task However_a_host_is_spelled_its_address_decides(string host)
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture);
        _bench.Settings = _bench.Settings with { AllowedHosts = [] };
        _bench.Names["localhost"] = _bench.Names["localhost."] = ["127.0.0.1", "::1"];

        await _bench.FailAsync($"http://{host}:{server.Port}/a.png");
        await _bench.FailAsync($"http:{host}:{server.Port}/a.png");
        await _bench.FailAsync($" HTTP:/\\{host}:{server.Port}/a.png");

        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("8.8.8.8", "127.0.0.1")]
    public async Task A_name_that_leads_to_such_an_address_is_refused_and_the_message_says_how_to_allow_it(params string[] addresses)
    {
        _bench.Names["cdn.example"] = addresses;

        var e = await _bench.FailAsync("http://cdn.example:81/a.png?token=secret");

        e.IsTransient.ShouldBeFalse();
        e.Message.ShouldContain($"cdn.example leads to {IPAddress.Parse(addresses[^1])}");
        e.Message.ShouldContain("name cdn.example under 'allow hosts' of 'images'");
        e.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_redirect_to_such_an_address_is_refused()
    {
        await using var inner = FaultyServer.Replying(FetchBench.Picture);
        string[] targets = [$"http://cdn.example:{inner.Port}/", $"http://127.0.0.1:{inner.Port}/", $"//[::ffff:127.0.0.1]:{inner.Port}/"];
        _bench.Names["cdn.example"] = ["127.0.0.1"];
        await using var server = new FaultyServer((_, n) => Reply.Of(302, ("Location", targets[n - 1])));
        _bench.Settings = _bench.Settings with { AllowedHosts = [$"127.0.0.1:{server.Port}"] };

        for (var i = 0; i < targets.Length; i++)
            (await _bench.FailAsync(server.Address())).IsTransient.ShouldBeFalse();

        server.Requests.Count.ShouldBe(targets.Length);
        inner.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_is_resolved_once_per_connection_so_that_it_cannot_mean_another_address_when_it_is_connected_to()
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture);
        _bench.Names["cdn.example"] = ["127.0.0.1"];
        _bench.Settings = _bench.Settings with { AllowedHosts = ["cdn.example"] };

        await _bench.FetchAsync($"http://cdn.example:{server.Port}/a.png");

        _bench.Resolved.ShouldBe(["cdn.example"]);
        server.Requests[0]["Host"].ShouldBe($"cdn.example:{server.Port}");
    }

    [Fact]
    public async Task A_connection_that_one_catalog_may_open_is_of_no_use_to_another()
    {
        using var server = KeepAliveServer.Start();
        await _bench.FetchAsync(server.Address);
        await _bench.FetchAsync(server.Address);
        server.Connections.ShouldBe(1);

        _bench.Settings = _bench.Settings with { AllowedHosts = [] };

        (await _bench.FailAsync(server.Address)).Message.ShouldContain("not an address of the public internet");
        server.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task The_next_address_of_a_host_is_tried_when_the_first_cannot_be_reached()
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture);
        // Nothing listens at the second loopback address on that port.
        _bench.Names["cdn.example"] = ["127.0.0.2", "127.0.0.1"];
        _bench.Settings = _bench.Settings with { AllowedHosts = ["cdn.example"] };

        (await _bench.FetchAsync($"http://cdn.example:{server.Port}/a.png")).IsNotModified.ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_a_debt()
    {
        var e = await _bench.FailAsync("http://gone.example/a.png");

        e.IsTransient.ShouldBeTrue();
        e.Message.ShouldContain("the name gone.example could not be resolved");
    }

    [Theory]
    [InlineData("img.example", "http://img.example/", true)]
    [InlineData("IMG.example.", "http://img.EXAMPLE/", true)]
    [InlineData("img.example", "http://img.example./", true)]
    [InlineData("img.example", "http://a.img.example/", false)]
    [InlineData("img.example:8080", "http://img.example:8080/", true)]
    [InlineData("img.example:8080", "http://img.example/", false)]
    [InlineData("img.example:443", "https://img.example/", true)]
    [InlineData("*.img.example", "http://a.b.img.example/", true)]
    [InlineData("*.img.example", "http://img.example/", false)]
    [InlineData("*.img.example", "http://evilimg.example/", false)]
    [InlineData("*.0.0.1", "http://127.0.0.1/", false)]
    [InlineData("127.0.0.1", "http://2130706433/", true)]
    [InlineData("::1", "http://[::1]/", true)]
    [InlineData("[::1]", "http://[0:0::1]/", true)]
    [InlineData("[::1]:8080", "http://[::1]:8080/", true)]
    [InlineData("[::1]:8080", "http://[::1]/", false)]
    [InlineData("bücher.example", "http://xn--bcher-kva.example/", true)]
    [InlineData("", "http://img.example/", false)]
    [InlineData("*", "http://img.example/", false)]
    [InlineData("img.example", "http://img.example@evil.example/", false)]
    public void A_host_is_allowed_by_its_name_and_port(string entry, string address, bool isAllowed) =>
        AllowedHosts.Contains([entry], new Uri(address)).ShouldBe(isAllowed);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://shop.example/a.png")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("gopher://127.0.0.1/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://")]
    [InlineData("http:///a.png")]
    [InlineData("https://[::1")]
    [InlineData("  ")]
    public async Task What_is_neither_an_address_nor_a_path_is_refused(string location) =>
        (await _bench.FailAsync(location)).IsTransient.ShouldBeFalse();

    /// <summary>A server whose connections stay open.</summary>
    private sealed class KeepAliveServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public int Connections { get; private set; }

        public int Requests { get; private set; }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/a.png");

        public static KeepAliveServer Start()
        {
            var server = new KeepAliveServer();
            server._listener.Start();
            _ = server.ServeAsync();
            return server;
        }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync();
                Connections++;
                using var lines = new StreamReader(connection.GetStream(), Encoding.ASCII, leaveOpen: true);
                while (await lines.ReadLineAsync() is { } line)
                {
                    if (line.Length > 0)
                        continue;
                    Requests++;
                    var head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {FetchBench.Png.Length}\r\n\r\n");
                    await connection.GetStream().WriteAsync((byte[])[.. head, .. FetchBench.Png]);
                }
            }
        }
    }
}
