using NodaTime;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Provisioning.Tests.Lifecycle;

/// <summary>What it is called that one policy does to somebody and another one did not.</summary>
public sealed class PolicyEffectsTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 9, 0);
    private static readonly Intent AtWork = new("atWork", Exists: true, Active: true, Memberships.All, Lane.Change);
    private static readonly Intent Barred = new("leave", Exists: true, Active: false, Memberships.Unprivileged, Lane.Suspend);
    private static readonly Intent Left = new("leaver", Exists: true, Active: false, Memberships.None, Lane.Revoke);
    private static readonly Intent Gone = new("deletion", Exists: false, Active: false, Memberships.None, Lane.Revoke);

    [Fact]
    public void Loss_is_the_reverse_of_gain()
    {
        Assert.Equal(PolicyEffect.Disables | PolicyEffect.Suspends, Of(AtWork, Barred));
        Assert.Equal(PolicyEffect.Enables | PolicyEffect.Restores, Of(Barred, AtWork));
        Assert.Equal(PolicyEffect.Suspends, Of(Barred, Left));
        Assert.Equal(PolicyEffect.Restores, Of(Left, Barred));
    }

    [Fact]
    public void What_differs_in_the_rule_alone_does_nothing() => Assert.Equal(PolicyEffect.None, Of(AtWork, AtWork with { Rule = "leave", Lane = Lane.Join }));

    [Fact]
    public void Memberships_of_a_class_that_no_group_has_are_lost_by_nobody()
    {
        Assert.Equal(PolicyEffect.Disables, PolicyEffects.Of(AtWork, Barred, Memberships.Unprivileged, Now));
        Assert.Equal(PolicyEffect.Enables, PolicyEffects.Of(Barred, AtWork, GroupRules.Default.Classes, Now));
    }

    [Theory]
    [InlineData(null, 30, PolicyEffect.Deletes)]
    [InlineData(60, 30, PolicyEffect.Deletes)]
    [InlineData(60, 0, PolicyEffect.Deletes)]
    [InlineData(30, 30, PolicyEffect.None)]
    [InlineData(30, 60, PolicyEffect.None)]
    [InlineData(30, null, PolicyEffect.None)]
    [InlineData(0, 0, PolicyEffect.None)]
    public void Only_a_sooner_deletion_is_one(int? before, int? after, PolicyEffect effect) => Assert.Equal(effect, Of(In(before), In(after)));

    private static Intent In(int? days) => days switch
    {
        0 => Gone,
        { } d => Left with { DeleteAt = Now + Duration.FromDays(d) },
        null => Left,
    };

    private static PolicyEffect Of(Intent before, Intent after) => PolicyEffects.Of(before, after, Memberships.All, Now);
}
