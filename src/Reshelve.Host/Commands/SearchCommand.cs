using System.CommandLine;
using Reshelve.Searching;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve search</c>.</summary>
internal static class SearchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var query = new Argument<string[]>("query")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Words; '\"a phrase\"'; -word excludes (after --); wor* matches longer words. None: all documents",
        };
        var filter = Repeatable("--filter", "condition", "Only documents with field=value, field=a,b (either), field=10..20, 'field>=10' or 'field<=20'");
        var facet = Repeatable("--facet", "field", "Count the values of this field");
        var sort = Repeatable("--sort", "field[:desc]", "Order by this field instead of by score");
        var limit = new Option<int>("--limit", "-n") { Description = "How many hits", HelpName = "n", DefaultValueFactory = _ => 10 };
        var offset = new Option<int>("--offset") { Description = "How many hits to pass over", HelpName = "n" };
        var any = new Option<bool>("--any") { Description = "Any of the words is enough; more are better" };
        var highlight = new Option<bool>("--highlight") { Description = "Show where the words are" };
        var command = new Command("search", "Search a catalog's live index") { catalog, query, filter, facet, sort, limit, offset, any, highlight };
        globals.SetAction(command, (session, parsed) => new SearchVerb(session).RunAsync(parsed.GetRequiredValue(catalog), new SearchRequest
        {
            Query = string.Join(' ', parsed.GetValue(query) ?? []),
            Match = parsed.GetValue(any) ? TermMatch.Any : TermMatch.All,
            Filters = [.. Values(parsed, filter).Select(SearchSyntax.Filter)],
            Facets = [.. Values(parsed, facet).Distinct(StringComparer.Ordinal)],
            Sort = [.. Values(parsed, sort).Select(SearchSyntax.Sort)],
            Limit = Limits.Positive(parsed.GetValue(limit), "--limit"),
            Offset = Limits.NotNegative(parsed.GetValue(offset), "--offset"),
            Highlight = parsed.GetValue(highlight),
        }));
        globals.AddExamples(
            command,
            ("reshelve search products red shoes", "both words, the second perhaps unfinished"),
            ("reshelve search products 'trail shoe' --filter brand=Acme,Nord --filter price=50..120", "with conditions: all of them must hold"),
            ("reshelve search products --facet brand --sort price:desc --limit 3", "no words: all products, the dearest first"),
            ("reshelve search products -- shoe -leather", "without a word: -- comes before words that begin with a dash"));
        return command;
    }

    private static Option<string[]> Repeatable(string name, string valueName, string description) =>
        new(name) { Description = description + "; may be repeated", HelpName = valueName, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    private static string[] Values(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) ?? [];
}
