using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary>Words of a text field that begin so; all rank alike.</summary>
internal sealed class WordPrefixQuery(string field, string prefix) : Query
{
    public override double? Score(StoredDocument document) =>
        document.Content(field) is { } content && content.Tokens.Any(token => token.Term.StartsWith(prefix, StringComparison.Ordinal)) ? Boost : null;

    public override void Mark(StoredDocument document, string named, ISet<int> marked)
    {
        if (named != field || document.Content(field) is not { } content)
            return;
        for (var i = 0; i < content.Tokens.Count; i++)
        {
            if (content.Tokens[i].Term.StartsWith(prefix, StringComparison.Ordinal))
                marked.Add(i);
        }
    }
}
