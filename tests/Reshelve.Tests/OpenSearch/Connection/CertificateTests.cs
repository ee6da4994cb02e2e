using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reshelve.Catalogs;
using Reshelve.OpenSearch.Connection;
using static Reshelve.Tests.OpenSearch.Connection.Clusters;

namespace Reshelve.Tests.OpenSearch.Connection;

public sealed class CertificateTests
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddDays(30);

    [Fact]
    public async Task A_certificate_that_nothing_vouches_for_is_refused_with_what_was_shown()
    {
        using var authority = Authority("Our CA");
        using var shown = Issue(authority, "localhost");

        var error = await Should.ThrowAsync<CertificateRefusedException>(AskAsync(shown, new ClusterSettings()));

        error.Message.ShouldContain("CN=localhost");
        error.Message.ShouldContain("CN=Our CA");
        error.Message.ShouldContain(Fingerprint(shown));
        error.Message.ShouldContain("certificate authority");
        error.Message.ShouldContain("certificate fingerprint");
    }

    [Fact]
    public async Task What_an_own_authority_signed_is_trusted()
    {
        using var folder = new TemporaryFolder();
        using var authority = Authority("Our CA");
        using var shown = Issue(authority, "localhost");
        File.WriteAllText(folder["ca.pem"], authority.ExportCertificatePem());

        (await AskAsync(shown, new ClusterSettings { CertificateAuthority = "ca.pem" }, folder.Path)).ShouldBe(200);
    }

    [Fact]
    public async Task What_another_authority_signed_is_not()
    {
        using var folder = new TemporaryFolder();
        using var ours = Authority("Our CA");
        // Under the same name.
        using var theirs = Authority("Our CA");
        using var shown = Issue(theirs, "localhost");
        File.WriteAllText(folder["ca.pem"], ours.ExportCertificatePem());

        await Should.ThrowAsync<CertificateRefusedException>(AskAsync(shown, new ClusterSettings { CertificateAuthority = "ca.pem" }, folder.Path));
    }

    [Fact]
    public async Task Nor_is_what_an_own_authority_signed_for_another_host()
    {
        using var folder = new TemporaryFolder();
        using var authority = Authority("Our CA");
        using var shown = Issue(authority, "elsewhere");
        File.WriteAllText(folder["ca.pem"], authority.ExportCertificatePem());

        (await Should.ThrowAsync<CertificateRefusedException>(AskAsync(shown, new ClusterSettings { CertificateAuthority = "ca.pem" }, folder.Path)))
            .Message.ShouldContain("host name");
    }

    [Fact]
    public async Task The_certificate_with_the_fingerprint_is_trusted()
    {
        using var authority = Authority("Our CA");
        using var shown = Issue(authority, "elsewhere");
        var colons = string.Join(':', Fingerprint(shown).Chunk(2).Select(two => new string(two))).ToLowerInvariant();

        (await AskAsync(shown, new ClusterSettings { CertificateFingerprint = colons })).ShouldBe(200);
    }

    [Fact]
    public async Task Another_one_is_not()
    {
        using var authority = Authority("Our CA");
        using var shown = Issue(authority, "localhost");

        await Should.ThrowAsync<CertificateRefusedException>(AskAsync(shown, new ClusterSettings { CertificateFingerprint = new string('0', 64) }));
    }

    [Fact]
    public void What_the_fingerprinted_authority_signed_is_trusted_when_it_is_sent_along()
    {
        using var authority = Authority("Our CA");
        using var shown = Issue(authority, "elsewhere");

        IsTrusted(shown, authority, Fingerprint(authority)).ShouldBeTrue();
    }

    [Fact]
    public void To_send_the_fingerprinted_authority_along_does_not_help_who_was_not_signed_by_it()
    {
        using var ours = Authority("Our CA");
        using var theirs = Authority("Our CA");
        using var shown = Issue(theirs, "localhost");

        Should.Throw<CertificateRefusedException>(() => IsTrusted(shown, ours, Fingerprint(ours)));
    }

    [Fact]
    public async Task A_refused_certificate_is_not_waited_for()
    {
        using var authority = Authority("Our CA");
        using var shown = Issue(authority, "localhost");
        await using var server = new ScriptedServer(_ => Reply.Ok("{}"), shown);
        var time = Clock();
        await using var client = Client(Settings(server), time);

        await Should.ThrowAsync<CertificateRefusedException>(client.CallAsync("look", Get("/x"), default));

        time.Waits.ShouldBeEmpty();
    }

    private static bool IsTrusted(X509Certificate2 shown, X509Certificate2 sent, string fingerprint)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.Add(sent);
        return new CertificateTrust(new ClusterSettings { CertificateFingerprint = fingerprint }, "/")
            .Validate(new object(), shown, chain, System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors);
    }

    private static async Task<int> AskAsync(X509Certificate2 shown, ClusterSettings settings, string? folder = null)
    {
        await using var server = new ScriptedServer(_ => Reply.Ok("{}"), shown);
        await using var client = Client(settings with { Urls = [server.Address], Timeout = NodeTimeout }, folder: folder);
        return (await client.SendAsync(Get("/x"), default)).Status;
    }

    private static string Fingerprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(From, Until);
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var bare = request.Create(authority, From, Until.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }
}
