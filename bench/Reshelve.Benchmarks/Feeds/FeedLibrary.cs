namespace Reshelve.Benchmarks.Feeds;

/// <summary>The feeds that are benchmarked.</summary>
internal enum FeedVariant
{
    /// <summary>What the ledger knows, as JSON Lines.</summary>
    Base,

    /// <summary>The base feed under another name, so that nothing but its content tells that it is the same.</summary>
    Unchanged,

    /// <summary>1 % changed, 0.5 % new, 0.5 % removed.</summary>
    Delta,

    /// <summary>The base feed in random order.</summary>
    Shuffled,

    /// <summary>The base feed with every byte changed and no document.</summary>
    Respelled,

    /// <summary>The base feed, compressed.</summary>
    Gzip,

    /// <summary>The base feed as a JSON array.</summary>
    Json,

    /// <summary>The base feed as CSV.</summary>
    Csv,

    /// <summary>The base feed as XML.</summary>
    Xml,
}

/// <summary>The feeds of one size: made when they are first asked for, and kept for later runs.</summary>
internal sealed class FeedLibrary(string dataFolder, long records, Action<string> log)
{
    /// <summary>Counts up whenever the generator makes other bytes, so that no old file is taken for a new one.</summary>
    private const int GeneratorVersion = 1;

    private readonly string _folder = Path.Combine(dataFolder, "feeds", $"v{GeneratorVersion}-{records}");

    /// <summary>The records of the base feed.</summary>
    public long Records => records;

    /// <summary>What the delta must be found to contain.</summary>
    public ChangeCounts ExpectedDelta => field ??= new DeltaSequence(records).Expected();

    /// <summary>The path of a feed, which is complete when this returns.</summary>
    public string PathOf(FeedVariant variant)
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, FileName(variant));
        if (File.Exists(path))
            return path;
        log($"making {path}");
        Make(variant, path);
        return path;
    }

    private void Make(FeedVariant variant, string path)
    {
        switch (variant)
        {
            case FeedVariant.Unchanged:
                File.CreateSymbolicLink(path, PathOf(FeedVariant.Base));
                break;
            case FeedVariant.Gzip:
                FeedFileWriter.Compress(path, PathOf(FeedVariant.Base));
                break;
            default:
                FeedFileWriter.Write(path, SequenceOf(variant), NotationOf(variant));
                break;
        }
    }

    private RecordSequence SequenceOf(FeedVariant variant) => variant switch
    {
        FeedVariant.Delta => new DeltaSequence(records),
        FeedVariant.Shuffled => new ShuffledSequence(records),
        _ => new BaseSequence(records),
    };

    private static Notation NotationOf(FeedVariant variant) => variant switch
    {
        FeedVariant.Respelled => new RespelledNotation(),
        FeedVariant.Json => new JsonNotation(array: true),
        FeedVariant.Csv => new CsvNotation(),
        FeedVariant.Xml => new XmlNotation(),
        _ => new JsonNotation(array: false),
    };

    private static string FileName(FeedVariant variant) => variant.ToString().ToLowerInvariant() + variant switch
    {
        FeedVariant.Gzip => ".jsonl.gz",
        FeedVariant.Json => ".json",
        FeedVariant.Csv => ".csv",
        FeedVariant.Xml => ".xml",
        _ => ".jsonl",
    };
}
