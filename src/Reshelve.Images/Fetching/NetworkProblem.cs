using System.Net.Sockets;

namespace Reshelve.Images.Fetching;

/// <summary>Turns what goes wrong on the network into its problem.</summary>
internal static class NetworkProblem
{
    /// <summary>Whether an exception is of the network.</summary>
    public static bool IsOne(Exception e) => e is HttpRequestException or IOException or SocketException or OperationCanceledException;

    /// <summary>The problem that an exception of the network stands for.</summary>
    public static FetchProblem Explain(Exception e, string host) => e switch
    {
        OperationCanceledException => FetchProblem.Passing($"{host} could not be connected to in time.", e),
        HttpRequestException { InnerException: ClosedAddressException closed } => Closed(closed, host),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            FetchProblem.Lasting("the server's headers are too long.", e),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Unknown(host, e),
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
            Unknown(host, e),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => FetchProblem.Passing(
            $"no secure connection to {host} could be made ({Said(e)}). Check its certificate, and this machine's clock and list of authorities.",
            e),
        _ => FetchProblem.Passing($"the connection to {host} failed ({Said(e)}).", e),
    };

    private static FetchProblem Closed(ClosedAddressException closed, string host) => FetchProblem.Lasting(
        host == closed.Address.ToString()
            ? $"{host} is not an address of the public internet. If it may be asked, name it under 'allow hosts' of 'images' in the definition."
            : $"{host} leads to {closed.Address}, which is not an address of the public internet. If it may be asked, name {host} under 'allow hosts' of 'images' in the definition.",
        closed);

    private static FetchProblem Unknown(string host, Exception e) =>
        FetchProblem.Passing($"the name {host} could not be resolved. Check it in the feed, and this machine's name server.", e);

    private static string Said(Exception e) => Calls.ServerText.Line(e.GetBaseException().Message.TrimEnd('.'), 200);
}
