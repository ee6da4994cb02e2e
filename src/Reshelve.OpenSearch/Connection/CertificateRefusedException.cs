using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>A node showed a certificate that the settings give no reason to trust.</summary>
internal sealed class CertificateRefusedException(string message) : ReshelveException(message);
