using Reshelve.Host;
using Reshelve.Host.Output;

return await CommandLine.RunAsync(args, Terminal.OfProcess(), TimeProvider.System);
