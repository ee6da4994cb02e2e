using System.Diagnostics;
using System.Text;
using Reshelve.Benchmarks.Bulk;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Catalogs;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;
using Reshelve.Planning;

namespace Reshelve.Benchmarks.Cases;

/// <summary>
/// The bulk writer against a server that only counts, both in this process: batches as the applier hands them over, two under way. The batches are made beforehand and taken in turn.
/// </summary>
internal sealed class BulkCase() : BenchCase("bulk", "Bulk requests to a server that only counts")
{
    private const int BatchDocuments = 10_000;
    private const int DocumentBytes = 600;
    private const int Batches = 4;
    private const int BatchesUnderWay = 2;
    private const long LeastForMemory = 4 * BenchOptions.Million;
    private const double Megabyte = 1_000_000;

    protected override (IReadOnlyList<Figure> Figures, IReadOnlyList<Verdict> Verdicts) Measure(BenchContext context, Action<string> warn)
    {
        var batches = Enumerable.Range(0, Batches).Select(Batch).ToList();
        var once = context.Records;
        var contestant = new Contestant("bulk writer", Work(once), () => Write(batches, once));
        var figures = Rounds.Measure([contestant], context.Options.Runs, warn);
        if (figures.Count == 0)
            return ([], []);
        var fourfold = Figure.Of("bulk writer, four times as many", Work(4 * once), [Write(batches, 4 * once)]);
        var figure = figures[0];
        var growth = new Verdict("memory, four times as many ÷ once", fourfold.PeakBytes / (double)figure.PeakBytes, Verdict.Ratio);
        return ([figure, fourfold], [
            new Verdict("documents", figure.RecordsPerSecond, "documents/s").AtLeast(150_000),
            new Verdict("bytes of documents", figure.BytesPerSecond / Megabyte, "MB/s"),
            new Verdict("memory", figure.PeakBytes / Megabyte, "MB").AtMost(400),
            // Less is over before the collector has found its measure.
            once < LeastForMemory ? growth : growth.AtMost(1.25),
        ]);
    }

    private static Work Work(long documents) => new(documents, documents * DocumentBytes);

    private static Sample Write(IReadOnlyList<IReadOnlyList<Change>> batches, long documents)
    {
        GC.Collect();
        ProcessMemory.ForgetPeak();
        using var server = new CountingServer();
        var begun = Stopwatch.GetTimestamp();
        WriteAsync(batches, documents, server.Address).GetAwaiter().GetResult();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (server.Documents != documents)
            throw new BenchmarkException($"{server.Documents:N0} documents arrived of {documents:N0}");
        if (server.Bytes < documents * DocumentBytes)
            throw new BenchmarkException($"{server.Bytes:N0} bytes arrived, which is less than the documents have");
        return new Sample(seconds, ProcessMemory.PeakOfTree(Environment.ProcessId));
    }

    private static async Task WriteAsync(IReadOnlyList<IReadOnlyList<Change>> batches, long documents, Uri address)
    {
        await using var client = new ClusterClient(new ClusterSettings { Urls = [address] }, "/", TimeProvider.System);
        await using var writer = new BulkWriter(client, TimeProvider.System);
        var next = 0L;
        await Task.WhenAll(Enumerable.Range(0, BatchesUnderWay).Select(_ => Task.Run(WriteBatchesAsync)));

        async Task WriteBatchesAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number * BatchDocuments <= documents)
            {
                var results = await writer.WriteAsync("bench.w", batches[(int)(number % batches.Count)], number, default);
                if (results.Any(result => !result.Acknowledged))
                    throw new BenchmarkException("a document was refused");
            }
        }
    }

    private static IReadOnlyList<Change> Batch(int number)
    {
        // One piece of memory, as a batch's file is.
        var bytes = new byte[BatchDocuments * DocumentBytes];
        var changes = new Change[BatchDocuments];
        for (var i = 0; i < changes.Length; i++)
        {
            var opening = $"{{\"title\":\"Product {number}-{i}\",\"price\":{i % 1000}.99,\"text\":\"";
            var document = bytes.AsMemory(i * DocumentBytes, DocumentBytes);
            document.Span.Fill((byte)'x');
            Encoding.UTF8.GetBytes(opening, document.Span);
            "\"}"u8.CopyTo(document.Span[^2..]);
            changes[i] = new Change(ChangeKind.Add, $"sku-{number}-{i:D8}", document);
        }

        return changes;
    }
}
