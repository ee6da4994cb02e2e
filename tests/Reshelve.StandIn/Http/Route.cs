namespace Reshelve.StandIn.Http;

/// <summary>One kind of call.</summary>
/// <param name="Methods">Its methods, separated by spaces.</param>
/// <param name="Template">Its path without the first slash; <c>{index}</c> stands for any part that does not begin with an underscore.</param>
/// <param name="Answer">Answers it; it is called with the cluster locked.</param>
internal sealed record Route(string Methods, string Template, Func<Call, Answer> Answer)
{
    private readonly string[] _parts = Template.Length == 0 ? [] : Template.Split('/');

    public bool Takes(string method) => Methods.Split(' ').Contains(method) || (method == "HEAD" && Methods.Split(' ').Contains("GET"));

    /// <summary>The parts that stand for placeholders, or null where the path is another.</summary>
    public Dictionary<string, string>? Match(IReadOnlyList<string> segments)
    {
        if (segments.Count != _parts.Length)
            return null;
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i].StartsWith('{'))
            {
                if (_parts[i] == "{index}" && segments[i].StartsWith('_') && segments[i] != "_all")
                    return null;
                named[_parts[i][1..^1]] = segments[i];
            }
            else if (_parts[i] != segments[i])
            {
                return null;
            }
        }

        return named;
    }
}
