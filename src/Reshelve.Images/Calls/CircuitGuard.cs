using Polly;
using Polly.CircuitBreaker;

namespace Reshelve.Images.Calls;

/// <summary>When a circuit breaker opens, and for how long.</summary>
/// <param name="Least">Calls within <paramref name="Window"/> below which it stays closed.</param>
/// <param name="Window">The time that it looks back.</param>
/// <param name="Break">How long it stays open before one call may try again.</param>
internal sealed record CircuitTerms(int Least, TimeSpan Window, TimeSpan Break);

/// <summary>
/// A circuit breaker: where at least half of the latest calls failed, no call is made for a while; then one tries, and closes it or not.
/// </summary>
internal sealed class CircuitGuard
{
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline _pipeline;

    /// <param name="terms">When it opens, and for how long.</param>
    /// <param name="counts">Which exceptions count against what is called.</param>
    /// <param name="time">Its clock.</param>
    public CircuitGuard(CircuitTerms terms, Func<Exception, bool> counts, TimeProvider time)
    {
        var options = new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = Math.Max(2, terms.Least),
            SamplingDuration = terms.Window,
            BreakDuration = terms.Break,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && counts(e)),
            StateProvider = _state,
        };
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(options).Build();
    }

    /// <summary>Whether the one call that tries again is under way, so that others need not even queue.</summary>
    public bool IsTrying => _state.CircuitState == CircuitState.HalfOpen;

    /// <summary>Whether every call goes through.</summary>
    public bool IsClosed => _state.CircuitState == CircuitState.Closed;

    /// <summary>Makes a call.</summary>
    /// <exception cref="BrokenCircuitException">It was not made.</exception>
    public ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> call, TState state, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(call, state, cancellationToken);
}
