using System.Net.Http.Headers;

namespace Reshelve.Feeds;

/// <summary>
/// The feeds that need not be sent again: the one that the index holds, and the newest in the spool (received by a run that was
/// held or failed). Turns them into the conditions of a request, and a 304 back into the feed that it means.
/// </summary>
internal sealed class KnownFeeds
{
    private readonly List<HttpFeedIdentity> _asked;

    private KnownFeeds(List<HttpFeedIdentity> asked) => _asked = asked;

    /// <summary>No feed is known: the whole feed is wanted.</summary>
    public static KnownFeeds None { get; } = new([]);

    /// <summary>
    /// Several ETags may be asked about at once; of times only one, and servers ignore it beside an ETag (RFC 9110 section
    /// 13.1.3). So ETags win, then the first time.
    /// </summary>
    public static KnownFeeds Of(params HttpFeedIdentity?[] identities)
    {
        var known = identities.OfType<HttpFeedIdentity>().Distinct().ToList();
        var tags = known.Where(k => k.Validator.ETag is not null).ToList();
        return new KnownFeeds(tags.Count > 0 ? tags : known.Take(1).ToList());
    }

    /// <summary>Whether nothing is asked.</summary>
    public bool IsEmpty => _asked.Count == 0;

    /// <summary>Asks not to be sent these.</summary>
    public void Condition(HttpRequestHeaders headers)
    {
        foreach (var known in _asked)
        {
            if (known.Validator.ETag is { } tag)
                headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag));
            else
                headers.IfModifiedSince = known.Validator.Modified;
        }
    }

    /// <summary>The feed that a 304 means; null when it does not say which, or names one that was not asked about.</summary>
    public HttpFeedIdentity? Match(HttpResponseMessage notModified)
    {
        if (_asked.Count == 0)
            return null;
        // "Not since then" also holds for an older feed that was put back; a server that repeats the time tells.
        var time = notModified.Content.Headers.LastModified;
        if (_asked[0].Validator.Modified is { } asked)
            return time is null || time == asked ? _asked[0] : null;
        // Some servers mark the tag as weak in a 304; they answer to ours, which was strong.
        if (notModified.Headers.ETag is { } tag)
            return _asked.Find(k => k.Validator.ETag == tag.Tag);
        return _asked.Count == 1 ? _asked[0] : null;
    }
}
