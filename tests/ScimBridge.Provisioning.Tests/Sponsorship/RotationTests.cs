using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

public sealed class RotationTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 9, 0);

    [Theory]
    [InlineData(null, 24)]
    [InlineData(168, 24)]
    [InlineData(24, 12)]
    [InlineData(2, 1)]
    [InlineData(1, 0)]
    [InlineData(-5, 0)]
    public void Old_secret_is_waited_for_no_longer_than_policy_and_half_of_what_is_left(int? hoursLeft, int hours) =>
        Assert.Equal(Now + Duration.FromHours(hours), new RotationPolicy().OverlapUntil(Now, hoursLeft is { } left ? Now + Duration.FromHours(left) : null));

    [Fact]
    public void Stray_is_known_by_its_name_where_names_are_kept()
    {
        var found = Found(new FoundCredential("ours", CredentialType.ClientSecret) { Name = "scimbridge-r" }, Secret("theirs", Now), Secret("old", Now));

        Assert.Equal(["ours"], Asked().StraysAmong(found, keepsNames: true));
        Assert.Empty((Asked() with { AttemptedAt = null }).StraysAmong(found, keepsNames: true));
    }

    [Fact]
    public void Without_names_a_stray_is_what_was_not_there_before_and_is_of_its_time_and_type()
    {
        var found = Found(
            Secret("old", Now), Secret("new", Now + Duration.FromSeconds(2)), Secret("ancient", Now - Duration.FromDays(3)), new FoundCredential("key", CredentialType.Key) { CreatedAt = Now });

        Assert.Equal(["new"], Asked().StraysAmong(found, keepsNames: false));
    }

    [Fact]
    public void Proposal_suggests_the_owner_there_or_who_made_it_and_nobody_answers()
    {
        var people = new Dictionary<string, string>(StringComparer.Ordinal) { ["r-ann"] = "ann", ["r-bob"] = "bob" };
        var found = Found(Secret("k", Now)) with { OwnerIds = ["stranger", "r-ann"], CreatedById = "r-bob" };
        var capabilities = new ServiceAccountCapabilities { Adds = Secrets, Removes = Secrets };

        var owned = Discoveries.Propose("a", found, people, capabilities, Now);
        var made = Discoveries.Propose("a", found with { OwnerIds = ["stranger"] }, people, capabilities, Now);

        Assert.Equal(["ann"], owned.Accountable.Select(a => a.PersonId));
        Assert.Equal(["bob"], made.Accountable.Select(a => a.PersonId));
        Assert.All(owned.Accountable.Concat(made.Accountable), a => Assert.False(a.IsSettled));
        Assert.Equal((ServiceAccountState.Proposed, Retirement.Rotate), (owned.State, owned.Credentials.Single().Retirement));
        Assert.Empty(Discoveries.Propose("a", found with { OwnerIds = [], CreatedById = null }, people, capabilities, Now).Accountable);
    }

    [Fact]
    public void Look_that_shows_nothing_new_changes_nothing()
    {
        var account = new ServiceAccount("a", ServiceAccountKind.AppRegistration, Criticality.C3) { LastUsedAt = Now, Credentials = [new Credential("k")] };

        var (after, appeared, vanished) = Discoveries.Look(account, Found(Secret("k", Now)) with { LastUsedAt = Now + Duration.FromMinutes(5) }, new(), ["k"], Now);

        Assert.Same(account, after);
        Assert.Empty(appeared.Concat(vanished));
    }

    [Theory]
    [InlineData(CredentialState.Active, CredentialState.Revoked)]
    [InlineData(CredentialState.Rotating, CredentialState.Revoked)]
    [InlineData(CredentialState.RotatedVerified, CredentialState.RotatedVerified)]
    [InlineData(CredentialState.Unverifiable, CredentialState.Unverifiable)]
    public void Credential_that_is_gone_is_no_proof_and_undoes_none(CredentialState before, CredentialState then)
    {
        var account = new ServiceAccount("a", ServiceAccountKind.AppRegistration, Criticality.C3)
        {
            Credentials = [new Credential("k") { State = before }], Duties = [new RotationDuty("k", "ann", Now)],
        };

        var (after, _, _) = Discoveries.Look(account, Found(), new(), ["k"], Now);

        Assert.Equal(then, after.Credentials.Single().State);
        Assert.Null(after.Duties.Single().ClosedAt);
        // What no run has seen before cannot be told from what the target does not list.
        Assert.Same(account, Discoveries.Look(account, Found(), new(), keysBefore: null, Now).Account);
    }

    private static HashSet<CredentialType> Secrets => [CredentialType.ClientSecret];

    private static FoundAccount Found(params FoundCredential[] credentials) => new(ServiceAccountKind.AppRegistration, "r", "Payroll") { Credentials = credentials };

    private static FoundCredential Secret(string keyId, Instant created) => new(keyId, CredentialType.ClientSecret) { CreatedAt = created };

    private static Rotation Asked() => new("r", "entra", "a", "old", CredentialType.ClientSecret, RotationWay.Exchange, Now) { AttemptedAt = Now, KeysBefore = ["old"] };
}
