using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>Whoever was wrongly taken for a leaver has back what they answered for, as it was.</summary>
public sealed class ReinstatementTests
{
    private static readonly Instant Before = Instant.FromUtc(2026, 1, 1, 0, 0);
    private static readonly Instant Wrong = Instant.FromUtc(2026, 3, 1, 0, 0);
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 9, 0, 0);
    private static readonly SuccessionPolicy Policy = new();
    private static readonly People Company = new([
        new Person("boss"), new Person("ann") { ManagerId = "boss" }, new Person("bob") { ManagerId = "boss" }, new Person("cyd") { ManagerId = "boss" }, new Person("dan") { ManagerId = "boss" },
    ]);

    private static readonly Accountable Ann = new(AccountableRole.Sponsor, "ann", Before) { AcceptedAt = Before };
    private static readonly Accountable Bob = new(AccountableRole.TechnicalOwner, "bob", Before) { AcceptedAt = Before };
    private static readonly Accountable Cyd = new(AccountableRole.CoSponsor, "cyd", Before) { AcceptedAt = Before };

    private static ServiceAccount Usual => new("sa", ServiceAccountKind.ServiceAccount, Criticality.C3)
    {
        Accountable = [Ann, Bob, Cyd], AttestedAt = Before, Credentials = [new Credential("k") { CreatedBy = "bob", Retirement = Retirement.End }],
    };

    [Fact]
    public void Who_was_asked_is_asked_no_longer_and_who_held_it_meanwhile_goes()
    {
        var wrong = Leave(Usual, "ann");
        Assert.NotEmpty(wrong.Handovers);

        var after = Back(wrong, ["ann"], Usual.Accountable);

        Assert.Equal([Ann, Bob, Cyd], after.Accountable.OrderBy(a => a.Role));
        Assert.Empty(after.Handovers);
    }

    [Fact]
    public void Co_sponsor_who_became_the_sponsor_is_the_co_sponsor_again()
    {
        var wrong = Leave(Usual, "ann");
        wrong = StepEffect.Of(wrong, Answers.Accept(wrong, AccountableRole.Sponsor, "cyd", Without("ann"), Policy, Wrong), Wrong);
        Assert.DoesNotContain(wrong.Accountable, a => a.Role == AccountableRole.CoSponsor);

        Assert.Equal([Ann, Bob, Cyd], Back(wrong, ["ann"], Usual.Accountable).Accountable.OrderBy(a => a.Role));
    }

    [Fact]
    public void Whom_somebody_has_named_meanwhile_stays_beside()
    {
        var named = new Accountable(AccountableRole.Sponsor, "dan", Wrong);
        var wrong = Leave(Usual, "ann");
        wrong = wrong with { Accountable = [.. wrong.Accountable, named] };

        Assert.Equal([Ann, named, Bob, Cyd], Back(wrong, ["ann"], Usual.Accountable).Accountable.OrderBy(a => a.Role).ThenBy(a => a.PersonId, StringComparer.Ordinal));
    }

    [Fact]
    public void Account_that_was_shut_because_of_it_works_again_and_what_was_to_be_exchanged_still_is()
    {
        var wrong = Leave(Usual, "bob");
        wrong = StepEffect.Of(wrong, Duties.Due(wrong, Without("bob"), Policy, Now), Now);
        Assert.Equal(AccountUse.Disabled, wrong.Use);

        var after = Back(wrong, ["bob"], Usual.Accountable);

        Assert.Equal(AccountUse.InUse, after.Use);
        Assert.Null(Assert.Single(after.Duties).ClosedAt);
        Assert.Empty(Duties.Due(after, Company, Policy, Now));
    }

    [Fact]
    public void What_was_shut_for_another_reason_or_is_deleted_stays_so()
    {
        var wrong = Leave(Usual, "bob") with { Use = AccountUse.Disabled, Changes = [new StateChange(AccountUse.InUse, AccountUse.Disabled, Now, StateReason.Inactive)] };

        Assert.Equal(AccountUse.Disabled, Back(wrong, ["bob"], Usual.Accountable).Use);
        Assert.Empty(Reinstatement.Of(wrong with { Use = AccountUse.Deleted }, new HashSet<string> { "bob" }, Usual.Accountable, Wrong, Company, Policy, Now));
    }

    [Fact]
    public void Given_back_once_there_is_nothing_to_give_back()
    {
        var after = Back(Leave(Usual, "ann"), ["ann"], Usual.Accountable);

        Assert.Empty(Reinstatement.Of(after, new HashSet<string> { "ann" }, Usual.Accountable, Wrong, Company, Policy, Now));
    }

    private static ServiceAccount Leave(ServiceAccount account, string person) => StepEffect.Of(
        account, Cascade.Of(account, new PersonEvent(CascadeEvent.TerminationEffective, person), Without(person), Policy, Wrong), Wrong);

    private static ServiceAccount Back(ServiceAccount account, HashSet<string> returned, IReadOnlyList<Accountable> held) =>
        StepEffect.Of(account, Reinstatement.Of(account, returned, held, Wrong, Company, Policy, Now), Now);

    private static People Without(string person) => new(new[] { "boss", "ann", "bob", "cyd", "dan" }.Select(id => new Person(id)
    {
        ManagerId = id == "boss" ? null : "boss", IsGone = id == person,
    }));
}
