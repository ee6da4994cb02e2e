using System.Globalization;
using Reshelve.Catalogs;

namespace Reshelve.Planning;

/// <summary>Verdicts in words.</summary>
internal static class VerdictText
{
    public static PlanVerdict Passed(string check, HeldPart part, string text) => new(check, VerdictOutcome.Passed, part, text);

    public static PlanVerdict Held(string check, HeldPart part, string text) => new(check, VerdictOutcome.Held, part, text);

    public static PlanVerdict PassedOver(string check, HeldPart part, string why) => new(check, VerdictOutcome.PassedOver, part, why);

    public static PlanVerdict Off(string check, HeldPart part) => PassedOver(check, part, "off");

    /// <summary><c>1,006</c>.</summary>
    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 record</c>, <c>1,006 records</c>.</summary>
    public static string Count(long count, string one, string? many = null) => $"{Number(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary><c>12.5 %</c>.</summary>
    public static string Percent(decimal share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary><c>12 of 1,006 documents would be removed (1.2 %)</c>.</summary>
    public static string Figures(long count, long whole, string what) =>
        $"{Number(count)} of {Number(whole)} {what}" + (whole > 0 ? $" ({Percent((decimal)count / whole)})" : "");

    /// <summary><c>held above 10 % and 50</c>.</summary>
    public static string Limit(CheckLimit limit) => $"held above {Percent(limit.Share)} and {Number(limit.Floor)}";

    /// <summary>How a plan is approved.</summary>
    public static string ApprovePlan(string catalog) => $"approve the plan: `reshelve approve {catalog}`";

    /// <summary>How removals are approved.</summary>
    public static string ApproveRemovals(string catalog) => $"approve them: `reshelve approve {catalog} --removals`";
}
