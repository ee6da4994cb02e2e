using System.Text.Json.Nodes;
using Reshelve.StandIn.Analysis;

namespace Reshelve.StandIn.Mapping;

/// <summary>What one index knows of its documents' fields.</summary>
internal sealed class IndexMapping(Analyzers analyzers)
{
    private ObjectMapping _root = new("", []);
    private Dictionary<string, FieldMapping> _fields = new(StringComparer.Ordinal);

    public MappingReader Reader { get; } = new(analyzers);

    public ObjectMapping Root => _root;

    public JsonObject Shown() => _root.Shown();

    /// <summary>The field of this full name, or null.</summary>
    public FieldMapping? Find(string path) => _fields.GetValueOrDefault(path);

    /// <summary>The fields that a name or pattern stands for, as queries over several fields take them.</summary>
    public IEnumerable<FieldMapping> Matching(string pattern) => pattern.Contains('*')
        ? _fields.Values.Where(field => Indexing.IndexNames.IsMatch(pattern, field.Path))
        : _fields.TryGetValue(pattern, out var field) ? [field] : [];

    /// <summary>Adds a definition whole, or nothing of it.</summary>
    public void Add(JsonObject definition)
    {
        var next = new ObjectMapping("", []);
        Reader.AddRoot(next, Shown());
        Reader.AddRoot(next, definition);
        Take(next);
    }

    private void Take(ObjectMapping root)
    {
        _root = root;
        _fields = root.All().ToDictionary(field => field.Path, StringComparer.Ordinal);
    }
}
