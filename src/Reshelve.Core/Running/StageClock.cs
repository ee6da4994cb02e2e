
namespace Reshelve.Running;

/// <summary>Measures the stages of a run.</summary>
internal sealed class StageClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _receive;
    private TimeSpan _plan;
    private TimeSpan _apply;

    /// <summary>Seconds so far.</summary>
    public StageSeconds Seconds => new(
        _receive.TotalSeconds, _plan.TotalSeconds, _apply.TotalSeconds, time.GetElapsedTime(_started).TotalSeconds);

    public async Task<T> ReceiveAsync<T>(Func<Task<T>> stage) => await MeasureAsync(stage, elapsed => _receive += elapsed);

    public async Task<T> PlanAsync<T>(Func<Task<T>> stage) => await MeasureAsync(stage, elapsed => _plan += elapsed);

    public async Task<T> ApplyAsync<T>(Func<Task<T>> stage) => await MeasureAsync(stage, elapsed => _apply += elapsed);

    public async Task ApplyAsync(Func<Task> stage) => await MeasureAsync(
        async () =>
        {
            await stage();
            return true;
        },
        elapsed => _apply += elapsed);

    private async Task<T> MeasureAsync<T>(Func<Task<T>> stage, Action<TimeSpan> add)
    {
        var started = time.GetTimestamp();
        try
        {
            return await stage();
        }
        finally
        {
            add(time.GetElapsedTime(started));
        }
    }
}
