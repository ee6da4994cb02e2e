using System.Diagnostics;
using System.Text;
using System.Globalization;
using Reshelve.Catalogs;
using Reshelve.Enriching;

namespace Reshelve.Tests.Images.Tagging;

public sealed class SampleTaggerTests
{
    [Fact]
    public async Task The_sample_tagger_answers_by_the_contract()
    {
        var sample = Path.Combine(Repository.Folder, "samples", "tagger", "tagger.py");
        using var python = Start("python3", sample, "0");
        Assert.SkipUnless(python is not null, "The sample tagger is run by python3, which is not here.");
        try
        {
            var line = await python.StandardOutput.ReadLineAsync();
            var port = int.Parse(line!.Split(' ')[^1], CultureInfo.InvariantCulture);
            var address = new Uri($"http://127.0.0.1:{port}/");
            var tagger = new TaggerBench().Tagger(new TaggerSettings { Kind = TaggerKind.Http, Url = address, Timeout = TaggerBench.LongTimeout });

            var results = await tagger.TagAsync(TaggerBench.Pictures(2), default);

            results.ShouldAllBe(r => r.Tags!.SequenceEqual(new[] { new Tag("landscape", 1), new Tag("png", 0.9), new Tag("small file", 0.5) }));
            using var http = new HttpClient();
            var id = new string('0', 64);
            using var content = new StringContent(
                $$"""{"tagger_contract":1,"tags":["square"],"pictures":[{"id":"{{id}}","format":"png","width":1,"height":1,"data":"!"},{"id":"{{id}}","format":"png","width":1,"height":1,"data":"AAAA"}]}""",
                Encoding.UTF8);
            using var response = await http.PostAsync(address, content);
            TaggerSchema.Check("answer", await response.Content.ReadAsByteArrayAsync());
        }
        finally
        {
            python.Kill();
        }
    }

    private static Process? Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
