using Reshelve.Benchmarks;
using Reshelve.Benchmarks.Micro;

try
{
    switch (args)
    {
        case ["-h" or "--help", ..]:
            Console.WriteLine(BenchOptions.Usage);
            return 0;
        case ["micro", .. var filter]:
            MicroBenchmarks.Run(filter);
            return 0;
        default:
            return new Suite(BenchOptions.Parse(args), TimeProvider.System).Run();
    }
}
catch (FormatException problem)
{
    Console.Error.WriteLine($"{problem.Message}\n\n{BenchOptions.Usage}");
    return 2;
}
