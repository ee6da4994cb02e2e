namespace Reshelve.StandIn;

/// <summary>One request that was received, for assertions.</summary>
/// <param name="Node">Which node received it, from 0.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query as sent.</param>
/// <param name="Bytes">Bytes of the body on the wire.</param>
/// <param name="Items">Lines of the body divided as a bulk request has them: actions, without their documents; 0 for other requests.</param>
/// <param name="IsCompressed">Whether the body came compressed.</param>
/// <param name="Authorization">The header of that name, or null.</param>
/// <param name="Status">What was answered; 0: nothing.</param>
public sealed record RequestRecord(int Node, string Method, string Path, long Bytes, int Items, bool IsCompressed, string? Authorization, int Status);
