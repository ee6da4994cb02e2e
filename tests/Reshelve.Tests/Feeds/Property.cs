using FsCheck;
using FsCheck.Fluent;

namespace Reshelve.Tests.Feeds;

/// <summary>Checks that something holds for many random values; a failure says how to see it again.</summary>
internal static class Property
{
    private const string ReplayVariable = "RESHELVE_REPLAY";

    public static void Holds<T>(Gen<T> values, Action<T> check, int times = 200)
    {
        var config = Seeds.Config(times);
        if (Environment.GetEnvironmentVariable(ReplayVariable)?.Trim('(', ')').Split(',') is [var seed, var gamma, var size])
            config = config.WithReplay(ulong.Parse(seed), ulong.Parse(gamma), int.Parse(size));
        var property = Prop.ForAll(values.ToArbitrary(), value =>
        {
            check(value);
            return true;
        });
        try
        {
            Check.One(config, property);
        }
        catch (Exception exception)
        {
            throw new ShouldAssertException(
                $"{exception.Message}\nTo see it again, set {ReplayVariable} to the three numbers after 'Replay directly', "
                + $"as in {ReplayVariable}=123,457,13, and run this test alone.",
                exception);
        }
    }
}
