using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

/// <summary>A workspace and a spool in a folder of their own, a quick clock, and what a test wants of sources.</summary>
internal sealed class SourceBench : IDisposable
{
    /// <summary>So long that only a server that truly hangs meets it, on however busy a machine.</summary>
    public static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("reshelve-sources-").FullName;

    public SourceBench()
    {
        Workspace = Directory.CreateDirectory(Path.Combine(_root, "workspace")).FullName;
        Spool = Path.Combine(_root, "spool");
    }

    public string Workspace { get; }

    public string Spool { get; }

    public string PartPath => Path.Combine(Spool, "download.part");

    public QuickTime Time { get; } = new(LongTimeout);

    public List<(long Received, long? Total)> Progress { get; } = [];

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The feeds in the spool, oldest first.</summary>
    public IReadOnlyList<string> Archived => Directory.Exists(Spool)
        ? [.. Directory.EnumerateDirectories(Spool).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Writes a file of the workspace, an hour old.</summary>
    public string Write(string name, string text, TimeSpan? age = null)
    {
        var path = Path.Combine(Workspace, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, (Time.GetUtcNow() - (age ?? TimeSpan.FromHours(1))).UtcDateTime);
        return path;
    }

    public Task<ReceivedFeed> ReceiveAsync(
        SourceDefinition source, string? last = null, HttpClient? http = null, CancellationToken stop = default) =>
        ReceiveAsync(source, Time, last, http, stop);

    public async Task<ReceivedFeed> ReceiveAsync(
        SourceDefinition source, TimeProvider time, string? last = null, HttpClient? http = null, CancellationToken stop = default) =>
        await FeedSources.Create(source, Workspace, Spool, http, time, name => Environment.GetValueOrDefault(name))
            .ReceiveAsync(last, new Reporter(Progress), stop);

    /// <summary>Downloads; waits between tries cost nothing.</summary>
    public Task<ReceivedFeed> DownloadAsync(Uri url, string? last = null, int retries = 4, int? archive = null) =>
        ReceiveAsync(new SourceDefinition { Url = url, Timeout = LongTimeout, Retries = retries, Archive = archive }, last);

    public Task<ReceivedFeed> DownloadAsync(FaultyServer server, string? last = null, int retries = 4, int? archive = null) =>
        DownloadAsync(server.Address(), last, retries, archive);

    public static string Text(ReceivedFeed feed) => string.Concat(feed.Files.Select(f => Encoding.UTF8.GetString(File.ReadAllBytes(f))));

    public static IEnumerable<string?> Names(ReceivedFeed feed) => feed.Files.Select(f => Path.GetFileName(f));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Unlike <see cref="Progress{T}"/>, reports before the transfer goes on.</summary>
    private sealed class Reporter(List<(long Received, long? Total)> seen) : IProgress<(long Received, long? Total)>
    {
        public void Report((long Received, long? Total) value) => seen.Add(value);
    }
}
