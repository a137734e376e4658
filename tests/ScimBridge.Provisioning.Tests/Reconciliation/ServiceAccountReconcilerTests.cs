using NodaTime;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Reconciliation;

/// <summary>What is said of an identity in each situation; what a situation does not change is as it should be.</summary>
public sealed class ServiceAccountReconcilerTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 9, 0);
    private static readonly RotationDuty Due = new("k", "gone", Now + Duration.FromDays(1));

    private static readonly ServiceAccountCapabilities All = new()
    {
        ShowsOwners = new HashSet<ServiceAccountKind> { ServiceAccountKind.AgentIdentity }, ShowsSponsors = new HashSet<ServiceAccountKind> { ServiceAccountKind.AgentIdentity },
    };

    private static readonly Dictionary<string, (Func<ReconciledServiceAccount, ReconciledServiceAccount> Change, string? Expected)> Table = new(StringComparer.Ordinal)
    {
        ["it is as it should be"] = (i => i, null),
        ["the inventory has never heard of it"] = (i => i with { Account = null }, "Orphan agentIdentity Open"),
        ["it is proposed"] = (In(a => a with { Use = AccountUse.Proposed, Accountable = [] }), "Orphan agentIdentity Open"),
        ["its end was decided and it is there"] = (In(a => a with { Use = AccountUse.Deleted }), "Orphan deleted Open"),
        ["its end was decided and is due"] = (i => In(a => a with { Use = AccountUse.Deleted })(i) with { IsStateDue = true }, "Orphan deleted Pending"),
        ["it was disabled and works"] = (In(a => a with { Use = AccountUse.Disabled }), "ReEnabled active Open"),
        ["it is break-glass access that was disabled"] = (In(a => a with { Use = AccountUse.Disabled, Exemption = new Exemption("fire", "ann", Now + Duration.FromDays(9)) }), null),
        ["it is in a scream test and works still"] = (i => In(a => a with { ScreamTestUntil = Now + Duration.FromHours(1) })(i) with { IsStateDue = true }, "ReEnabled active Pending"),
        ["it is in use and does not work"] = (At(f => f with { IsEnabled = false }), "AttributeDrift active Open"),
        ["the target does not say whether it works"] = (At(f => f with { IsEnabled = null }), null),
        ["it has a credential that nobody knows of"] = (At(f => f with { Credentials = [.. f.Credentials, new FoundCredential("new", CredentialType.Key)] }), "UnknownCredential key Open"),
        ["it has one while another is exchanged"] = (
            i => At(f => f with { Credentials = [.. f.Credentials, new FoundCredential("new", CredentialType.Key)] })(i) with { IsRotating = true }, "UnknownCredential key Pending"),
        ["a credential that had ended works"] = (Of(c => c with { State = CredentialState.RotatedVerified }), "UnknownCredential ended,clientSecret Open"),
        ["a credential that had ended is there and refused"] = (
            i => At(f => f with { Credentials = [f.Credentials[0] with { IsEnabled = false }] })(Of(c => c with { State = CredentialState.RotatedVerified })(i)), null),
        ["a leaver knows a credential on no deadline"] = (Of(Known), "LeaverCredential clientSecret Open"),
        ["a leaver knows a credential on a deadline"] = (In(a => a with { Credentials = [Known(a.Credentials[0])], Duties = [Due] }), "LeaverCredential clientSecret Pending"),
        ["a leaver knows a credential and the deadline is over"] = (
            In(a => a with { Credentials = [Known(a.Credentials[0])], Duties = [Due with { DueAt = Now - Duration.FromDays(1) }] }), "LeaverCredential clientSecret Open"),
        ["a leaver knows a credential that had ended and works"] = (Of(c => Known(c) with { State = CredentialState.RevokedVerified }), "LeaverCredential ended,clientSecret Open"),
        ["a leaver knows a credential that has run out"] = (i => At(f => f with { Credentials = [f.Credentials[0] with { NotAfter = Now }] })(Of(Known)(i)), null),
        ["a leaver knows a credential of an account that is shut"] = (i => At(f => f with { IsEnabled = false })(In(a => a with { Use = AccountUse.Disabled })(Of(Known)(i))), null),
        ["somebody answers for a credential that a leaver knows and nobody can end"] = (
            Of(c => Known(c) with { State = CredentialState.Unverifiable, Risk = new RiskAcceptance("ann", Now) }), null),
        ["an owner is not shown"] = (At(f => f with { OwnerIds = ["r-other"] }), "SponsorMissing technicalOwner Open"),
        ["an owner is not shown and is due"] = (i => At(f => f with { OwnerIds = [] })(i) with { AreOwnersDue = true }, "SponsorMissing technicalOwner Pending"),
        ["somebody else is shown beside"] = (At(f => f with { OwnerIds = ["r-other", "R-BOB"] }), null),
        ["a leaver is shown beside"] = (At(f => f with { SponsorIds = ["r-gone", "r-ann"] }), "SponsorMissing sponsor Open"),
        ["nobody is shown for either"] = (At(f => f with { OwnerIds = [], SponsorIds = [] }), "SponsorMissing sponsor,technicalOwner Open"),
        ["nobody is shown and nobody has an account there"] = (i => At(f => f with { OwnerIds = [] })(i) with { RemoteIds = new Dictionary<string, string> { ["ann"] = "r-ann" } }, "SponsorMissing technicalOwner Open"),
        ["the target shows nobody ever"] = (At(f => f with { Kind = ServiceAccountKind.RobotUser, OwnerIds = [], SponsorIds = [] }), null),
        ["the inventory has nobody for a role"] = (In(a => a with { Accountable = [.. a.Accountable.Where(h => h.Role != AccountableRole.Sponsor)] }), "SponsorMissing sponsor Open"),
        ["the inventory seeks somebody"] = (
            In(a => a with { Accountable = [.. a.Accountable.Where(h => h.Role != AccountableRole.Sponsor)], Handovers = [new Handover(AccountableRole.Sponsor, "gone", null, Now)] }), null),
        ["it is protected and differs"] = (i => At(f => f with { IsEnabled = false, OwnerIds = [] })(i) with { IsProtected = true }, "Protected attributeDrift,sponsorMissing Shielded"),
        ["it is protected and as it should be"] = (i => i with { IsProtected = true }, null),
    };

    public static TheoryData<string> Situations { get; } = [.. Table.Keys];

    [Theory, MemberData(nameof(Situations))]
    public void Situation_of_the_table_gives_the_difference_stated_there(string situation)
    {
        var (change, expected) = Table[situation];

        var found = ServiceAccountReconciler.Compare(change(Usual()), All, new SuccessionPolicy(), Now);

        Assert.Equal(expected is null ? [] : [expected], found.Select(f => $"{f.Kind} {string.Join(',', f.What)} {f.Standing}"));
        Assert.All(found, f => Assert.Equal(DifferenceSubject.ServiceAccount, f.Of));
    }

    private static ReconciledServiceAccount Usual() => new(
        new FoundAccount(ServiceAccountKind.AgentIdentity, "r-1", "Agent")
        {
            OwnerIds = ["r-bob"], SponsorIds = ["r-ann"], IsEnabled = true, Credentials = [new FoundCredential("k", CredentialType.ClientSecret)],
        },
        new ServiceAccount("sa", ServiceAccountKind.AgentIdentity, Criticality.C3)
        {
            Accountable = [new(AccountableRole.Sponsor, "ann", Now) { AcceptedAt = Now }, new(AccountableRole.TechnicalOwner, "bob", Now) { AcceptedAt = Now }],
            Credentials = [new Credential("k")],
        },
        new People([new Person("ann"), new Person("bob"), new Person("gone") { IsGone = true }]))
    {
        Shown = new Dictionary<string, string> { ["r-ann"] = "ann", ["r-bob"] = "bob", ["r-gone"] = "gone" },
        RemoteIds = new Dictionary<string, string> { ["ann"] = "r-ann", ["bob"] = "r-bob" },
    };

    private static Func<ReconciledServiceAccount, ReconciledServiceAccount> In(Func<ServiceAccount, ServiceAccount> change) => i => i with { Account = change(i.Account!) };

    private static Func<ReconciledServiceAccount, ReconciledServiceAccount> At(Func<FoundAccount, FoundAccount> change) => i => i with { Found = change(i.Found) };

    private static Func<ReconciledServiceAccount, ReconciledServiceAccount> Of(Func<Credential, Credential> change) =>
        In(a => a with { Credentials = [.. a.Credentials.Select(change)] });

    private static Credential Known(Credential credential) => credential with { KnownTo = [new Knowledge("gone", Now, Evidence.Shared)] };
}
