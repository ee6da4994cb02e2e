using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reshelve.Enriching;
using Reshelve.Images.Decoding.Vips;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>
/// A worker: this program, started by itself to decode what it is sent through a pipe. It opens no workspace, is given no secrets, and ends with the
/// process that started it.
/// </summary>
internal static class ImageWorker
{
    /// <summary>The argument that makes a worker of the program; no command that anyone else calls.</summary>
    public const string Verb = "image-worker";

    /// <summary>Set by tests: pictures that end in one of the words below make the worker do that.</summary>
    public const string TestVariable = "RESHELVE_TEST_IMAGE_WORKER";

    /// <summary>Makes a worker never answer.</summary>
    public const string Hang = "test: hang";

    /// <summary>Makes a worker answer with something else.</summary>
    public const string Nonsense = "test: nonsense";

    /// <summary>The arguments of a worker of this process.</summary>
    public static IEnumerable<string> Arguments(long memory) =>
        [Verb, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), memory.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Works until there is no more to do.</summary>
    /// <param name="arguments">What <see cref="Arguments"/> gave, without the verb.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var parent, var memory] || !int.TryParse(parent, out var parentId) || !long.TryParse(memory, out var bytes))
        {
            Console.Error.WriteLine($"'{Verb}' is not for people: the program starts it itself, to decode pictures.");
            return 2;
        }

        ProcessLimits.Apply(bytes);
        // Whoever died before the limits were there has not ended this process by dying.
        if (!OperatingSystem.IsWindows() && ProcessLimits.Parent != parentId)
            return 1;
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            EndWith(parentId);
        // A Ctrl-C goes to all processes of the terminal; this one is needed until the program is done with the picture.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, static context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true);
        using var input = Console.OpenStandardInput();
        using var output = OpenOutput();
        try
        {
            Work(input, output);
            return 0;
        }
        catch (IOException)
        {
            // The other end is gone.
            return 1;
        }
    }

    private static void Work(Stream input, Stream output)
    {
        try
        {
            VipsLibrary.Start();
        }
        catch (PictureException problem)
        {
            WorkerProtocol.WriteMessage(output, WorkerAnswer.Unusable, problem.Message);
            return;
        }

        WorkerProtocol.WriteMessage(output, WorkerAnswer.Ready, "");
        var mayTest = Environment.GetEnvironmentVariable(TestVariable) is not null;
        byte[] buffer = [];
        while (WorkerProtocol.ReadFrame(input, ref buffer) is >= 0 and var length)
        {
            var frame = buffer.AsSpan(0, length);
            if ((mayTest && !Test(frame, output)) || !Answer(frame, output))
                return;
            // One large picture must not weigh on all that follow.
            if (buffer.Length > 1 << 20)
                buffer = [];
        }
    }

    private static bool Answer(ReadOnlySpan<byte> frame, Stream output)
    {
        var start = WorkerProtocol.ReadRequest(frame, out var renditions, out var maxPixels);
        try
        {
            WorkerProtocol.WritePicture(output, PictureDecoding.Decode(frame[start..], renditions, maxPixels));
            return true;
        }
        catch (PictureException refusal)
        {
            WorkerProtocol.WriteMessage(output, WorkerAnswer.Refused, refusal.Message);
            return true;
        }
        catch (Exception error) when (error is OutOfMemoryException or VipsException { IsOutOfMemory: true })
        {
            WorkerProtocol.WriteMessage(output, WorkerAnswer.OutOfMemory, error.Message);
            return false;
        }
    }

    private static bool Test(ReadOnlySpan<byte> frame, Stream output)
    {
        if (frame.EndsWith("test: hang"u8))
            new ManualResetEventSlim().Wait();
        if (!frame.EndsWith("test: nonsense"u8))
            return true;
        output.Write("<html><body>Bad Gateway</body></html>"u8);
        output.Flush();
        return false;
    }

    private static Stream OpenOutput() =>
        OperatingSystem.IsWindows()
            ? Console.OpenStandardOutput()
            : new FileStream(new SafeFileHandle(ProcessLimits.TakeStandardOutput(), ownsHandle: true), FileAccess.Write, bufferSize: 0);

    // Where the kernel does not end a process with its parent.
    private static void EndWith(int parent) =>
        new Thread(() =>
        {
            using var never = new ManualResetEventSlim();
            while (ProcessLimits.Parent == parent)
                never.Wait(TimeSpan.FromSeconds(1));
            Environment.Exit(1);
        }) { IsBackground = true }.Start();
}
