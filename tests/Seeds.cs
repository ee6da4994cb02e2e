using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Reshelve.Tests;

/// <summary>
/// The seeds of the tests that draw what they try. They are the same each time, so that a build that passed passes again;
/// <c>RESHELVE_TEST_SEED=&lt;seed&gt;</c> tries that one alone, as a failure asks for, and <c>RESHELVE_TEST_SEED=random</c> others each time.
/// </summary>
internal static class Seeds
{
    private const string Variable = "RESHELVE_TEST_SEED";

    /// <summary>The seed asked for, or null.</summary>
    internal static int? Given => Text is null or "random" ? null : int.Parse(Text, CultureInfo.InvariantCulture);

    private static string? Text => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    internal static int One(int usual = 1) => Given ?? (Text is null ? usual : new Random().Next());

    /// <summary>So many seeds; as many times the same where one is asked for.</summary>
    internal static IEnumerable<int> Of(int count, int first = 1) => Enumerable.Range(first, count).Select(usual => One(usual));

    /// <summary>FsCheck's own way to name what it drew: two numbers, the second of them odd.</summary>
    internal static Config Config(int times)
    {
        var config = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(times);
        return Text == "random" ? config : config.WithReplay((ulong)One(), 1);
    }
}
