using System.Text.Json.Nodes;
using Reshelve.StandIn;
using Reshelve.Tests.Catalogs;

namespace Reshelve.Tests.OpenSearch.StandIn;

/// <summary>The stand-in answers as the real server did: all that was recorded, in the order in which it was.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task Every_recorded_exchange_is_answered_as_the_real_server_answered_it()
    {
        var recordings = Recording.All(SharedData.File("elasticsearch-recordings"));
        await using var server = await StandInServer.StartAsync(new() { ClusterName = "local-check" });
        using var client = new HttpClient { BaseAddress = server.Url };
        var state = new RecordedState(server, client);

        var differences = new List<string>();
        foreach (var recording in recordings)
            differences.AddRange(await DifferencesAsync(client, await state.PrepareAsync(recording)));

        recordings.Count.ShouldBeGreaterThan(50);
        differences.ShouldBeEmpty();
    }

    private static async Task<IEnumerable<string>> DifferencesAsync(HttpClient client, Recording recording)
    {
        using var request = recording.ToRequest();
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var differences = new List<string>();
        var status = (int)recording.Response["status"]!;
        if ((int)response.StatusCode != status)
            differences.Add($"{recording.Name}: {status}, not {(int)response.StatusCode}");
        foreach (var (name, value) in recording.Response["headers"]!.AsObject())
        {
            // Lengths follow from the bodies; that one is sent, also where the body is not, is what matters.
            if (Header(response, name) is var given && (name == "content-length" ? given is null or "0" : given != value!.ToString()))
                differences.Add($"{recording.Name}, header {name}: {value}, not {given ?? "none"}");
        }

        var body = recording.Response["body"];
        differences.AddRange(body is JsonValue
            ? AnswerComparison.Differences(recording.Name, body, text)
            : AnswerComparison.Differences(recording.Name, body, JsonNode.Parse(text)));
        return differences;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}
