using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Reshelve.Images.Fetching;

/// <summary>
/// The validators of a picture that is held. What came by a redirect is marked with the address it came from, as in
/// <c>@0123456789abcdef "v1"</c>: an ETag or a date means nothing to another address, and a redirect may lead elsewhere the next time,
/// where many servers give the same date to all their files.
/// </summary>
internal readonly record struct Validators(string? ETag, string? LastModified)
{
    private const int Longest = 512;

    private const int HashLength = 16;

    /// <summary>A date counts whole seconds: what was changed just now may change again within the second it was served in.</summary>
    private static readonly TimeSpan Racy = TimeSpan.FromSeconds(2);

    /// <summary>Whether there is nothing to ask with.</summary>
    public bool IsEmpty => ETag is null && LastModified is null;

    /// <summary>Those that mean something to an address.</summary>
    public Validators For(Uri address, bool isFirst) => new(Unmarked(ETag, address, isFirst), Unmarked(LastModified, address, isFirst));

    /// <summary>Asks for the picture only if it is another.</summary>
    public void Condition(HttpRequestHeaders headers)
    {
        if (ETag is not null)
            headers.TryAddWithoutValidation("If-None-Match", ETag);
        if (LastModified is not null)
            headers.TryAddWithoutValidation("If-Modified-Since", LastModified);
    }

    /// <summary>The validators of a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="address">Where it came from.</param>
    /// <param name="isFirst">Whether that is the picture's own address, not one it redirected to.</param>
    /// <param name="now">Stands in for the server's clock where it does not tell its time.</param>
    public static Validators Of(HttpResponseMessage response, Uri address, bool isFirst, DateTimeOffset now)
    {
        var mark = isFirst ? "" : $"@{Hash(address)} ";
        var tag = Raw(response.Headers, "ETag");
        var modified = response.Content.Headers.LastModified is { } date && (response.Headers.Date ?? now) - date >= Racy
            ? date.UtcDateTime.ToString("R", CultureInfo.InvariantCulture)
            : null;
        return new(tag is null ? null : mark + tag, modified is null ? null : mark + modified);
    }

    /// <summary>As sent: some servers forget the quotes, and expect them forgotten. Only what can be sent back.</summary>
    private static string? Raw(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count == 1 && values.ToString() is { Length: > 0 and <= Longest } value
        && value.All(c => c is > ' ' and <= '~')
            ? value
            : null;

    private static string? Unmarked(string? value, Uri address, bool isFirst)
    {
        if (value is null || !value.StartsWith('@'))
            return isFirst ? value : null;
        var begin = HashLength + 2;
        return value.Length > begin && value.AsSpan(1, HashLength).SequenceEqual(Hash(address)) ? value[begin..] : null;
    }

    private static string Hash(Uri address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)).AsSpan(0, HashLength / 2));
}
