using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>
/// Which certificates are trusted: those of the system's authorities; or of the settings' own ones, and of no others; or whatever leads to the certificate whose fingerprint the settings
/// name, under whatever host name.
/// </summary>
internal sealed class CertificateTrust
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly string? _fingerprint;

    /// <exception cref="ReshelveException">The file of the authorities cannot be read, or the fingerprint is none.</exception>
    public CertificateTrust(ClusterSettings settings, string workspaceFolder)
    {
        if (settings.CertificateAuthority is { } file)
            _authorities = Load(Path.GetFullPath(file, workspaceFolder));
        if (settings.CertificateFingerprint is not { } fingerprint)
            return;
        _fingerprint = fingerprint.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        if (_fingerprint.Length != 64 || !_fingerprint.All(char.IsAsciiHexDigit))
            throw new ReshelveException($"'{fingerprint}' is no SHA-256 fingerprint of a certificate: that has 64 hexadecimal digits.");
    }

    /// <summary>The callback of <see cref="SslClientAuthenticationOptions"/>.</summary>
    /// <exception cref="CertificateRefusedException">It is not trusted; says what was shown, why not, and what can be done.</exception>
    public bool Validate(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate)
            throw new CertificateRefusedException("A node of the cluster showed no certificate at all.");
        var sent = chain?.ChainPolicy.ExtraStore ?? [];
        if (_fingerprint is not null)
            return LeadsToFingerprint(certificate, sent) ? true : throw Refused(certificate, "neither it nor what signed it has the fingerprint in the settings");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw Refused(certificate, "it is for another host name than the one in 'urls'");
        if (_authorities is null)
            return errors == SslPolicyErrors.None ? true : throw Refused(certificate, $"the system does not trust it ({WhyNot(chain)})");
        using var own = NewChain(sent);
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        return own.Build(certificate) ? true : throw Refused(certificate, $"none of the settings' authorities stands for it ({WhyNot(own)})");
    }

    /// <summary>
    /// Whether the certificate is the one, or was signed by it. That the server *sent* the one along proves nothing: anybody can, it is no secret. Its signature has to be on the way from the
    /// server's certificate to it, which is what the chain makes sure of.
    /// </summary>
    private bool LeadsToFingerprint(X509Certificate2 certificate, X509Certificate2Collection sent)
    {
        if (FingerprintOf(certificate) == _fingerprint)
            return true;
        using var chain = NewChain(sent);
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        return chain.Build(certificate) && chain.ChainElements.Any(element => FingerprintOf(element.Certificate) == _fingerprint);
    }

    private static X509Chain NewChain(X509Certificate2Collection sent)
    {
        var chain = new X509Chain();
        // Own authorities rarely publish what they revoked, and a node must not depend on a third party to be reached.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        return chain;
    }

    private static string WhyNot(X509Chain? chain)
    {
        var reasons = chain?.ChainStatus.Select(status => status.StatusInformation.TrimEnd(' ', '.', '\n', '\r')).Distinct().ToList() ?? [];
        return reasons.Count > 0 ? string.Join("; ", reasons) : "no reason given";
    }

    private static string FingerprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private static CertificateRefusedException Refused(X509Certificate2 certificate, string why) => new(
        $"A node of the cluster showed a certificate that is not trusted: {certificate.Subject}, SHA-256 {FingerprintOf(certificate)}, issued by {certificate.Issuer}, "
        + $"valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}: {why}. If it is the right one, set 'certificate authority' to the PEM file of who signed it, "
        + "or 'certificate fingerprint' to the SHA-256 of it or of who signed it, under 'index' in reshelve.yaml.");

    private static X509Certificate2Collection Load(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0 ? certificates : throw new ReshelveException($"The file {file} of 'certificate authority' has no certificate in it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ReshelveException($"The file {file} of 'certificate authority' cannot be read: {error.Message} It has to be PEM.", error);
        }
    }
}
