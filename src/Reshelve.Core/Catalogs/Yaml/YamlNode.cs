namespace Reshelve.Catalogs.Yaml;

/// <summary>A piece of a YAML document, with the place where it is written. Lines and columns count from 1.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Noun { get; }
}

/// <summary>A single value.</summary>
/// <param name="Value">Its text, without quotes.</param>
/// <param name="Plain">Whether it is written without quotes, so that <c>null</c> means nothing and <c>true</c> a truth
/// value.</param>
internal sealed record YamlScalar(string Value, bool Plain, int Line, int Column) : YamlNode(Line, Column)
{
    public bool IsNull => Plain && Value is "" or "~" or "null" or "Null" or "NULL";

    public override string Noun => "a single value";
}

/// <summary>A list of values.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Noun => "a list";
}

/// <summary>Keys with their values, in the order written; a key may wrongly come twice.</summary>
internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Noun => "a group of keys";

    /// <summary>The key as written, or null: for errors about how keys go together.</summary>
    public YamlScalar? FindKey(string name)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Value == name)
                return entry.Key;
        }

        return null;
    }
}

/// <summary>One key with its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);
