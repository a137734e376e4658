using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Tests.Planning;

/// <summary>Whose a name is that an account at a target has.</summary>
public sealed class NameAtTargetTests
{
    [Theory]
    [InlineData("u1", null, "ann", Takeover.None, true)]
    [InlineData("u2", "7", "ann", Takeover.ByName | Takeover.ByAddress, false)]
    [InlineData(null, "7", "ann", Takeover.None, true)]
    [InlineData(null, "8", "ann", Takeover.ByName, false)]
    [InlineData(null, null, "ann", Takeover.ByName, true)]
    [InlineData(null, null, "ann", Takeover.ByAddress, false)]
    [InlineData(null, null, "ann@corp.example", Takeover.ByName, false)]
    [InlineData(null, null, "ann@corp.example", Takeover.ByAddress, true)]
    public void Name_is_for_whom_the_account_would_be_taken_over_for(string? owner, string? number, string name, Takeover takeover, bool isFor) =>
        Assert.Equal(isFor, new NameAtTarget("corp", "a", name, owner, number).IsFor("u1", "7", takeover));

    [Fact]
    public void Who_has_no_number_is_judged_by_the_rest() =>
        Assert.True(new NameAtTarget("corp", "a", "ann", null, "8").IsFor("u1", null, Takeover.ByName));
}
