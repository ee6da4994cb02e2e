namespace Reshelve.Feeds;

/// <summary>
/// Records of a plain UTF-8 file whose ends show only to who has read everything before: JSON arrays, CSV, XML. The file is divided
/// into ranges that threads claim. Each guesses where the first record of its range begins and cuts from there on. The ranges then
/// take turns, in the order of the file: where the range before ended is what the guess must equal, and if it does not, or if there is
/// anything but records in the range, it is cut again by the one slicer that has followed the file from its beginning. So what comes
/// out, errors too, is what that slicer alone would give, whatever the guesses.
/// </summary>
internal sealed class RecordRangePart : FeedPart
{
    /// <summary>Read before a range, so that a record end is recognised of which only the last byte is in the range.</summary>
    public const int Before = 64;

    /// <summary>So many arrays inside of a record may be taken for the array of the records, before a guess is given up.</summary>
    private const int Attempts = 64;

    /// <summary>
    /// A guess that leads this far out of its range is given up: from a wrong one on, all may seem to be one record.
    /// </summary>
    private const long MostBeyond = 512 << 10;

    /// <summary>More wrong guesses than this, and than one in four, end the guessing: it would cost more than it saves.</summary>
    private const int Patience = 16;

    private readonly FeedPartOptions _options;
    private readonly long _start;
    private readonly object _gate = new();
    private readonly RecordSlicer _slicer;
    private volatile CutFinder? _finder;
    private volatile Exception? _failure;
    private volatile bool _settled;
    private volatile int _turn;
    private int _claimed;

    /// <summary>Belongs, like the slicer, to the thread whose turn it is.</summary>
    private SlicePlace _place;
    private volatile int _guesses;
    private int _wrongGuesses;

    public RecordRangePart(FeedFile file, int start, FeedPartOptions options)
        : base(file)
    {
        _options = options;
        _start = start;
        _slicer = RecordSlicer.Create(file.Path, options);
        _place = new SlicePlace(start, RecordStart: -1, IsSkipping: false, Records: 0);
        // One at least: an empty file has to be found incomplete.
        Chunks = checked((int)Math.Max(1, (file.Length - start + options.ChunkBytes - 1) / options.ChunkBytes));
        file.CountRead(start);
    }

    public override int Chunks { get; }

    /// <summary>For tests: guesses also where the truth is known already.</summary>
    internal bool GuessesAlways { get; init; }

    /// <summary>For tests: how many ranges were cut from a guess on.</summary>
    internal int Guesses => _guesses;

    /// <summary>For tests: how many of them had to be cut again.</summary>
    internal int WrongGuesses => Volatile.Read(ref _wrongGuesses);

    public override bool IsParallel => true;

    public override bool IsSettled => _settled;

