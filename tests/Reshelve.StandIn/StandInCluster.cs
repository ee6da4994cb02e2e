using System.Text.Json.Nodes;
using Reshelve.StandIn.Faults;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Searching;

namespace Reshelve.StandIn;

/// <summary>What all nodes share. Every call is answered with <see cref="Gate"/> held, one after the other.</summary>
internal sealed class StandInCluster(StandInOptions options, StandInFaults faults)
{
    private readonly Random _random = new(options.Seed);

    public StandInOptions Options => options;

    public ServerFlavor Flavor => options.Flavor;

    public StandInFaults Faults => faults;

    public Lock Gate { get; } = new();

    public SortedDictionary<string, StandInIndex> Indexes { get; } = new(StringComparer.Ordinal);

    public OpenSearches Searches { get; } = new(options.Time);

    public WriteCounters Writes { get; } = new();

    /// <summary>Nodes that answer.</summary>
    public int Nodes { get; set; } = options.Nodes;

    /// <summary>A text such as servers give to nodes and indexes.</summary>
    public string NewId()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    public StandInIndex Make(string name, JsonObject settings)
    {
        IndexNames.Validate(name);
        if (Indexes.TryGetValue(name, out var existing))
        {
            throw new Refusal(400, "resource_already_exists_exception", $"index [{name}/{existing.Uuid}] already exists")
            {
                Details = new() { ["index_uuid"] = existing.Uuid, ["index"] = name },
            };
        }

        if (IsAlias(name))
            throw IndexNames.Invalid(name, "already exists as alias");
        return new(name, NewId(), settings, options);
    }

    public bool IsAlias(string name) => Indexes.Values.Any(index => index.Aliases.ContainsKey(name));

    /// <summary>The indexes that a comma list of names, aliases and patterns stands for, each once; empty or <c>_all</c>: all.</summary>
    /// <param name="expression">The list.</param>
    /// <param name="resource">What a refusal calls it.</param>
    /// <exception cref="Refusal">A name without a wildcard stands for nothing.</exception>
    public IReadOnlyList<StandInIndex> Resolve(string expression, string resource = "index_or_alias")
    {
        if (expression is "" or "_all")
            return [.. Indexes.Values];
        var found = new List<StandInIndex>();
        foreach (var part in expression.Split(','))
        {
            var matching = Indexes.Values
                .Where(index => IndexNames.IsMatch(part, index.Name) || index.Aliases.Keys.Any(alias => IndexNames.IsMatch(part, alias))).ToList();
            if (matching.Count == 0 && !part.Contains('*'))
                throw Refusal.NoIndex(part, resource);
            found.AddRange(matching.Except(found));
        }

        return found;
    }

    /// <summary>The indexes that a call's path stands for, as lenient as it asks to be.</summary>
    public IReadOnlyList<StandInIndex> Resolve(Call call)
    {
        var found = call.Flag("ignore_unavailable") && call.Index.Length > 0 ? Present(call.Index) : Resolve(call.Index);
        return found.Count == 0 && call.Text("allow_no_indices") == "false" ? throw Refusal.NoIndex(call.Index) : found;
    }

    private StandInIndex[] Present(string expression) =>
        [.. expression.Split(',').Where(part => part.Contains('*') || Indexes.ContainsKey(part) || IsAlias(part)).SelectMany(part => Resolve(part)).Distinct()];

    /// <summary>The one index that a name stands for.</summary>
    public StandInIndex One(string name)
    {
        var found = Resolve(name, "index_expression");
        return found.Count == 1
            ? found[0]
            : throw Refusal.BadArgument(
                $"alias [{name}] has more than one index associated with it [{string.Join(", ", found.Select(index => index.Name))}], can't execute a single index op");
    }
}
