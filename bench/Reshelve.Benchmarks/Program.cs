using Reshelve.Benchmarks.Feeds;

var library = new FeedLibrary(args[0], long.Parse(args[1]), Console.WriteLine);
foreach (var variant in Enum.GetValues<FeedVariant>())
{
    var t = System.Diagnostics.Stopwatch.GetTimestamp();
    var path = library.PathOf(variant);
    Console.WriteLine($"{variant} {new FileInfo(path).Length:N0} {System.Diagnostics.Stopwatch.GetElapsedTime(t)}");
}
Console.WriteLine(library.ExpectedDelta);
