using System.Diagnostics;

namespace Reshelve.SystemTests;

/// <summary>
/// A library that is loaded before the system's own and kills the process at a call that changes files, counted over all its threads
/// (<c>strace</c> can kill at a call too, but counts per thread). A write is killed when half of it is done.
/// </summary>
internal sealed class KillingLibrary
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <stdatomic.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/types.h>
        #include <unistd.h>
        #include <sys/stat.h>

        static atomic_long calls;
        static long kill_at = -1;
        static int kinds = -1;

        __attribute__((constructor)) static void start(void) {
            const char *at = getenv("RESHELVE_KILL_AT");
            const char *log = getenv("RESHELVE_KILL_LOG");
            if (at) kill_at = atol(at);
            if (log) kinds = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        }

        static int reached(char kind) {
            long number = atomic_fetch_add(&calls, 1);
            if (kinds >= 0 && write(kinds, &kind, 1) != 1) abort();
            return number == kill_at;
        }

        static void end(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

        #define NEXT(name) static __typeof__(name) *next; if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
        #define CALL(kind, name, parameters, arguments) \
            int name parameters { NEXT(name); if (reached(kind)) end(); return next arguments; }

        CALL('r', rename, (const char *from, const char *to), (from, to))
        CALL('u', unlink, (const char *path), (path))
        CALL('u', rmdir, (const char *path), (path))
        CALL('m', mkdir, (const char *path, mode_t mode), (path, mode))
        CALL('s', fsync, (int file), (file))
        CALL('s', fdatasync, (int file), (file))
        CALL('t', ftruncate, (int file, off_t length), (file, length))
        CALL('t', ftruncate64, (int file, off64_t length), (file, length))

        #define WRITE(name, type) ssize_t name(int file, const void *bytes, size_t count, type offset) { \
            NEXT(name); if (reached('w')) { next(file, bytes, count / 2, offset); end(); } return next(file, bytes, count, offset); }
        WRITE(pwrite, off_t)
        WRITE(pwrite64, off64_t)
        """;

    private readonly string _path;

    private KillingLibrary(string path) => _path = path;

    /// <summary>Builds it; a test that needs it is skipped where that cannot be done.</summary>
    public static KillingLibrary Build(TemporaryWorkspace workspace)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Calls are counted by a library that is loaded with LD_PRELOAD, which only Linux has.");
        var source = workspace.Write("kill/kill.c", Source);
        var path = workspace.PathOf("kill/kill.so");
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-O1", "-shared", "-fPIC", "-o", path, source, "-ldl"])
            {
                RedirectStandardError = true, UseShellExecute = false,
            })!;
            var errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.SkipUnless(compiler.ExitCode == 0, $"The C compiler could not build the library that counts calls: {errors}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Calls are counted by a small library, and there is no C compiler (cc) to build it; it is in Debian's package gcc.");
        }

        return new KillingLibrary(path);
    }

    /// <summary>The environment of a program whose calls are noted in a file, one letter each.</summary>
    public Dictionary<string, string?> Noting(string log) => new() { ["LD_PRELOAD"] = _path, ["RESHELVE_KILL_LOG"] = log, ["DOTNET_EnableDiagnostics"] = "0" };

    /// <summary>The environment of a program that is killed at its call of this number.</summary>
    public Dictionary<string, string?> KillingAt(int call) => new()
    {
        ["LD_PRELOAD"] = _path, ["RESHELVE_KILL_AT"] = call.ToString(System.Globalization.CultureInfo.InvariantCulture), ["DOTNET_EnableDiagnostics"] = "0",
    };
}
