using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Reshelve.Feeds;

/// <summary>
/// The namespaces that the elements around a file's records declare: without them a record's prefixes would mean nothing. Written
/// by the thread that slices, read by those that convert.
/// </summary>
internal sealed class XmlNamespaces
{
    private readonly ConcurrentDictionary<RecordContext, ImmutableDictionary<string, string>> _byContext =
        new(ReferenceEqualityComparer.Instance);

    /// <summary>Notes a declaration. A prefix that is declared anew from here on means the new namespace.</summary>
    public void Declare(RecordContext context, string prefix, string uri) =>
        _byContext.AddOrUpdate(
            context,
            (_, declared) => ImmutableDictionary<string, string>.Empty.Add(declared.Prefix, declared.Uri),
            (_, known, declared) => known.SetItem(declared.Prefix, declared.Uri),
            (Prefix: prefix, Uri: uri));

    /// <summary>URIs by prefix; the empty prefix is the default namespace.</summary>
    public ImmutableDictionary<string, string> Of(RecordContext context) =>
        _byContext.GetValueOrDefault(context, ImmutableDictionary<string, string>.Empty);
}
