using System.Globalization;

namespace Reshelve.Embedded.Running;

/// <summary>Whose a lease is: for the message to others, and for the owner itself, which is told by it when it no longer is.</summary>
/// <param name="Process">The owner's process.</param>
/// <param name="Host">The machine it runs on.</param>
/// <param name="Purpose">What the catalog was taken for.</param>
/// <param name="Run">Its run; no other lease of the catalog ever has the same.</param>
/// <param name="Started">When it took the catalog.</param>
/// <param name="Heartbeat">Its last sign of life; null when it gives none.</param>
internal sealed record LeaseOwner(
    int Process, string Host, string Purpose, long Run, DateTimeOffset Started, DateTimeOffset? Heartbeat = null)
{
    /// <summary>The owner as a message names it.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"run {Run} ({Purpose}, process {Process} on host {Host}, since {Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC)");

    /// <summary>Whether it has given no sign of life for that long. A clock that was put back makes nobody old.</summary>
    public bool IsSilent(DateTimeOffset now, TimeSpan expiry) => Heartbeat is { } last && now - last >= expiry;
}
