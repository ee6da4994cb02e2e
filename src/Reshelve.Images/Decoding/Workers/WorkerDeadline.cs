namespace Reshelve.Images.Decoding.Workers;

/// <summary>
/// The time that a worker has for what it does. It passes in ticks, of which none counts for more than a second: while the machine sleeps or the
/// program is stopped (Ctrl-Z), no worker can
/// be blamed for being slow.
/// </summary>
internal sealed class WorkerDeadline
{
    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(1);

    private readonly Lock _state = new();
    private WorkerProcess? _worker;
    private TimeSpan _left;

    /// <summary>Whether the time ran out since it last began.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether everything is to end.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Begins.</summary>
    public void Begin(WorkerProcess worker, TimeSpan time)
    {
        lock (_state)
        {
            (_worker, _left, IsOver) = (worker, time, false);
            if (IsStopped)
                worker.Kill();
        }
    }

    /// <summary>It was fast enough.</summary>
    public void End()
    {
        lock (_state)
            _worker = null;
    }

    /// <summary>Stops what runs, and whatever may still begin.</summary>
    public void Stop()
    {
        lock (_state)
        {
            IsStopped = true;
            _worker?.Kill();
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Tick(TimeSpan elapsed)
    {
        lock (_state)
        {
            if (_worker is null || IsOver)
                return;
            _left -= elapsed < LongestTick ? elapsed : LongestTick;
            if (_left > TimeSpan.Zero)
                return;
            IsOver = true;
            _worker.Kill();
        }
    }
}
