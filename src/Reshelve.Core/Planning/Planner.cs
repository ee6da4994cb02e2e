using System.Runtime.ExceptionServices;

namespace Reshelve.Planning;

/// <summary>
/// Compares a feed with a ledger, in one pass over the feed: unchanged records cost a hash and a compare, the others are parsed
/// and
/// become changes in the plan's folder. Several threads work on chunks of the feed; what they found is merged at the end.
/// </summary>
internal sealed class Planner(PlanInput input, int threads)
{
    private ExceptionDispatchInfo? _error;

    /// <summary>Makes the plan's content.</summary>
    /// <param name="progress">Told the feed's bytes read, and records, every so often.</param>
    /// <param name="cancellationToken">Ends it; nothing of the plan counts then.</param>
    /// <exception cref="Feeds.FeedIncompleteException">The feed was not complete.</exception>
    /// <exception cref="Feeds.FeedRefusedException">The feed must not be read.</exception>
    public PlanContent Run(Action<long, long>? progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = new List<PlanWorker>(threads);
        try
        {
            while (workers.Count < threads)
                workers.Add(new PlanWorker(input, workers.Count, threads));
            var others = workers.Skip(1).Select(worker => Start(worker, progress, stop)).ToList();
            Work(workers[0], progress, stop);
            others.ForEach(thread => thread.Join());
            cancellationToken.ThrowIfCancellationRequested();
            _error?.Throw();
            return new PlanMerger(input, workers).Merge();
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }

    private Thread Start(PlanWorker worker, Action<long, long>? progress, CancellationTokenSource stop)
    {
        var thread = new Thread(() => Work(worker, progress, stop)) { IsBackground = true, Name = "plan" };
        thread.Start();
        return thread;
    }

    private void Work(PlanWorker worker, Action<long, long>? progress, CancellationTokenSource stop)
    {
        try
        {
            worker.Run(_ => progress?.Invoke(input.Reader.BytesRead, input.Numbers.Total), stop.Token);
        }
        catch (Exception error)
        {
            // The first error counts; those that follow from it (other threads told to stop) do not.
            Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(error), null);
            stop.Cancel();
            input.Numbers.Abort();
        }
    }
}
