using Reshelve.Planning;
using Shouldly;

namespace Reshelve.Tests.Planning;

public class PlanRehearsalTests
{
    // On its own thread what goes wrong in it is nobody's concern, so that a rehearsal that ended early would only be slow.
    [Fact]
    public void A_rehearsal_goes_through_to_its_end() => Should.NotThrow(PlanRehearsal.Run);
}
