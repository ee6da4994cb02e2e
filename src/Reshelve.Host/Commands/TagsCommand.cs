using System.CommandLine;
using Reshelve.Host.Output;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve tags</c>: how the pictures of a catalog stand.</summary>
internal static class TagsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var failed = new Option<bool>("--failed") { Description = "List the pictures that could not be had, why, and documents that have them" };
        var command = new Command("tags", "Show how far a catalog's pictures are fetched and tagged, what is owed, and what was spared") { catalog, failed };
        globals.SetAction(command, (session, parsed) => RunAsync(session, parsed.GetRequiredValue(catalog), parsed.GetValue(failed)));
        globals.AddExamples(
            command,
            ("reshelve tags products", "coverage, debt, and calls of the tagger that were spared"),
            ("reshelve tags products --failed", "which pictures could not be had, and why"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string catalog, bool failed)
    {
        await using var workspace = session.Open();
        var definition = Selection.One(workspace, catalog, session);
        using var stop = StopSignal.Listen(session.Terminal, session.Json);
        var images = workspace.CreateImages();
        if (!failed)
        {
            Write(session, await images.StandingAsync(definition, stop.Token));
            return ExitCodes.Done;
        }

        var any = false;
        await foreach (var failing in images.FailingAsync(definition, stop.Token))
        {
            any = true;
            Write(session, failing);
        }

        if (!any && !session.Json)
            session.Terminal.Out.WriteLine($"{catalog}: every picture could be had the last time it was asked for.");
        return ExitCodes.Done;
    }

    private static void Write(Session session, ImageStanding standing)
    {
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, standing.Catalog);
                writer.WriteString("index"u8, standing.Index);
                writer.WriteString("tagger"u8, standing.Tagger?.Name);
                writer.WriteString("taggerVersion"u8, standing.Tagger?.Version);
                writer.WriteNumber("documents"u8, standing.Documents.Documents);
                writer.WriteNumber("owed"u8, standing.Documents.Owed);
                writer.WriteNumber("pending"u8, standing.Documents.Pending);
                writer.WriteNumber("references"u8, standing.References.References);
                writer.WriteNumber("had"u8, standing.References.Had);
                writer.WriteNumber("failing"u8, standing.References.Failing);
                writer.WriteNumber("due"u8, standing.References.Due);
                writer.WriteNumber("files"u8, standing.Pictures.Pictures);
                writer.WriteNumber("pictures"u8, standing.Pictures.Pixels);
                writer.WriteNumber("tagged"u8, standing.Pictures.Tagged);
                writer.WriteNumber("callsSaved"u8, standing.CallsSaved);
            });
            return;
        }

        var output = session.Terminal.Out;
        var (documents, references, pictures) = (standing.Documents, standing.References, standing.Pictures);
        output.WriteLine($"{standing.Catalog}: {Quantity.Count(documents.Documents, "document")} of {standing.Index} with pictures");
        output.WriteLine($"  addresses   {Quantity.Count(references.References)}, of which {Quantity.Count(references.Had)} fetched, {Quantity.Count(references.Failing)} failing, {Quantity.Count(references.Due)} due to be asked for again");
        output.WriteLine($"  pictures    {Quantity.Count(pictures.Pixels)} different ones in {Quantity.Count(pictures.Pictures, "file")}");
        output.WriteLine(standing.Tagger is { } tagger
            ? $"  tagger      {tagger.Name}, version {tagger.Version}: {Quantity.Count(pictures.Tagged)} of {Quantity.Count(pictures.Pixels)} tagged, {Quantity.Count(standing.CallsSaved, "call")} spared"
            : "  tagger      none");
        output.WriteLine(documents.Owed + documents.Pending > 0
            ? session.Terminal.Warning($"  owed        {Quantity.Count(documents.Owed, "document")}; {Quantity.Count(documents.Pending)} to be looked at again. The next sync does it, or {session.Hint.For("enrich", standing.Catalog)}")
            : "  owed        nothing");
        if (references.Failing > 0)
            output.WriteLine($"  failing     see {session.Hint.For("tags", standing.Catalog, "--failed")}");
    }

    private static void Write(Session session, FailingImage failing)
    {
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("location"u8, failing.Location);
                writer.WriteString("reason"u8, failing.Reason);
                writer.WriteBoolean("triedAgainByTheNextRun"u8, failing.IsTransient);
                writer.WriteNumber("failures"u8, failing.Failures);
                JsonOutput.WriteTexts(writer, "documents", failing.Documents);
            });
            return;
        }

        var output = session.Terminal.Out;
        output.WriteLine($"{Printable.Excerpt(failing.Location, 200)}");
        output.WriteLine($"  {session.Terminal.Warning(Printable.Line(failing.Reason))}");
        output.WriteLine($"  of {string.Join(", ", failing.Documents.Select(id => Printable.Excerpt(id, 60)))}; {(failing.IsTransient ? "the next run tries again" : "tried again when it is due")}");
    }
}
