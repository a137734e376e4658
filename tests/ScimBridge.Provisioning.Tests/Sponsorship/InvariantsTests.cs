using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>Each invariant sees what breaks it: the simulation rests on these.</summary>
public sealed class InvariantsTests
{
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");
    private static readonly People People = new(
    [
        new("s"), new("t"), new("away") { IsAway = true }, new("gone") { IsGone = true }, new("leaving") { LeavesAt = Now + Duration.FromHours(20) },
        new("noticed") { LeavesAt = Now + Duration.FromDays(20) },
    ]);

    private static readonly ServiceAccount Sound = new("sa-1", ServiceAccountKind.ServiceAccount, Criticality.C1)
    {
        Accountable = [Held(AccountableRole.Sponsor, "s"), Held(AccountableRole.TechnicalOwner, "t")],
        Credentials = [new("k1") { IsTracked = true }],
    };

    public static TheoryData<string, ServiceAccount, Invariant[]> Cases { get; } = new()
    {
        { "sound", Sound, [] },
        { "under notice, far from the end", With(Held(AccountableRole.Sponsor, "noticed")), [] },
        { "no sponsor", Sound with { Accountable = [Held(AccountableRole.TechnicalOwner, "t")] }, [Invariant.V1] },
        { "sponsor away", With(Held(AccountableRole.Sponsor, "away")), [Invariant.V1] },
        { "one for both", With(Held(AccountableRole.Sponsor, "t")), [Invariant.V1] },
        { "one for both at criticality 3", new ServiceAccount("sa-2", ServiceAccountKind.SshKey, Criticality.C3) { Accountable = [Held(AccountableRole.Sponsor, "t"), Held(AccountableRole.TechnicalOwner, "t")] }, [] },
        { "sponsor gone", With(Held(AccountableRole.Sponsor, "gone")), [Invariant.V1, Invariant.V2] },
        { "sponsor leaves tomorrow", With(Held(AccountableRole.Sponsor, "leaving")), [Invariant.V1, Invariant.V2] },
        { "co-sponsor gone", Sound with { Accountable = [.. Sound.Accountable, Held(AccountableRole.CoSponsor, "gone")] }, [Invariant.V2] },
        { "orphan with a clock", Sound with { Accountable = [Held(AccountableRole.TechnicalOwner, "t")], Orphan = Queue(AccountableRole.Sponsor) }, [] },
        { "orphan for the other role", Sound with { Accountable = [Held(AccountableRole.TechnicalOwner, "t")], Orphan = Queue(AccountableRole.TechnicalOwner) }, [Invariant.V1] },
        { "leaver knows it, no deadline", Sound with { Credentials = [Known("gone")] }, [Invariant.V3] },
        { "leaver knows it, on a deadline", Sound with { Credentials = [Known("gone")], Duties = [new("k1", "gone", Now)] }, [] },
        { "leaver knows it, revoked without proof", Sound with { Credentials = [Known("gone") with { State = CredentialState.Revoked }] }, [Invariant.V3] },
        { "leaver knows it, proven", Sound with { Credentials = [Known("gone") with { State = CredentialState.RotatedVerified }] }, [] },
        { "leaver knows it, unverifiable and accepted by nobody", Sound with { Credentials = [Known("gone") with { State = CredentialState.Unverifiable, Risk = new("s", null) }] }, [Invariant.V3] },
        { "leaver knows it, unverifiable and accepted", Sound with { Credentials = [Known("gone") with { State = CredentialState.Unverifiable, Risk = new("s", Now) }] }, [] },
        { "duty closed by nothing", Sound with { Credentials = [Known("s")], Duties = [new("k1", "s", Now) { ClosedAt = Now }] }, [Invariant.V4] },
        { "successor who did not accept", With(Held(AccountableRole.Sponsor, "s") with { Basis = AccountableBasis.Succession, AcceptedAt = null }), [Invariant.V5] },
        { "successor by silence", With(Held(AccountableRole.Sponsor, "s") with { Basis = AccountableBasis.Succession, IsBySilence = true }), [Invariant.V5] },
        { "disabled without a sponsor", Sound with { Use = AccountUse.Disabled, Accountable = [Held(AccountableRole.TechnicalOwner, "t")] }, [Invariant.V6] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Violation_is_seen(string name, ServiceAccount account, Invariant[] expected) => Assert.Equal(
        (name, string.Join(", ", expected)),
        (name, string.Join(", ", Invariants.Violations(account, People, SuccessionPolicy.Default, Now).Select(v => v.Invariant))));

    private static Accountable Held(AccountableRole role, string person) => new(role, person, Now) { AcceptedAt = Now };

    private static ServiceAccount With(Accountable sponsor) => Sound with { Accountable = [sponsor, Held(AccountableRole.TechnicalOwner, "t")] };

    private static Credential Known(string person) => new("k1") { IsTracked = true, KnownTo = [new(person, Now, Evidence.Shared)] };

    private static OrphanEntry Queue(AccountableRole role) => new([role], Now) { TriageBy = Now + Duration.FromDays(1), EndBy = Now + Duration.FromDays(30) };
}
