namespace Reshelve.Catalogs;

/// <summary>Where a secret is kept; never the secret itself. At most one of both is set.</summary>
/// <param name="Variable">The environment variable that holds it.</param>
/// <param name="File">The file that holds it and nothing else, relative to the workspace or absolute; line ends are no part of it.</param>
public sealed record SecretPlace(string? Variable, string? File);

/// <summary>The cluster that the indexes are on: the content of <c>index</c> in <c>reshelve.yaml</c>.</summary>
public sealed record ClusterSettings
{
    /// <summary>Its nodes, http or https, asked in turn.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    /// <summary>Before the name of every index and alias on the server, so that several workspaces can share one.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whom the indexes belong to; null: an id that is kept in the data folder.</summary>
    public string? Owner { get; init; }

    /// <summary>The user for basic authentication.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public SecretPlace? Password { get; init; }

    /// <summary>An API key in place of user and password, as the server gave it (base64 of <c>id:key</c>).</summary>
    public SecretPlace? ApiKey { get; init; }

    /// <summary>A PEM file of the authorities that sign the nodes' certificates, relative to the workspace or absolute; null: the system's.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>The SHA-256 of a certificate in the nodes' chain, 64 hexadecimal digits: whoever shows it is trusted.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>Whether bodies of requests are compressed: worth it where the network costs more than the processor.</summary>
    public bool Compress { get; init; }

    /// <summary>How long a node may take to answer one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a cluster that takes nothing is waited for before a run fails. Below the 15 minutes that removals are remembered.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Primary shards of a new index; null: one per 30 GB of its documents.</summary>
    public int? Shards { get; init; }

    /// <summary>Replicas of a searched index; null: one where there are nodes for it.</summary>
    public int? Replicas { get; init; }

    /// <summary>How soon what is written can be found.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a new index is merged into one segment per shard before it is searched: quicker searches, more work.</summary>
    public bool Merge { get; init; }

    /// <summary>Aliases that may be moved away from an index that is not ours.</summary>
    public IReadOnlyList<string> TakeOver { get; init; } = [];

    /// <summary>What writing may take at most.</summary>
    public WriteLimits Limits { get; init; } = new();

    /// <summary>When searches suffer.</summary>
    public ReaderProtection Readers { get; init; } = new();
}

/// <summary>What one process may write, to all indexes together.</summary>
public sealed record WriteLimits
{
    /// <summary>Documents per second; null: as many as the cluster takes.</summary>
    public long? Documents { get; init; }

    /// <summary>Bytes of documents per second; null: as many as the cluster takes.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bulk requests under way at a time.</summary>
    public int Requests { get; init; } = 8;

    /// <summary>Bytes of one bulk request, uncompressed: a few megabytes are quickest, and a document of more goes alone.</summary>
    public long RequestBytes { get; init; } = 4 << 20;
}

/// <summary>When a writer slows down because searches suffer.</summary>
public sealed record ReaderProtection
{
    /// <summary>Whether the cluster's figures are watched.</summary>
    public bool Watch { get; init; } = true;

    /// <summary>The mean time of a search from which on they suffer; null: twice what is usual for the index, at least 100 ms.</summary>
    public TimeSpan? SearchLatency { get; init; }

    /// <summary>Writes that wait on a node from which on it has enough.</summary>
    public int WriteQueue { get; init; } = 200;
}
