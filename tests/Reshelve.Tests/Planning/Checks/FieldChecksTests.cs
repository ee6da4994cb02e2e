using Reshelve.Catalogs;
using Reshelve.Planning;

namespace Reshelve.Tests.Planning.Checks;

public sealed class FieldChecksTests
{
    private static FieldSample Sample(params ChangedField[] fields) => new(200, fields);

    [Theory]
    [InlineData(6000, 10_000, false)]
    [InlineData(6001, 10_000, true)]
    [InlineData(50, 50, false)]
    [InlineData(51, 51, true)]
    public void Replacements_are_held_above_three_fifths_and_fifty(long replaced, long known, bool held)
    {
        var checks = new FieldChecks(Some.Catalog(), replaced, known, mapsOtherwise: false);
        checks.NeedSample.ShouldBe(held);
        checks.Judge(held ? Sample(new ChangedField("name", 100)) : null).Single(verdict => verdict.Check == "replaced").IsHeld.ShouldBe(held);
    }

    [Theory]
    [InlineData(10_000, 160, false)]
    [InlineData(10_000, 161, true)]
    [InlineData(8000, 200, false)]
    [InlineData(8001, 200, true)]
    public void A_field_that_changed_in_nearly_every_record_is_named_and_told_once(long replaced, int of, bool held)
    {
        var verdicts = new FieldChecks(Some.Catalog(), replaced, 10_000, mapsOtherwise: false).Judge(Sample(new ChangedField("name", of), new ChangedField("tags", 3)));
        verdicts.Count(verdict => verdict.IsHeld).ShouldBe(1);
        var field = verdicts.Single(verdict => verdict.Check == "changed field");
        field.IsHeld.ShouldBe(held);
        if (held)
            field.Text.ShouldSatisfyAllConditions(text => text.ShouldContain("`name` changed in nearly every record"), text => text.ShouldContain("volatile: true"));
        else
            verdicts.Single(verdict => verdict.IsHeld).Text.ShouldContain("`name`");
    }

    [Fact]
    public void Advice_fits_the_field()
    {
        var definition = Some.Catalog(Some.Field("image", FieldType.Image));
        string Text(string field) => new FieldChecks(definition, 9000, 9000, false).Judge(Sample(new ChangedField(field, 200)))[0].Text;
        Text("image").ShouldContain("addresses of pictures");
        Text("other.stamp").ShouldContain("others: drop");
    }

    [Fact]
    public void A_definition_that_maps_otherwise_is_the_operators_own_change()
    {
        var checks = new FieldChecks(Some.Catalog(), 9000, 9000, mapsOtherwise: true);
        checks.NeedSample.ShouldBeFalse();
        checks.Judge(null).ShouldAllBe(verdict => verdict.Outcome == VerdictOutcome.PassedOver);
    }
}
