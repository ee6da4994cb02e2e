using System.ComponentModel;
using System.Diagnostics;
using Reshelve.Enriching;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>A worker as it is seen from the program. Used by one thread, except for <see cref="Kill"/>.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // What the runtime and the loaders of libraries need to know, and nothing that anyone keeps secrets in.
    private static readonly string[] Inherited =
    [
        "PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DOTNET_ROOT", "DOTNET_ROOT_X64",
        "DOTNET_ROOT_ARM64",
    ];

    private static readonly (string Name, string Value)[] Settings =
    [
        // Less memory and a faster start; none of these changes what is computed.
        ("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_TieredPGO", "0"), ("DOTNET_EnableDiagnostics", "0"),
        // Its file in memory would be larger than a worker's files may be.
        ("DOTNET_EnableWriteXorExecute", "0"),
        // Nor may it write what it decodes to a file, however large: that is what the limit on memory is for.
        ("VIPS_DISC_THRESHOLD", "8g"),
    ];

    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly ErrorTail _errors;
    private readonly Lock _ending = new();
    private byte[] _buffer = [];
    private bool _isDisposed;

    private WorkerProcess(Process process)
    {
        _process = process;
        (_input, _output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        _errors = new ErrorTail(process.StandardError);
    }

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>How many pictures it was sent.</summary>
    public int Pictures { get; private set; }

    /// <summary>Whether it is gone.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts one; it is ready when <see cref="Receive"/> says so.</summary>
    /// <remarks>The calling thread must live for as long as the worker: the kernel ends the worker with the thread that started it.</remarks>
    /// <exception cref="PictureException">The program could not be started.</exception>
    public static WorkerProcess Start(DecoderOptions options)
    {
        var start = new ProcessStartInfo(options.Command[0], [.. options.Command.Skip(1), .. ImageWorker.Arguments(options.Memory)])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var inherited = Inherited.Select(name => (name, Environment.GetEnvironmentVariable(name))).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited.Where(variable => variable.Item2 is not null))
            start.Environment[name] = value;
        foreach (var (name, value) in Settings)
            start.Environment[name] = value;
        foreach (var (name, value) in options.TestEnvironment)
            start.Environment[name] = value;
        try
        {
            return new WorkerProcess(Process.Start(start)!);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            throw new PictureException($"no decoder could be started: {options.Command[0]}: {error.Message}", isTransient: true, error);
        }
    }

    /// <summary>Sends it a picture.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    public void Send(PictureRequest request)
    {
        Pictures++;
        var header = WorkerProtocol.RequestHeader(request.File.Length, request.Renditions, request.MaxPixels);
        _input.Write(header);
        _input.Write(request.File.Span);
        _input.Flush();
    }

    /// <summary>Waits for its next answer.</summary>
    /// <returns>The frame, until the next call.</returns>
    /// <exception cref="IOException">It is gone.</exception>
    /// <exception cref="InvalidDataException">It makes no sense.</exception>
    public ArraySegment<byte> Receive()
    {
        if (_buffer.Length > 4 << 20)
            _buffer = [];
        var length = WorkerProtocol.ReadFrame(_output, ref _buffer);
        return length > 0 ? new(_buffer, 0, length) : throw new EndOfStreamException();
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        lock (_ending)
        {
            if (!_isDisposed && !_process.HasExited)
                _process.Kill();
        }
    }

    /// <summary>Waits until it is gone, ends it if that takes long, and says how it ended.</summary>
    public (int ExitCode, string Errors) WaitForExit()
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(2)))
            Kill();
        _process.WaitForExit();
        return (_process.ExitCode, _errors.Take());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        lock (_ending)
        {
            _isDisposed = true;
            _process.Dispose();
        }
    }
}
