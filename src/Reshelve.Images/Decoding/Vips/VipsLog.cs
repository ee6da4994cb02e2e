using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reshelve.Images.Decoding.Vips;

/// <summary>
/// Takes what the libraries log, which they would write to standard error for every odd picture. Some decoders give the reason for a refusal
/// nowhere else. Like the errors
/// of libvips, there is one log in a process.
/// </summary>
internal static unsafe class VipsLog
{
    // G_LOG_LEVEL_ERROR and G_LOG_FLAG_FATAL: the process ends after these.
    private const int Fatal = 4 | 2;
    private const int Most = 4;

    private static readonly ConcurrentQueue<string> Messages = new();

    /// <summary>Takes messages from now on.</summary>
    public static void Start() => VipsNative.g_log_set_default_handler(&Add, 0);

    /// <summary>Takes the messages that have come since the last time; not more than a few.</summary>
    public static IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (Messages.TryDequeue(out var message))
            taken.Add(message);
        return taken;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Add(byte* domain, int level, byte* message, nint data)
    {
        var text = Marshal.PtrToStringUTF8((nint)message) ?? "";
        if ((level & Fatal) != 0)
            Console.Error.WriteLine(text);
        else if (Messages.Count < Most)
            Messages.Enqueue(text);
    }
}
