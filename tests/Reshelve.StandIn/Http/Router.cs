using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Http;

/// <summary>Finds what a call asks for, and answers it whatever happens.</summary>
internal sealed class Router(IReadOnlyList<Route> routes)
{
    public Answer Answer(Call call)
    {
        try
        {
            var found = Find(call);
            return found with { Body = FilterPath.Apply(found.Body, call.Text("filter_path")) };
        }
        catch (Refusal refusal)
        {
            return new(refusal.Status, refusal.ToBody());
        }
        catch (Exception other)
        {
            // A mistake of the stand-in, or a request that it did not expect: the test must see which.
            return new(500, new Refusal(500, "stand_in_exception", other.ToString()).ToBody());
        }
    }

    private Answer Find(Call call)
    {
        var allowed = new List<string>();
        foreach (var route in routes)
        {
            if (route.Match(call.Segments) is not { } named)
                continue;
            if (route.Takes(call.Method))
                return route.Answer(call with { Named = named });
            allowed.AddRange(route.Methods.Split(' '));
        }

        if (allowed.Count == 0)
            return new(400, new JsonObject { ["error"] = $"no handler found for uri [{call.Path}] and method [{call.Method}]" });
        return new(405, new JsonObject
        {
            ["error"] = $"Incorrect HTTP method for uri [{call.Path}] and method [{call.Method}], allowed: [{string.Join(", ", allowed.Distinct())}]",
            ["status"] = 405,
        });
    }
}
