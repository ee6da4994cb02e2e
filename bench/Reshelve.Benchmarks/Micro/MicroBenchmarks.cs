using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Runs the micro-benchmarks.</summary>
internal static class MicroBenchmarks
{
    /// <summary>Runs those whose name contains one of these texts; all without any.</summary>
    public static void Run(IReadOnlyList<string> filters)
    {
        // In this process: it has the program's own runtime settings, and needs no second build.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts/bench/micro"));
        string[] patterns = filters.Count == 0 ? ["*"] : [.. filters.Select(filter => $"*{filter}*")];
        BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(["--filter", .. patterns], config);
    }
}
