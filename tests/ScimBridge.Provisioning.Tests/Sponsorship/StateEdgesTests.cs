using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

public sealed class StateEdgesTests
{
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");

    private static readonly CascadeStep[] Steps =
    [
        new CascadeStep.Adopt(), new CascadeStep.Restrict(StateReason.Expired), new CascadeStep.Disable(StateReason.Expired), new CascadeStep.ScheduleDeletion(Now),
        new CascadeStep.Delete(),
    ];

    public static TheoryData<AccountUse, int> Cases()
    {
        var cases = new TheoryData<AccountUse, int>();
        foreach (var use in Enum.GetValues<AccountUse>())
        {
            for (var step = 0; step < Steps.Length; step++)
                cases.Add(use, step);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_leads_along_an_edge_and_back_or_is_refused(AccountUse from, int step)
    {
        var to = Steps[step] switch
        {
            CascadeStep.Adopt => AccountUse.InUse,
            CascadeStep.Restrict => AccountUse.Restricted,
            CascadeStep.Disable => AccountUse.Disabled,
            CascadeStep.ScheduleDeletion => AccountUse.ScheduledDelete,
            _ => AccountUse.Deleted,
        };
        var account = At(from);
        if (StateEdges.All.FirstOrDefault(e => e.From == from && e.To == to) is not { } edge)
        {
            Assert.Throws<InvalidOperationException>(() => StepEffect.Of(account, Steps[step], Now));
            return;
        }

        var after = StepEffect.Of(account, Steps[step], Now);

        Assert.Equal(to, after.Use);
        if (edge.Undo is null)
            Assert.Throws<InvalidOperationException>(() => StepEffect.Of(after, new CascadeStep.Undo(), Now));
        else
            Assert.Equal((from, account.State), (StepEffect.Of(after, new CascadeStep.Undo(), Now).Use, StepEffect.Of(after, new CascadeStep.Undo(), Now).State));
    }

    [Fact]
    public void Every_edge_but_the_one_to_deletion_can_be_undone() =>
        Assert.All(StateEdges.All, e => Assert.Equal(e.To == AccountUse.Deleted, e.Undo is null));

    [Fact]
    public void Bridge_credential_that_stands_in_no_account_is_a_violation()
    {
        var inventory = new[] { At(AccountUse.InUse) with { BridgeCredential = "target:entra" }, At(AccountUse.Deleted) with { BridgeCredential = "source:hr" } };
        Assert.Equal([], Invariants.OfInventory(inventory, ["target:entra"]));
        Assert.Equal(Invariant.V7, Assert.Single(Invariants.OfInventory(inventory, ["target:entra", "source:hr"])).Invariant);
    }

    // An account that came there along the edges.
    private static ServiceAccount At(AccountUse use) => new("sa-1", ServiceAccountKind.SshKey, Criticality.C4)
    {
        Use = use,
        Changes = use switch
        {
            AccountUse.ScheduledDelete => [new(AccountUse.InUse, AccountUse.Disabled, Now, StateReason.Expired), new(AccountUse.Disabled, use, Now, StateReason.Expired)],
            AccountUse.Disabled or AccountUse.Restricted => [new(AccountUse.InUse, use, Now, StateReason.Expired)],
            _ => [],
        },
    };
}
