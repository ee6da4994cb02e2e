using Reshelve.Host;
using Reshelve.Host.Output;
using Reshelve.Images.Decoding.Workers;

// First of all, because it must be fast: a worker that decodes pictures, started by the program itself.
if (args is [ImageWorker.Verb, .. var arguments])
    return ImageWorker.Run(arguments);
return await CommandLine.RunAsync(args, Terminal.OfProcess(), TimeProvider.System);
