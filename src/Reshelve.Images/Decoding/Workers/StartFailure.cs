using Reshelve.Enriching;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>Remembers for a while why no worker could be started, so that a thousand pictures do not each start one in vain.</summary>
internal sealed class StartFailure(TimeProvider time, TimeSpan pause)
{
    private readonly Lock _state = new();
    private string? _reason;
    private long _since;

    /// <summary>Throws what was noted, unless it was long ago.</summary>
    /// <exception cref="PictureException">No worker could be started a short while ago.</exception>
    public void ThrowIfRecent()
    {
        lock (_state)
        {
            if (_reason is not null && time.GetElapsedTime(_since) < pause)
                throw new PictureException(_reason, isTransient: true);
            _reason = null;
        }
    }

    /// <summary>Notes it.</summary>
    /// <returns>The same.</returns>
    public PictureException Note(PictureException failure)
    {
        lock (_state)
            (_reason, _since) = (failure.Message, time.GetTimestamp());
        return failure;
    }
}
