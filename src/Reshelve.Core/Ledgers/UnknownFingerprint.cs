using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>
/// Stands for a document of which nothing is known. It matches no record and no document, and no two are alike: a look-up table
/// with a million equal hashes would be a list.
/// </summary>
internal static class UnknownFingerprint
{
    /// <summary>The one of an id.</summary>
    public static Fingerprint Of(ReadOnlySpan<byte> id, ReadOnlySpan<byte> seed) => new(RawOf(id, seed), Of(id, seed, "unknown document"), 0);

    /// <summary>A raw hash that no record has.</summary>
    public static Hash128 RawOf(ReadOnlySpan<byte> id, ReadOnlySpan<byte> seed) => Of(id, seed, "unknown record");

    private static Hash128 Of(ReadOnlySpan<byte> id, ReadOnlySpan<byte> seed, string purpose) => KeyedHash.Derive(seed, purpose).Of(id);
}
