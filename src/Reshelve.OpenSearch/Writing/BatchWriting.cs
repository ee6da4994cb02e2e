using System.Runtime.ExceptionServices;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// The writing of one batch, by as many requests at a time as the pace allows. A request's body is made when it may be sent, so that memory is that of the requests under way.
/// </summary>
internal sealed class BatchWriting
{
    // Whoever is told to stop lets requests that are under way come to their end, unless the cluster does not answer.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly BulkChannel _channel;
    private readonly BatchWork _work;
    private readonly BulkExchange _exchange;
    private readonly Wakefulness _wakefulness;
    private ExceptionDispatchInfo? _failure;

    public BatchWriting(BulkChannel channel, string target, IReadOnlyList<Change> batch, long sequence)
    {
        _channel = channel;
        _work = new BatchWork(batch, sequence);
        _exchange = new BulkExchange(channel, target, _work);
        _wakefulness = new Wakefulness(channel.Time);
    }

    /// <summary>Writes it.</summary>
    /// <param name="cancellationToken">Ends waits at once, and requests under way after a few seconds.</param>
    public async Task<IReadOnlyList<ItemResult>> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _channel.Time);
        await using var grace = cancellationToken.Register(() => abandon.CancelAfter(Grace));
        var lanes = Math.Min(_channel.Pace.MostRequests, _work.RequestsNeeded(_channel.Pace));
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => RunLaneAsync(stop, abandon)));
        _failure?.Throw();
        return _work.Results;
    }

    private async Task RunLaneAsync(CancellationTokenSource stop, CancellationTokenSource abandon)
    {
        // Off the caller's thread, on which the other lanes are yet to be begun.
        await Task.Yield();
        try
        {
            while (!_work.IsTaken)
                await SendNextAsync(stop.Token, abandon.Token);
        }
        catch (Exception error)
        {
            // The others' failures only follow from the first.
            if (Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null) is null)
            {
                await stop.CancelAsync();
                if (error is not OperationCanceledException)
                    await abandon.CancelAsync();
            }
        }
    }

    private async Task SendNextAsync(CancellationToken stop, CancellationToken abandon)
    {
        var ticket = await _channel.Pace.EnterAsync(stop);
        var body = _channel.Buffers.Take();
        try
        {
            if (_work.Next(_channel.Pace, body) is not { } piece)
                return;
            await _channel.Pace.MaySendAsync(piece.Count, body.Length, stop);
            await _wakefulness.CheckAsync(stop);
            var took = await _exchange.SendAsync(piece, body.Written, ticket, abandon);
            await _channel.Governor.HoldBackAsync(took, _channel.Counters, stop);
        }
        finally
        {
            _channel.Buffers.Return(body);
            _channel.Pace.Leave();
        }
    }
}
