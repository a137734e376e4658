using NodaTime;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Okta;
using static ScimBridge.Connectors.Tests.Targets.Okta.OktaAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>
/// What is particular to Okta of what a user holds: what it answers of one who is deactivated, and what a credential may not do. Every
/// call and answer is held against Okta's description of its interface.
/// </summary>
public sealed class OktaAccessTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Instant Since = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Fact]
    public async Task Leaver_is_shut_out_and_all_they_held_is_seen_to_have_ended()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.Open();
        var id = Given(org);

        Assert.IsType<Outcome.Done>(await target.UpdateAsync(AccountKind.User, id, [], active: false, None));
        foreach (var kind in target.Capabilities.Revokes)
        {
            Assert.IsType<Outcome.Done>(await target.RevokeAsync(kind, id, None));
            Assert.Equal([], (await target.ReadAccessAsync(kind, id, Since, None)).Reading!.Left);
        }

        // Nobody asked for factors or devices.
        Assert.Equal(["factor", "rememberedDevices"], Kinds(org, id));
    }

    [Fact]
    public async Task Calls_are_those_of_Oktas_pages()
    {
        using var wire = new OktaWire();
        wire.On("DELETE", "/users/00u1/sessions", 204)
            .On("GET", "/users/00u1/clients", 200, """[{"client_id":"0oa1"}]""")
            .On("DELETE", "/users/00u1/clients/0oa1/tokens", 204)
            .On("GET", "/api-tokens", 200, """[{"id":"00T1","name":"mine","userId":"00u1"},{"id":"00T2","name":"another's","userId":"00u2"}]""")
            .On("DELETE", "/api-tokens/00T1", 204)
            .On("DELETE", "/users/00u1/grants", 204)
            .On("GET", "/users/00u1/roles", 200, """[{"id":"irb1","type":"ORG_ADMIN","assignmentType":"USER"},{"id":"irb2","type":"USER_ADMIN","assignmentType":"GROUP"}]""")
            .On("DELETE", "/users/00u1/roles/irb1", 204);

        foreach (var kind in new[] { AccessKind.Sessions, AccessKind.Tokens, AccessKind.Grants, AccessKind.Roles })
            Assert.IsType<Outcome.Done>(await wire.Target.RevokeAsync(kind, "00u1", None));

        Assert.Equal(
            [
                "DELETE /users/00u1/sessions?oauthTokens=true&forgetDevices=false", "GET /users/00u1/clients", "DELETE /users/00u1/clients/0oa1/tokens",
                "GET /api-tokens", "DELETE /api-tokens/00T1", "DELETE /users/00u1/grants", "GET /users/00u1/roles", "DELETE /users/00u1/roles/irb1",
            ],
            wire.Calls);
        Assert.Equal(
            new AccessReading("GET users/{id}/roles", "1 role, and 1 through groups", ["irb1"]),
            (await wire.Target.ReadAccessAsync(AccessKind.Roles, "00u1", Since, None)).Reading,
            (one, other) => one is not null && other is not null && (one with { Left = null }) == (other with { Left = null }) && one.Left!.SequenceEqual(other.Left!));
    }

    [Theory]
    [InlineData("""[{"type":"ORG_ADMIN","assignmentType":"USER"}]""")]
    [InlineData("<html>")]
    public async Task Answer_that_is_none_of_Okta_is_never_taken_for_nothing_left(string roles)
    {
        using var wire = new OktaWire(isChecked: false);
        wire.On("GET", "/users/00u1/roles", 200, roles);

        var (outcome, reading) = await wire.Target.ReadAccessAsync(AccessKind.Roles, "00u1", Since, None);

        Assert.IsType<Outcome.Retry>(outcome);
        Assert.Null(reading);
        Assert.IsType<Outcome.Retry>(await wire.Target.RevokeAsync(AccessKind.Roles, "00u1", None));
    }

    [Fact]
    public async Task Remembered_devices_are_forgotten_where_that_is_wanted()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.Open(o => o.Revoke = [AccessKind.Devices]);
        var id = Given(org);

        Assert.IsType<Outcome.Done>(await target.RevokeAsync(AccessKind.Devices, id, None));

        Assert.DoesNotContain("rememberedDevices", Kinds(org, id));
        Assert.DoesNotContain(AccessKind.Devices, target.Capabilities.ReadsAccess);
    }

    [Fact]
    public async Task What_Okta_hides_of_one_who_is_deactivated_is_never_said_to_have_ended_but_for_what_ends_with_it()
    {
        await using var org = await OktaOrg.StartAsync(new OktaSettings { HidesDeactivated = true });
        using var target = org.Open(o => o.Revoke = [.. OktaAccess.Possible]);
        var id = Given(org);
        Assert.IsType<Outcome.Done>(await target.UpdateAsync(AccountKind.User, id, [], active: false, None));

        foreach (var kind in new[] { AccessKind.Sessions, AccessKind.Tokens })
        {
            Assert.IsType<Outcome.Done>(await target.RevokeAsync(kind, id, None));
            var reading = (await target.ReadAccessAsync(kind, id, Since, None)).Reading!;
            Assert.Equal([], reading.Left);
            Assert.Contains("DEPROVISIONED", reading.Value, StringComparison.Ordinal);
            Assert.Contains("not shown", reading.Value, StringComparison.Ordinal);
        }

        foreach (var kind in new[] { AccessKind.Grants, AccessKind.Roles, AccessKind.Factors })
        {
            Assert.Contains("DEPROVISIONED", Assert.IsType<Outcome.Rejected>(await target.RevokeAsync(kind, id, None)).Reason, StringComparison.Ordinal);
            var reading = (await target.ReadAccessAsync(kind, id, Since, None)).Reading!;
            Assert.Null(reading.Left);
            Assert.Contains("404", reading.Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sessions_of_one_who_is_only_suspended_cannot_be_told_and_their_refresh_tokens_can()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.Open(o => o.Disable = OktaDisabling.Suspend);
        var id = Given(org);
        Assert.IsType<Outcome.Done>(await target.UpdateAsync(AccountKind.User, id, [], active: false, None));

        Assert.Single((await target.ReadAccessAsync(AccessKind.Sessions, id, Since, None)).Reading!.Left!);
        Assert.IsType<Outcome.Done>(await target.RevokeAsync(AccessKind.Sessions, id, None));

        var reading = (await target.ReadAccessAsync(AccessKind.Sessions, id, Since, None)).Reading!;
        Assert.Null(reading.Left);
        Assert.Equal("status SUSPENDED; 0 refresh tokens; Okta lists no sessions", reading.Value);
    }

    [Fact]
    public async Task Group_of_everybody_is_no_membership()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.Open();
        var id = Given(org);
        org.State.AddGroup("BUILT_IN", """{"name":"Everyone"}""");
        var group = org.State.AddGroup("APP_GROUP", """{"name":"Domain Users"}""");
        org.State.AddMember(group, id);

        var reading = (await target.ReadAccessAsync(AccessKind.Memberships, id, Since, None)).Reading!;

        Assert.Equal([group], reading.Left);
        Assert.Equal("1 group, and 1 of Okta's own", reading.Value);
    }

    [Fact]
    public async Task Scope_that_the_app_lacks_for_one_kind_stops_nothing_else()
    {
        await using var org = await OktaOrg.StartAsync();
        using var target = org.OpenApp(o => o.Scopes = ["okta.users.read", "okta.users.manage"]);
        using var wider = org.OpenApp(o => o.Scopes = ["okta.users.read", "okta.users.manage"]);
        var id = Given(org);

        Assert.Equal([AccessKind.Sessions, AccessKind.Grants], target.Capabilities.Revokes);
        Assert.False(target.Capabilities.ReadsUse);
        Assert.Contains("scope", Assert.IsType<Outcome.Rejected>(await wider.RevokeAsync(AccessKind.Roles, id, None)).Reason, StringComparison.Ordinal);
        Assert.Contains("scope", Assert.IsType<Outcome.Rejected>((await wider.ReadUseAsync(id, Since, Since, None)).Outcome).Reason, StringComparison.Ordinal);
        Assert.IsType<Outcome.Done>(await target.RevokeAsync(AccessKind.Sessions, id, None));
    }

    [Fact]
    public async Task Log_is_read_page_by_page_with_what_was_opened_and_what_was_refused()
    {
        await using var org = await OktaOrg.StartAsync(new OktaSettings { MaxPageSize = 3 });
        using var target = org.Open();
        var id = Given(org);
        for (var time = 0; time < 4; time++)
            org.State.People.SignIn(id);
        org.State.SetStatus(id, "SUSPENDED");
        Assert.Null(org.State.People.SignIn(id));

        var now = SystemClock.Instance.GetCurrentInstant();
        var (outcome, uses) = await target.ReadUseAsync(id, now - Duration.FromHours(1), now + Duration.FromHours(1), None);

        Assert.IsType<Outcome.Done>(outcome);
        Assert.Equal(5, uses!.Count(u => u is { Action: "user.session.start", Succeeded: true, Through: null }));
        Assert.Equal(5, uses!.Count(u => u is { Action: "app.oauth2.token.grant.access_token", Succeeded: true, Through: "Portal" }));
        Assert.Equal(("user.session.start", false), (uses![^1].Action, uses[^1].Succeeded));
    }

    private static string Given(OktaOrg org)
    {
        var id = org.State.AddUser("ACTIVE", Profile(Key));
        org.State.People.SignIn(id);
        org.State.People.AddApiToken(id);
        org.State.People.Consent(id);
        org.State.People.AssignRole(id);
        org.State.People.Enroll(id);
        return id;
    }

    private static IEnumerable<string> Kinds(OktaOrg org, string id) =>
        System.Text.Json.Nodes.JsonNode.Parse(org.State.People.Held(id))!.AsArray().Select(h => (string)h!["kind"]!).Distinct().Order(StringComparer.Ordinal);
}
