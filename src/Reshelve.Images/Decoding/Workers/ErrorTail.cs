using System.Text;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>The end of what a worker writes to standard error: read always, so that it never waits, and kept only in part.</summary>
internal sealed class ErrorTail
{
    private const int Kept = 4_096;

    private readonly StringBuilder _text = new();
    private readonly Task _reading;

    /// <summary>Begins to read.</summary>
    public ErrorTail(StreamReader error) => _reading = ReadAsync(error);

    /// <summary>What came last; waits a moment for the rest, when the worker has ended.</summary>
    public string Take()
    {
        _reading.Wait(TimeSpan.FromSeconds(1));
        lock (_text)
            return _text.ToString();
    }

    private async Task ReadAsync(StreamReader error)
    {
        var buffer = new char[1_024];
        try
        {
            while (await error.ReadAsync(buffer) is > 0 and var read)
            {
                lock (_text)
                {
                    _text.Append(buffer, 0, read);
                    if (_text.Length > Kept)
                        _text.Remove(0, _text.Length - Kept);
                }
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It was disposed while it was read.
        }
    }
}
