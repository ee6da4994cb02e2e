namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>What ends an operation early.</summary>
internal enum InterruptionKind
{
    None,

    /// <summary>A call of the index fails before it has effect.</summary>
    BeforeCall,

    /// <summary>A call of the index fails after it had effect.</summary>
    AfterCall,

    /// <summary>All calls of the index fail from one on.</summary>
    FromCall,

    /// <summary>The program is killed.</summary>
    Kill,

    /// <summary>Somebody presses Ctrl-C.</summary>
    Cancel,
}

/// <summary>What a killed program does from then on: nothing.</summary>
internal sealed class KilledException() : Exception("killed by the test");

/// <summary>Ends an operation at a certain call of the index, or at a certain step of any kind.</summary>
internal sealed class Interruption(InterruptionKind kind, int at) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private int _steps;
    private int _calls;

    /// <summary>Copies what a kill would leave.</summary>
    public Action Leave { get; set; } = () => { };

    /// <summary>Whether it came to it.</summary>
    public bool HasFired { get; private set; }

    /// <summary>Whether the program is dead.</summary>
    public bool IsDead { get; private set; }

    public CancellationToken Token => _cancellation.Token;

    /// <summary>A call of the index that changes something begins.</summary>
    public void Before()
    {
        var call = _calls++;
        if (kind == InterruptionKind.Cancel && call == at)
        {
            HasFired = true;
            _cancellation.Cancel();
        }

        if ((kind == InterruptionKind.BeforeCall && call == at) || (kind == InterruptionKind.FromCall && call >= at))
            Crash();
    }

    /// <summary>A call of the index that changed something ends.</summary>
    public void After()
    {
        if (kind == InterruptionKind.AfterCall && _calls - 1 == at)
            Crash();
    }

    /// <summary>Anything that can be seen from outside happens.</summary>
    public void Step(bool mayThrow)
    {
        if (kind != InterruptionKind.Kill)
            return;
        lock (_lock)
        {
            if (!IsDead && _steps++ == at)
            {
                Leave();
                HasFired = IsDead = true;
            }
        }

        if (IsDead && mayThrow)
            throw new KilledException();
    }

    public void Dispose() => _cancellation.Dispose();

    public override string ToString() => kind switch
    {
        InterruptionKind.None => "",
        InterruptionKind.BeforeCall => $", the index failing before its call {at}",
        InterruptionKind.AfterCall => $", the answer to call {at} of the index getting lost",
        InterruptionKind.FromCall => $", the index being broken from call {at} on",
        InterruptionKind.Cancel => $", cancelled at call {at} of the index",
        _ => $", killed at step {at}",
    };

    private void Crash()
    {
        HasFired = true;
        throw new FaultyIndex.Crash();
    }
}
