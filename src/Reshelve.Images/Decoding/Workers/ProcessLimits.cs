using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reshelve.Images.Decoding.Workers;

/// <summary>Limits that a worker puts on itself before it sees a picture; the kernel holds it to them.</summary>
internal static partial class ProcessLimits
{
    // setrlimit(2); Linux and macOS agree on these.
    private const int FileSize = 1;
    private const int DataSize = 2;
    private const int CoreSize = 4;

    // prctl(2)
    private const int SetParentDeathSignal = 1;
    private const int SetNoNewPrivileges = 38;
    private const int Sigkill = 9;

    // signal(2): what is sent to who grows a file beyond the limit; Linux and macOS agree. It ends the process unless it is ignored.
    private const int FileSizeExceeded = 25;
    private const nint Ignore = 1;

    /// <summary>Puts them on. On systems without one of them the others hold, and the program still stops a worker that takes too long.</summary>
    /// <param name="memory">Bytes of memory, without what is only read from files.</param>
    public static void Apply(long memory)
    {
        if (OperatingSystem.IsWindows())
            return;
        Limit(CoreSize, 0);
        // No file grows by it: a loader that wants temporary files has found a picture that is too large. Who tries is told by an error, and may have
        // another way: the vector code of liborc, which shrinks pictures, does.
        _ = signal(FileSizeExceeded, Ignore);
        Limit(FileSize, 0);
        // The address space itself cannot be limited, for the runtime reserves much more of it than it uses.
        Limit(DataSize, memory);
        if (!OperatingSystem.IsLinux())
            return;
        _ = prctl(SetParentDeathSignal, Sigkill, 0, 0, 0);
        _ = prctl(SetNoNewPrivileges, 1, 0, 0, 0);
    }

    /// <summary>The process that started this one; 1 when it is gone.</summary>
    public static int Parent => OperatingSystem.IsWindows() ? 0 : getppid();

    /// <summary>
    /// Takes standard output for the protocol, and lets whatever else is written to it (by a library) go where errors go.
    /// </summary>
    /// <returns>The descriptor.</returns>
    public static int TakeStandardOutput()
    {
        var taken = dup(1);
        if (taken < 0 || dup2(2, 1) < 0)
            throw new IOException($"standard output could not be taken: {Marshal.GetLastPInvokeErrorMessage()}");
        return taken;
    }

    private static void Limit(int resource, long value)
    {
        var limit = new ResourceLimit { Current = (nuint)value, Most = (nuint)value };
        _ = setrlimit(resource, limit);
    }

    [LibraryImport("libc", SetLastError = true), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int setrlimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc"), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc", SetLastError = true), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc"), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int getppid();

    [LibraryImport("libc", SetLastError = true), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int dup(int descriptor);

    [LibraryImport("libc", SetLastError = true), UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int dup2(int from, int to);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public nuint Current;
        public nuint Most;
    }
}
