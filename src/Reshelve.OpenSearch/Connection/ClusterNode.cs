namespace Reshelve.OpenSearch.Connection;

/// <summary>A node, and since when it answers nothing. Changed by <see cref="ClusterNodes"/> alone, under its lock.</summary>
internal sealed class ClusterNode(Uri address)
{
    /// <summary>Where it is; ends with a slash, so that paths can be put behind it.</summary>
    public Uri Address { get; } = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    /// <summary>Failures since it last answered.</summary>
    public int Failures { get; set; }

    /// <summary>Until when it is not asked while others can be.</summary>
    public DateTimeOffset RestsUntil { get; set; }
}
