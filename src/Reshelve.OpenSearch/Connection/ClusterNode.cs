namespace Reshelve.OpenSearch.Connection;

/// <summary>A node, and since when it answers nothing. Changed by <see cref="ClusterNodes"/> alone, under its lock.</summary>
internal sealed class ClusterNode(Uri address)
{
    /// <summary>Where it is; ends with a slash, so that paths can be put behind it. A password before the host is left out: the address is shown in messages.</summary>
    public Uri Address { get; } = new(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') + "/");

    /// <summary>Failures since it last answered.</summary>
    public int Failures { get; set; }

    /// <summary>Until when it is not asked while others can be.</summary>
    public DateTimeOffset RestsUntil { get; set; }
}
