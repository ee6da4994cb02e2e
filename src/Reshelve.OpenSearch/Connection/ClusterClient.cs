using Reshelve.Catalogs;

namespace Reshelve.OpenSearch.Connection;

/// <summary>
/// Calls the nodes of a cluster: in turn, those that failed last only after a rest. Nothing is connected before the first call. All members may be called from several threads.
/// </summary>
/// <param name="settings">Where it is and how to get in.</param>
/// <param name="workspaceFolder">What relative paths in the settings are relative to.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterClient(ClusterSettings settings, string workspaceFolder, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The settings.</summary>
    public ClusterSettings Settings => settings;

    /// <summary>What the cluster is; asked once.</summary>
    /// <exception cref="Feeds.ReshelveException">It cannot be reached, does not let us in, or is of a version that is not supported.</exception>
    public Task<ServerProduct> ProductAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Sends one request and returns the answer, whatever its status. A node that cannot be reached, or breaks off, is rested and the next one asked, so that what is sent
    /// may arrive twice: it must be repeatable. The product is looked up first.
    /// </summary>
    /// <exception cref="Feeds.ReshelveException">No node answered, or the cluster does not let us in (401).</exception>
    public Task<ServerAnswer> SendAsync(ClusterRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{workspaceFolder} {time}");

    /// <summary>
    /// Sends a request until it succeeds: while the cluster is overloaded (429, 502, 503, 504) or no node answers, again after a growing wait, for as long as the settings' patience.
    /// </summary>
    /// <param name="what">What is asked, for the message, such as <c>make the index shop_20260101000000</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    /// <exception cref="ServerRefusalException">The server refused.</exception>
    /// <exception cref="Feeds.ReshelveException">Patience ran out.</exception>
    public Task<ServerAnswer> CallAsync(string what, ClusterRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
