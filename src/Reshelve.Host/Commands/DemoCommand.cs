using System.CommandLine;
using Reshelve.Host.Demo;
using Reshelve.Host.Output;
using Reshelve.Searching;

namespace Reshelve.Host.Commands;

/// <summary>
/// <c>reshelve demo</c>: the whole way on a sample shop. Every line that begins with <c>$</c> is a command that does the same.
/// </summary>
internal static class DemoCommand
{
    private const string Query = "rain jacket";

    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var folder = new Option<string?>("--folder") { Description = "Where to make the sample workspace (default: in the temporary folder)", HelpName = "folder" };
        var command = new Command("demo", "Show the whole way on a sample shop: two feeds, a plan, a sync, a search") { folder };
        globals.SetAction(command, (session, parsed) => RunAsync(session, parsed.GetValue(folder)));
        globals.AddExamples(
            command,
            ("reshelve demo", "in the temporary folder"),
            ("reshelve demo --folder shop", "where you want to look around"));
        return command;
    }

    private static async Task<int> RunAsync(Session outer, string? folder)
    {
        var demo = DemoWorkspace.Create(folder);
        var session = outer.In(demo.Folder);
        const string catalog = DemoWorkspace.Catalog;
        Say(session, $"A sample shop with {Quantity.Count(SampleShop.Products)} products is in {session.Terminal.Bold(Printable.Line(demo.Folder))}:");
        Say(session, $"  catalogs/{catalog}.yaml  says what a product is\n  feeds/                  holds a full feed a day; the first is there\n");

        Show(session, "sync", catalog);
        var code = await new SyncVerb(session).RunAsync([catalog], new SyncOptions());
        if (code != ExitCodes.Done)
            return code;

        demo.ReceiveSecondFeed();
        Say(session, "\nThe next day's feed arrives. What would it change?\n");
        Show(session, "plan", catalog);
        code = await new SyncVerb(session).RunAsync([catalog], new SyncOptions { PlanOnly = true });
        if (code != ExitCodes.Rejected)
            return code;

        Say(session, "\nOnly that is written; the rest is not even parsed. (One record is broken: it is kept aside, and stops nothing.)\n");
        Show(session, "sync", catalog);
        code = await new SyncVerb(session).RunAsync([catalog], new SyncOptions());
        if (code != ExitCodes.Rejected)
            return code;

        Say(session, "");
        Show(session, "search", catalog, Query, "--filter", "price=..150", "--facet", "brand", "--limit", "3");
        code = await new SearchVerb(session).RunAsync(catalog, new SearchRequest
        {
            Query = Query, Filters = [new RangeFilter("price", null, "150")], Facets = ["brand"], Limit = 3,
        });
        SuggestNext(session, catalog);
        return code;
    }

    private static void SuggestNext(Session session, string catalog)
    {
        Say(session, "\nNow try:");
        Suggest("it sees that nothing changed", "sync", catalog);
        Suggest("the record that was kept aside", "rejected", catalog);
        Suggest("sorted, filtered, counted", "search", catalog, "boots", "--sort", "price", "--filter", "color=red,black", "--facet", "categories");
        Suggest("what happened so far", "runs", catalog);
        Suggest("a definition for a feed of your own", "init", "<feed>");

        void Suggest(string purpose, params string[] arguments) =>
            Say(session, $"  {session.Terminal.Dim($"# {purpose}")}\n  {session.Hint.For(arguments)}");
    }

    private static void Show(Session session, params string[] arguments) =>
        Say(session, session.Terminal.Dim("$ ") + session.Terminal.Bold(session.Hint.For(arguments)));

    private static void Say(Session session, string text)
    {
        if (session.Json)
            return;
        session.Terminal.Out.WriteLine(text);
        session.Terminal.Out.Flush();
    }
}