    public override bool TryRead(FeedChunk chunk, CancellationToken cancellationToken)
    {
        // Read first, so that the counter cannot overflow however often the end is asked for.
        if (Volatile.Read(ref _claimed) >= Chunks || Interlocked.Increment(ref _claimed) - 1 is var range && range >= Chunks)
            return false;
        try
        {
            ReadRange(chunk, range, cancellationToken);
            return true;
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
    }

    public override void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(RecordRangePart)));
        base.Dispose();
    }

    private void ReadRange(FeedChunk chunk, int range, CancellationToken cancellationToken)
    {
        var from = _start + ((long)range * _options.ChunkBytes);
        var to = Math.Min(from + _options.ChunkBytes, File.Length);
        var isLast = range == Chunks - 1;
        var window = new RangeWindow(File, _options, chunk, Math.Max(_start, from - Before), to);
        var guess = isLast || (_turn == range && !GuessesAlways) ? null : Guess(window, from, cancellationToken);
        AwaitTurn(range, cancellationToken);
        if (guess is not { } guessed || !TryAccept(guessed))
            Slice(window, isLast, cancellationToken);
        window.Detach(_slicer.Context);
        chunk.Sequence = range;
        File.CountRead(to - from);
        if (isLast)
        {
            File.EnsureUnchanged();
            File.Dispose();
            _settled = true;
        }

        PassTurn();
    }

    /// <summary>Cuts a range from where its first record seems to begin; null if that leads nowhere.</summary>
    private GuessedRange? Guess(RangeWindow window, long from, CancellationToken cancellationToken)
    {
        if (_finder is not { } finder || Volatile.Read(ref _wrongGuesses) > Patience + (_guesses / 4))
            return null;
        var at = window.IndexOf(from);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var cut = finder.Find(window.Text, at);
            if (cut < 0 || window.Position(cut) > window.To)
                return null;
            var begin = window.Position(cut);
            var slicer = _slicer.Fork();
            window.MoveTo(new SlicePlace(begin, RecordStart: -1, IsSkipping: false, Records: 0));
            if (!TryScan(window, slicer, cancellationToken))
                break;
            if (!slicer.HasLeft && window.Place.IsClean && slicer.IsBetweenRecords)
                return new GuessedRange(begin, window.Place);
            if (!slicer.HasLeft)
                break;

            // What seemed to be the records was something inside of one, and is at its end here.
            at = window.At;
        }

        Interlocked.Increment(ref _wrongGuesses);
        return null;
    }

    private static bool TryScan(RangeWindow window, RecordSlicer slicer, CancellationToken cancellationToken)
    {
        try
        {
            return Scan(window, slicer, window.To + MostBeyond, cancellationToken);
        }
        catch (FeedRefusedException)
        {
            // Either the guess was wrong, or the slicer that knows the file will find the same.
            return false;
        }
    }

    /// <summary>Cuts to the end of the range. False: the last record's end is not to be had before a place in the file.</summary>
    private static bool Scan(RangeWindow window, RecordSlicer slicer, long most, CancellationToken cancellationToken)
    {
        while (true)
        {
            slicer.Scan(window);
            if (window.IsClosed || window.IsLast || slicer.HasLeft || window.IsThrough)
                return true;
            if (window.Position(window.End) >= most || !window.TryExtend(cancellationToken))
                return false;
        }
    }

    /// <summary>Whether the slicer that knows the file would begin here too: then it would find the same records.</summary>
    private bool TryAccept(GuessedRange guess)
    {
        _guesses++;
        if (_place.IsClean && _place.At == guess.Begin && _slicer.IsBetweenRecords)
        {
            _place = guess.End with { Records = _place.Records + guess.End.Records };
            return true;
        }

        Interlocked.Increment(ref _wrongGuesses);
        return false;
    }

    private void Slice(RangeWindow window, bool isLast, CancellationToken cancellationToken)
    {
        if (_place.At >= window.To && !isLast)
        {
            // A record, or what is outside of the records, fills the whole range.
            window.Empty();
            return;
        }

        window.MoveTo(_place);
        Scan(window, _slicer, most: long.MaxValue, cancellationToken);
        if (isLast)
            Complete(window);
        _place = window.Place;
        if (window.HasRecords && _place.IsClean && _slicer.IsBetweenRecords)
            _finder = _slicer.LearnCut(window.Text, window.LastRecord, window.At) ?? _finder;
    }

    private void Complete(RangeWindow window)
    {
        // A record over the limit is longer than a range, so that none ends in the last range and leaves something behind it.
        if (window.IsClosed || !window.IsLast)
            throw new InvalidOperationException($"{File.Path} was not cut to its end.");
        _slicer.Complete(window);
    }

    private void AwaitTurn(int range, CancellationToken cancellationToken)
    {
        if (_turn == range)
            return;
        lock (_gate)
        {
            while (_turn != range)
            {
                if (_failure is { } failure)
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
                Monitor.Wait(_gate, millisecondsTimeout: 100);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private void PassTurn()
    {
        lock (_gate)
        {
            _turn++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Those who wait for their turn would wait for ever.</summary>
    private void Fail(Exception exception)
    {
        lock (_gate)
        {
            _failure ??= exception;
            Monitor.PulseAll(_gate);
        }
    }

    private readonly record struct GuessedRange(long Begin, SlicePlace End);
}
