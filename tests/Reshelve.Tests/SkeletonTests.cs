namespace Reshelve.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Builds() => true.ShouldBeTrue();
}
