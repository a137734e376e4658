using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;
using static ScimBridge.Connectors.Tests.Targets.Okta.OktaAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>Groups in an org: which are touched, and which are not.</summary>
public sealed class OktaGroupsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private OktaOrg _org = null!;
    private OktaTarget _target = null!;

    public async Task InitializeAsync()
    {
        _org = await OktaOrg.StartAsync();
        _target = _org.Open();
    }

    public async Task DisposeAsync()
    {
        _target.Dispose();
        await _org.DisposeAsync();
    }

    [Theory]
    [InlineData("APP_GROUP")]
    [InlineData("BUILT_IN")]
    [InlineData("OF_TOMORROW")]
    public async Task Group_of_another_type_is_left_alone(string type)
    {
        // A type that Okta's description does not know is not held against it.
        using var wire = new OktaWire(isChecked: type != "OF_TOMORROW");
        wire.On("GET", "/groups/00g1", 200, $$$"""{"id":"00g1","type":"{{{type}}}","profile":{"name":"Sales"}}""");

        var rejected = Assert.IsType<Outcome.Rejected>(await wire.Target.ChangeMembersAsync("00g1", ["00u1"], [], None));

        Assert.Contains(type == "OF_TOMORROW" ? "a type that is not known" : type, rejected.Reason, StringComparison.Ordinal);
        Assert.IsType<Outcome.Rejected>(await wire.Target.UpdateAsync(AccountKind.Group, "00g1", [new(null, "displayName", "Other")], active: null, None));
        Assert.IsType<Outcome.Rejected>(await wire.Target.DeleteAsync(AccountKind.Group, "00g1", None));
        Assert.All(wire.Calls, call => Assert.StartsWith("GET", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Group_that_a_rule_fills_keeps_its_members()
    {
        var user = _org.State.AddUser("ACTIVE", Profile());
        var (filled, idle) = (_org.State.AddGroup("OKTA_GROUP", """{"name":"A"}"""), _org.State.AddGroup("OKTA_GROUP", """{"name":"B"}"""));
        _org.State.Settings = new OktaSettings { MaxPageSize = 1 };
        _org.State.AddRule("off", idle, "INACTIVE");
        _org.State.AddRule("on", filled);

        Assert.Contains("rule", Assert.IsType<Outcome.Rejected>(await _target.ChangeMembersAsync(filled, [user], [], None)).Reason, StringComparison.Ordinal);
        Assert.Empty(_org.State.MembersOf(filled));

        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(idle, [user], [], None));
        Assert.Equal([user], _org.State.MembersOf(idle));
        Assert.Equal(2, _org.Calls.Count(c => c == "GET groups/rules"));
    }

    [Fact]
    public async Task Group_of_the_same_name_is_taken_over_only_where_that_is_said()
    {
        var id = _org.State.AddGroup("OKTA_GROUP", """{"name":"Sales","description":"was here before"}""");

        Assert.Contains("matchGroups", Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(Group(), None)).Reason, StringComparison.Ordinal);

        using var trusting = _org.Open(o => o.MatchGroups = true);
        Assert.Equal(new Outcome.Exists(id), await trusting.CreateAsync(Group(), None));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""{"name":"Sales","description":"was here before","scimBridgeId":"{{Key}}"}"""), JsonNode.Parse(_org.State.GroupProfiles()[id])));
    }

    [Fact]
    public async Task Group_of_the_same_name_with_another_key_names_nobody()
    {
        _org.State.AddGroup("OKTA_GROUP", """{"name":"Sales","scimBridgeId":"another"}""");
        using var trusting = _org.Open(o => o.MatchGroups = true);

        Assert.Equal(new Outcome.Exists(null), await trusting.CreateAsync(Group(), None));
    }

    [Fact]
    public async Task Group_of_an_application_may_have_the_same_name()
    {
        _org.State.AddGroup("APP_GROUP", """{"name":"Sales"}""");

        Assert.IsType<Outcome.Done>(await _target.CreateAsync(Group(), None));
    }

    [Fact]
    public async Task Renaming_keeps_the_rest_of_the_profile_and_is_done_once()
    {
        var id = _org.State.AddGroup("OKTA_GROUP", $$"""{"name":"Sales","description":"all who sell","scimBridgeId":"{{Key}}"}""");

        for (var time = 0; time < 2; time++)
            Assert.Equal(new Outcome.Done(id), await _target.UpdateAsync(AccountKind.Group, id, [new(null, "displayName", "Selling")], active: null, None));

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""{"name":"Selling","description":"all who sell","scimBridgeId":"{{Key}}"}"""), JsonNode.Parse(_org.State.GroupProfiles()[id])));
        Assert.Single(_org.Calls, c => c.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lost_reply_is_found_by_name_once_the_search_shows_it()
    {
        _org.State.Settings = new OktaSettings { SearchesBehind = 2 };
        _org.State.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Next = 1, Method = "POST" });

        Assert.IsType<Outcome.Retry>(await _target.CreateAsync(Group(), None));
        Assert.IsType<Outcome.Gone>(await _target.FindAsync(AccountKind.Group, Key, None));
        Assert.False(Assert.IsType<Outcome.Retry>(await _target.CreateAsync(Group(), None)).Untouched);
        Assert.IsType<Outcome.Exists>(await _target.CreateAsync(Group(), None));
        Assert.Single(_org.State.GroupProfiles());
    }

    [Fact]
    public async Task Removals_go_first_and_a_failure_among_many_is_not_lost()
    {
        var group = _org.State.AddGroup("OKTA_GROUP", """{"name":"A"}""");
        var users = Enumerable.Range(0, 12).Select(i => _org.State.AddUser("ACTIVE", Profile(login: $"user{i}@corp.example"))).ToList();
        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, users[..4], [], None));
        _org.State.Faults.Add(new FaultRule { Kind = FaultKind.Error, Next = 1, Method = "PUT", Status = 503 });

        Assert.False(Assert.IsType<Outcome.Retry>(await _target.ChangeMembersAsync(group, users[4..], users[..4], None)).Untouched);
        Assert.Equal(7, _org.State.MembersOf(group).Intersect(users[4..]).Count());
        Assert.Empty(_org.State.MembersOf(group).Intersect(users[..4]));

        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, users[4..], users[..4], None));
        Assert.Equal(users[4..].Order(StringComparer.Ordinal), _org.State.MembersOf(group));
    }
}
