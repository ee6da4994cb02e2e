using System.Net;
using System.Net.Sockets;

namespace Reshelve.Images.Fetching;

/// <summary>A name leads to an address that is not of the public internet.</summary>
internal sealed class ClosedAddressException(IPAddress address) : Exception($"The address {address} is not public.")
{
    /// <summary>The address.</summary>
    public IPAddress Address { get; } = address;
}

/// <summary>
/// Opens the connections of an HTTP client. A name is resolved here, what it resolves to is checked, and the connection goes to the
/// very address that was checked: a name server that answers differently the next time has no second try to answer to.
/// </summary>
/// <param name="resolve">Gives the addresses of a host.</param>
/// <param name="mayBeClosed">Whether any address will do: this client is used for hosts that the definition names.</param>
/// <param name="time">The clock of the wait for one of several addresses.</param>
internal sealed class GuardedConnector(Resolve resolve, bool mayBeClosed, TimeProvider time)
{
    /// <summary>How long an address has before the next one of the same host is tried.</summary>
    private static readonly TimeSpan OneOfSeveral = TimeSpan.FromSeconds(2);

    /// <summary>More addresses of one host are not tried.</summary>
    private const int MostTried = 4;

    /// <summary>The callback of <see cref="SocketsHttpHandler"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await AddressesAsync(host, cancellationToken);
        // One that is not public refuses them all: a name with both kinds is a trick or a mistake, never a picture server.
        if (!mayBeClosed && Array.Find(addresses, a => !PublicAddress.Is(a)) is { } closed)
            throw new ClosedAddressException(closed);
        for (var i = 0; ; i++)
        {
            var isLast = i + 1 >= Math.Min(addresses.Length, MostTried);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], port), isLast, cancellationToken);
            }
            catch (Exception e) when (!isLast && e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The next address may be reached.
            }
        }
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
            return [literal];
        var addresses = await resolve(host, cancellationToken);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<Stream> ConnectAsync(IPEndPoint to, bool isLast, CancellationToken cancellationToken)
    {
        using var wait = isLast ? null : new CancellationTokenSource(OneOfSeveral, time);
        using var both = wait is null ? null : CancellationTokenSource.CreateLinkedTokenSource(wait.Token, cancellationToken);
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, both?.Token ?? cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Gives the addresses of a host.</summary>
internal delegate Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken);
