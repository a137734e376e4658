using NodaTime;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>What is particular to Graph of what a user holds.</summary>
public sealed class EntraAccessTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private EntraTenant _tenant = null!;
    private EntraTarget _target = null!;

    private static Instant Now => SystemClock.Instance.GetCurrentInstant();

    private GraphState State => _tenant.State;

    private GraphPeople People => _tenant.State.People;

    public async Task InitializeAsync()
    {
        _tenant = await EntraTenant.StartAsync(app: new GraphApp(EntraTenant.ClientId, EntraTenant.RolesForLeavers) { Secret = EntraTenant.Secret });
        _target = _tenant.Open(o => o.Revoke = [.. EntraAccess.Possible]);
    }

    public async Task DisposeAsync()
    {
        _target.Dispose();
        await _tenant.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_word_sessions_end_and_nothing_else_that_needs_a_permission_of_its_own()
    {
        using var target = _tenant.Open();

        Assert.Equal([AccessKind.Sessions], target.Capabilities.Revokes);
        Assert.Equal([AccessKind.Memberships, AccessKind.Sessions], target.Capabilities.ReadsAccess.OrderBy(k => k.ToString(), StringComparer.Ordinal));
        Assert.False(target.Capabilities.ReadsUse);
        await using var least = await EntraTenant.StartAsync();
        using var allowed = least.Open();
        var id = least.State.Add("user", Existing());
        Assert.IsType<Outcome.Done>(await allowed.RevokeAsync(AccessKind.Sessions, id, None));
        Assert.IsType<Outcome.Done>((await allowed.ReadAccessAsync(AccessKind.Memberships, id, Now, None)).Outcome);
    }

    [Fact]
    public async Task Sessions_are_read_by_the_second_from_which_on_they_count()
    {
        var id = State.Add("user", Existing(extra: """{"signInSessionsValidFromDateTime":"2026-03-01T12:00:00Z"}"""));

        Assert.Equal([], await LeftAsync(AccessKind.Sessions, id, Instant.FromUtc(2026, 3, 1, 12, 0) + Duration.FromMilliseconds(900)));
        Assert.Equal(
            ["sessions from before 2026-03-01T12:00:01Z"], await LeftAsync(AccessKind.Sessions, id, Instant.FromUtc(2026, 3, 1, 12, 0, 1)));
    }

    [Fact]
    public async Task Revocation_that_a_replica_may_not_know_of_yet_is_asked_for_again()
    {
        var id = State.Add("user", Existing());

        var (outcome, reading) = await _target.ReadAccessAsync(AccessKind.Sessions, id, Now - Duration.FromSeconds(20), None);

        Assert.Contains("replicas", Assert.IsType<Outcome.Retry>(outcome).Reason, StringComparison.Ordinal);
        Assert.Null(reading);
        Assert.NotEmpty((await LeftAsync(AccessKind.Sessions, id, Now - Duration.FromMinutes(2)))!);
    }

    [Fact]
    public async Task Sessions_of_external_users_are_not_the_tenants_to_tell()
    {
        var id = State.Add("user", Existing(extra: """{"userType":"Guest"}"""));
        Assert.IsType<Outcome.Done>(await _target.RevokeAsync(AccessKind.Sessions, id, None));

        Assert.Null(await LeftAsync(AccessKind.Sessions, id, Now - Duration.FromSeconds(5)));
    }

    [Fact]
    public async Task Roles_through_groups_are_the_groups()
    {
        var id = State.Add("user", Existing());
        var (own, directory) = (People.AssignAppRole(id), People.AssignDirectoryRole(id));
        People.AssignAppRole(id, throughGroup: true);

        Assert.Equal([directory, own], await LeftAsync(AccessKind.Roles, id));
        Assert.IsType<Outcome.Done>(await _target.RevokeAsync(AccessKind.Roles, id, None));

        Assert.Equal([], await LeftAsync(AccessKind.Roles, id));
        Assert.Contains("appRoleAssignment", People.Held(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_method_goes_last_and_one_without_a_call_is_named()
    {
        var id = State.Add("user", Existing());
        People.Enroll(id, "microsoftAuthenticator", isDefault: true);
        People.Enroll(id, "phone");
        People.Enroll(id, "fido2");
        Assert.Equal(3, (await LeftAsync(AccessKind.Factors, id))!.Count);

        Assert.IsType<Outcome.Done>(await _target.RevokeAsync(AccessKind.Factors, id, None));
        Assert.Equal([], await LeftAsync(AccessKind.Factors, id));

        var odd = People.Enroll(id, "external");
        Assert.Contains("external", Assert.IsType<Outcome.Rejected>(await _target.RevokeAsync(AccessKind.Factors, id, None)).Reason, StringComparison.Ordinal);
        Assert.Equal(["external " + odd], await LeftAsync(AccessKind.Factors, id));
    }

    [Fact]
    public async Task Default_method_beside_one_that_cannot_go_is_refused()
    {
        var id = State.Add("user", Existing());
        People.Enroll(id, "microsoftAuthenticator", isDefault: true);
        People.Enroll(id, "external");

        Assert.Contains("default method", Assert.IsType<Outcome.Rejected>(await _target.RevokeAsync(AccessKind.Factors, id, None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_that_an_app_may_not_disable_is_left()
    {
        var id = State.Add("user", Existing());
        var (laptop, phone) = (People.RegisterDevice(id), People.RegisterDevice(id, "Android"));
        Assert.Equal(new[] { laptop, phone }.Order(StringComparer.Ordinal), await LeftAsync(AccessKind.Devices, id));

        Assert.IsType<Outcome.Rejected>(await _target.RevokeAsync(AccessKind.Devices, id, None));

        Assert.Equal([phone], await LeftAsync(AccessKind.Devices, id));
        Assert.Equal("false", State.Property(laptop, "accountEnabled"));
    }

    [Fact]
    public async Task Memberships_are_groups_that_no_rule_fills()
    {
        var id = State.Add("user", Existing());
        var (sales, everybody) = (State.Add("group", """{"displayName":"Sales","groupTypes":[]}"""), State.Add("group", """{"displayName":"All","groupTypes":["DynamicMembership"]}"""));
        State.Link("members", sales, id);
        State.Link("members", everybody, id);
        People.AssignDirectoryRole(id);

        var reading = (await _target.ReadAccessAsync(AccessKind.Memberships, id, Now, None)).Reading!;

        Assert.Equal([sales], reading.Left);
        Assert.Equal(("GET users/{id}/memberOf", "1 group, and 1 that a rule fills"), (reading.Method, reading.Value));
    }

    [Fact]
    public async Task Many_grants_are_listed_page_by_page_and_end_twenty_to_a_call()
    {
        State.Settings = State.Settings with { MaxPageSize = 10 };
        var id = State.Add("user", Existing());
        for (var i = 0; i < 25; i++)
            People.Consent(id);
        _tenant.Forget();

        Assert.IsType<Outcome.Done>(await _target.RevokeAsync(AccessKind.Grants, id, None));

        Assert.Equal([], await LeftAsync(AccessKind.Grants, id));
        Assert.Equal(2, _tenant.Calls.Count(c => c == "POST $batch"));
    }

    [Fact]
    public async Task One_that_is_throttled_within_a_batch_is_tried_again()
    {
        var id = State.Add("user", Existing());
        People.Consent(id);
        People.Consent(id);
        State.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Method = "DELETE", Next = 1, RetryAfterSeconds = 3 });

        var retry = Assert.IsType<Outcome.Retry>(await _target.RevokeAsync(AccessKind.Grants, id, None));

        Assert.Equal((TimeSpan.FromSeconds(3), false), (retry.After, retry.Untouched));
        Assert.Single((await LeftAsync(AccessKind.Grants, id))!);
        Assert.IsType<Outcome.Done>(await _target.RevokeAsync(AccessKind.Grants, id, None));
    }

    [Theory]
    [InlineData("""{"value":[{"consentType":"Principal"}]}""")]
    [InlineData("""{"value":7}""")]
    [InlineData("<html>")]
    public async Task Answer_that_is_none_of_Graph_is_never_taken_for_nothing_left(string grants)
    {
        using var wire = new EntraWire(set: o => o.Revoke = [AccessKind.Grants]);
        wire.Then(200, """{"id":"7"}""").Then(200, grants);

        var (outcome, reading) = await wire.Target.ReadAccessAsync(AccessKind.Grants, "7", Now, None);

        Assert.IsType<Outcome.Retry>(outcome);
        Assert.Null(reading);
        Assert.Equal("GET /v1.0/oauth2PermissionGrants?$filter=principalId eq '7'", wire.Calls[^1].Line);
    }

    [Fact]
    public async Task Permission_that_the_app_lacks_for_one_kind_stops_nothing_else()
    {
        await using var tenant = await EntraTenant.StartAsync();
        using var target = tenant.Open(o =>
        {
            o.Revoke = [.. EntraAccess.Possible];
            o.ReadUse = true;
        });
        var id = tenant.State.Add("user", Existing());

        foreach (var kind in new[] { AccessKind.Grants, AccessKind.Roles, AccessKind.Factors })
            Assert.IsType<Outcome.Rejected>(await target.RevokeAsync(kind, id, None));
        Assert.IsType<Outcome.Rejected>((await target.ReadUseAsync(id, Now, Now, None)).Outcome);
        Assert.IsType<Outcome.Done>(await target.RevokeAsync(AccessKind.Sessions, id, None));
    }

    [Fact]
    public async Task Sign_ins_are_those_of_the_person_refused_ones_too()
    {
        using var target = _tenant.Open(o => o.ReadUse = true);
        var id = State.Add("user", Existing());
        People.SignIn(id);
        State.Alter(id, """{"accountEnabled":false}""");
        Assert.Null(People.SignIn(id));

        var (_, uses) = await target.ReadUseAsync(id, Now - Duration.FromMinutes(1), Now + Duration.FromMinutes(1), None);

        Assert.Equal([("signIn", "Portal", true), ("signIn", "Portal", false)], uses!.Select(u => (u.Action, u.Through, u.Succeeded)));
    }

    private async Task<IReadOnlyList<string>?> LeftAsync(AccessKind kind, string id, Instant? since = null)
    {
        var (outcome, reading) = await _target.ReadAccessAsync(kind, id, since ?? Now, None);
        Assert.IsType<Outcome.Done>(outcome);
        return reading!.Left is { } left && kind == AccessKind.Devices ? [.. left.Order(StringComparer.Ordinal)] : reading.Left;
    }
}
