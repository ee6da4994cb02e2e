using System.Net.Http.Headers;
using System.Text;
using Reshelve.StandIn;
using Reshelve.StandIn.Faults;

namespace Reshelve.Tests.OpenSearch.StandIn;

/// <summary>What was done to the real server between the recorded exchanges, and is done here to the stand-in.</summary>
internal sealed class RecordedState(StandInServer server, HttpClient client)
{
    private const string OnePlace = """{"settings":{"number_of_shards":1,"number_of_replicas":0%}}""";

    /// <summary>Prepares a recording, and gives it a body where only a description of it was recorded.</summary>
    public async Task<Recording> PrepareAsync(Recording recording)
    {
        switch (recording.Name[..2])
        {
            case "38":
                await SendAsync(HttpMethod.Put, "/acme_20261120020115/_doc/one?refresh=true", """{"title":"the only one"}""");
                break;
            case "47":
                await MakeAsync("acme_blocked", ""","blocks.write":true""");
                break;
            case "48":
                await SendAsync(HttpMethod.Put, "/acme_blocked/_settings", """{"index.blocks.write":null}""");
                server.FillDisk("acme_blocked");
                break;
            case "49":
                await MakeAsync("acme_wide", ""","mapping.total_fields.limit":20""");
                break;
            case "58":
                await MakeAsync("busy", "");
                server.Faults.Next(new Fault.Rejected());
                return recording with { Body = Actions("1") };
            case "59":
                server.Faults.Next(new Fault.ItemsRejected(id => id is "1" or "5" or "6"));
                return recording with { Body = Actions("1", "5", "6", "0", "2", "3") };
        }

        return recording;
    }

    private static string Actions(params string[] ids) => string.Concat(ids.Select(id => $$$"""{"index":{"_id":"{{{id}}}"}}""" + "\n{}\n"));

    private Task MakeAsync(string index, string settings) => SendAsync(HttpMethod.Put, $"/{index}", OnePlace.Replace("%", settings, StringComparison.Ordinal));

    private async Task SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
