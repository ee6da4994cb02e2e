using System.Collections.Concurrent;
using Reshelve.Enriching;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>
/// A thread with a worker process: takes pictures, gives them to its worker, and replaces a worker that died, was stopped or is old. It is a thread
/// of its own because the kernel ends a worker with the thread that started it.
/// </summary>
internal sealed class WorkerSlot
{
    private readonly DecoderOptions _options;
    private readonly BlockingCollection<PictureRequest> _requests;
    private readonly StartFailure _startFailure;
    private readonly WorkerDeadline _deadline = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerProcess? _worker;

    /// <summary>Starts the thread; the process is started for the first picture.</summary>
    public WorkerSlot(DecoderOptions options, BlockingCollection<PictureRequest> requests, StartFailure startFailure, int number)
    {
        (_options, _requests, _startFailure) = (options, requests, startFailure);
        new Thread(Work) { IsBackground = true, Name = $"image worker {number}" }.Start();
    }

    /// <summary>When the thread and its worker have ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Lets time pass for the worker; stops it when its time is over.</summary>
    public void Tick(TimeSpan elapsed) => _deadline.Tick(elapsed);

    /// <summary>Ends the worker, and with it the picture that it is at.</summary>
    public void Stop() => _deadline.Stop();

    private void Work()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            try
            {
                Decode(request);
            }
            catch (PictureException refusal)
            {
                request.Fail(refusal);
            }
            catch (Exception unexpected)
            {
                // Whatever it was, the worker's state is not known any more.
                EndWorker();
                request.Fail(unexpected);
            }
        }

        EndWorker();
        _ended.SetResult();
    }

    private void Decode(PictureRequest request)
    {
        if (request.IsDone)
            return;
        if (_worker is { } old && (old.HasExited || old.Pictures >= _options.PicturesPerWorker))
            EndWorker();
        var worker = _worker ??= Start();
        if (!request.GiveTo(worker))
            return;
        try
        {
            _deadline.Begin(worker, _options.Time);
            worker.Send(request);
            Take(request, worker.Receive());
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw Explain(worker, error);
        }
        finally
        {
            request.GiveTo(null);
            _deadline.End();
            // Whoever gave up on this picture has ended the worker, perhaps at the moment of its answer: the next picture must not find out.
            if (request.Done.IsCanceled || _deadline.IsOver)
                EndWorker();
        }
    }

    private void Take(PictureRequest request, ArraySegment<byte> frame)
    {
        switch ((WorkerAnswer)frame[0])
        {
            case WorkerAnswer.Decoded:
                request.Complete(WorkerProtocol.ReadPicture(frame.Array!, frame.Count, request.Renditions));
                break;
            case WorkerAnswer.Refused:
                throw new PictureException(WorkerProtocol.ReadMessage(frame));
            case WorkerAnswer.OutOfMemory:
                EndWorker();
                throw TooMuchMemory();
            default:
                throw new InvalidDataException("the answer is of no known kind");
        }
    }

    private WorkerProcess Start()
    {
        _startFailure.ThrowIfRecent();
        var worker = WorkerProcess.Start(_options);
        try
        {
            _deadline.Begin(worker, _options.StartTime);
            var frame = worker.Receive();
            if ((WorkerAnswer)frame[0] == WorkerAnswer.Ready)
                return worker;
            throw new PictureException(
                (WorkerAnswer)frame[0] == WorkerAnswer.Unusable ? WorkerProtocol.ReadMessage(frame) : "the decoder that was started is something else",
                isTransient: true);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or PictureException)
        {
            _deadline.End();
            var (exitCode, errors) = worker.WaitForExit();
            worker.Dispose();
            throw _startFailure.Note(error as PictureException ?? new PictureException(
                $"no decoder could be started: it ended with exit code {exitCode}{LastLine(errors)}", isTransient: true, error));
        }
        finally
        {
            _deadline.End();
        }
    }

    private PictureException Explain(WorkerProcess worker, Exception error)
    {
        ObjectDisposedException.ThrowIf(_deadline.IsStopped, typeof(VipsPictureDecoder));
        var timedOut = _deadline.IsOver;
        if (error is InvalidDataException)
            worker.Kill();
        var (exitCode, errors) = worker.WaitForExit();
        EndWorker();
        if (timedOut)
            return new PictureException($"the decoder was stopped: it took longer than {_options.Time.TotalSeconds} s", cause: error);
        if (error is InvalidDataException)
            return new PictureException($"the decoder was stopped: {error.Message}", cause: error);
        if (SaysOutOfMemory(errors))
            return TooMuchMemory();
        // Nothing in a picture does that: the system was short of memory, or someone did it by hand.
        if (exitCode == 128 + 9)
            return new PictureException("the decoder was killed from outside, perhaps because the machine was short of memory", isTransient: true, error);
        var how = exitCode > 128 ? $"signal {exitCode - 128}" : $"exit code {exitCode}";
        return new PictureException($"the decoder crashed over it ({how}{LastLine(errors)})", cause: error);
    }

    private PictureException TooMuchMemory() =>
        new($"the decoder was stopped: it needed more than {_options.Memory >> 20:N0} MB of memory");

    private static bool SaysOutOfMemory(string errors) =>
        errors.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || errors.Contains("OutOfMemory", StringComparison.Ordinal)
        || errors.Contains("failed to allocate", StringComparison.Ordinal) || errors.Contains("bad_alloc", StringComparison.Ordinal);

    private static string LastLine(string errors)
    {
        var line = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        line = string.Concat(line.Take(200).Select(character => char.IsControl(character) ? ' ' : character));
        return line.Length == 0 ? "" : $": {line}";
    }

    private void EndWorker()
    {
        _worker?.Dispose();
        _worker = null;
    }
}
