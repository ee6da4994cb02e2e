using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// What a server gives to tell one state of a resource from another, byte for byte (a "strong validator", RFC 9110 section 8.8):
/// an ETag without <c>W/</c>, or a Last-Modified time that is safely in the past. Exactly one of them is set.
/// </summary>
internal sealed record FeedValidator(string? ETag, DateTimeOffset? Modified)
{
    /// <summary>Last-Modified counts whole seconds: a resource may change again within the one it was served in.</summary>
    private static readonly TimeSpan Racy = TimeSpan.FromSeconds(2);

    /// <summary>The strong validator of a response; null when it has none.</summary>
    /// <param name="response">The response.</param>
    /// <param name="now">Stands in for the server's clock where it does not tell its time.</param>
    public static FeedValidator? Of(HttpResponseMessage response, DateTimeOffset now)
    {
        // A tag with other characters than ASCII could not be sent back.
        if (response.Headers.ETag is { IsWeak: false, Tag: { } tag } && Ascii.IsValid(tag))
            return new FeedValidator(tag, null);
        return response.Content.Headers.LastModified is { } modified && (response.Headers.Date ?? now) - modified >= Racy
            ? new FeedValidator(null, modified)
            : null;
    }

    /// <summary>Asks for the rest of this very state, or else for all of another.</summary>
    public RangeConditionHeaderValue Condition =>
        ETag is not null ? new RangeConditionHeaderValue(ETag) : new RangeConditionHeaderValue(Modified!.Value);

    /// <summary>
    /// Whether a partial response is of this state. Sent for If-Range, it must repeat the ETag and should leave out the time (RFC
    /// 9110 section 15.3.7); some servers ignore If-Range, and gluing two states together must not happen.
    /// </summary>
    public bool IsThatOf(HttpResponseMessage partial) => ETag is not null
        ? partial.Headers.ETag is { IsWeak: false } tag && tag.Tag == ETag
        : partial.Content.Headers.LastModified is null || partial.Content.Headers.LastModified == Modified;
}

/// <summary>The identity of a feed that came over HTTP: which source it came from and in which state.</summary>
internal sealed record HttpFeedIdentity(string SourceKey, FeedValidator Validator, long Length)
{
    private const string Scheme = "http";
    private const string TagKind = "etag";
    private const string TimeKind = "modified";

    /// <summary>Reads an identity of this source; null for none, another kind, or another source's.</summary>
    public static HttpFeedIdentity? Read(string? text, string sourceKey)
    {
        var parts = text?.Split(' ', 4);
        if (parts is not [Scheme, _, _, _] || parts[1] != sourceKey)
            return null;
        if (parts[2] == TagKind && EntityTagHeaderValue.TryParse(parts[3], out var tag) && !tag.IsWeak)
            return new HttpFeedIdentity(sourceKey, new FeedValidator(tag.Tag, null), 0);
        var time = parts[3].Split(' ');
        return parts[2] == TimeKind && time.Length == 2
            && DateTimeOffset.TryParse(time[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified)
            && long.TryParse(time[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new HttpFeedIdentity(sourceKey, new FeedValidator(null, modified), length)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Validator.ETag is { } tag
        ? $"{Scheme} {SourceKey} {TagKind} {tag}"
        : $"{Scheme} {SourceKey} {TimeKind} {Validator.Modified!.Value.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} {Length}";
}
