using System.Globalization;
using System.Text;

namespace Reshelve.Tests.Feeds.Sources;

/// <summary>A feed as a server that keeps to RFC 9110 serves it: conditional requests and ranges.</summary>
internal sealed record ServedFeed(string Text)
{
    public const string Date = "Sat, 10 Jan 2026 12:00:00 GMT";

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    public bool Ranges { get; init; } = true;

    /// <summary>Some servers send a range of the current state whatever If-Range says.</summary>
    public bool IgnoresIfRange { get; init; }

    /// <summary>Some servers leave the validators out of a 304.</summary>
    public bool SilentNotModified { get; init; }

    public byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    public static ServedFeed Tagged(string text, string tag = "\"v1\"") => new(text) { ETag = tag };

    public static ServedFeed Dated(string text, string modified = "Fri, 09 Jan 2026 08:00:00 GMT") => new(text) { LastModified = modified };

    public Reply Answer(RecordedRequest request)
    {
        if (IsKnown(request))
            return SilentNotModified ? Reply.Of(304) : Reply.Of(304, [.. Validators()]);
        var reply = new Reply { Body = Bytes, Headers = [.. Validators(), ("Date", Date)] };
        if (!Ranges || request["Range"] is not { } range || !(IgnoresIfRange || IsStillThat(request["If-Range"])))
            return reply;
        var from = long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        return from >= Bytes.Length
            ? Reply.Of(416, ("Content-Range", $"bytes */{Bytes.Length}"))
            : (reply with { Status = 206, Body = Bytes[(int)from..] })
                .With("Content-Range", $"bytes {from}-{Bytes.Length - 1}/{Bytes.Length}");
    }

    private bool IsKnown(RecordedRequest request) => request["If-None-Match"] is { } tags
        ? ETag is not null && tags.Split(", ").Contains(ETag)
        : LastModified is not null && request["If-Modified-Since"] == LastModified;

    private bool IsStillThat(string? condition) => condition is null || condition == ETag || condition == LastModified;

    private IEnumerable<(string Name, string Value)> Validators()
    {
        if (ETag is not null)
            yield return ("ETag", ETag);
        if (LastModified is not null)
            yield return ("Last-Modified", LastModified);
    }
}
