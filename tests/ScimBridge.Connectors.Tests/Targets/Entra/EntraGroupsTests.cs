using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>Groups in a tenant: which are made, which are touched, and how members come and go by twenties.</summary>
public sealed class EntraGroupsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private EntraTenant _tenant = null!;
    private EntraTarget _target = null!;

    private GraphState State => _tenant.State;

    public async Task InitializeAsync()
    {
        _tenant = await EntraTenant.StartAsync();
        _target = _tenant.Open(o => o.MembersPerCall = 100);
    }

    public async Task DisposeAsync()
    {
        _target.Dispose();
        await _tenant.DisposeAsync();
    }

    [Fact]
    public async Task Group_is_made_once_however_often_it_is_asked_for()
    {
        var account = Group("Salg & Søn", "it's");
        State.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Next = 1, Method = "PATCH" });

        Assert.IsType<Outcome.Retry>(await _target.CreateAsync(account, None));
        var id = Assert.IsType<Outcome.Exists>(await _target.CreateAsync(account, None)).RemoteId!;

        Assert.Equal(new Outcome.Exists(id), await _target.FindAsync(AccountKind.Group, "it's", None));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"displayName":"Salg & Søn","mailEnabled":false,"mailNickname":"its","securityEnabled":true,"uniqueName":"it's"}"""),
            JsonNode.Parse(State.Object(Assert.Single(State.Ids("group")))!)));
    }

    [Theory]
    [InlineData("""{"displayName":"A","onPremisesSyncEnabled":true}""", "on-premises directory")]
    [InlineData("""{"displayName":"A","groupTypes":["DynamicMembership"],"membershipRule":"user.department -eq \"Sales\""}""", "dynamic membership")]
    [InlineData("""{"displayName":"A","mailEnabled":true,"securityEnabled":true}""", "Exchange")]
    public async Task Group_that_is_managed_elsewhere_is_left_alone(string properties, string reason)
    {
        var (group, user) = (State.Add("group", properties), State.Add("user", Existing()));
        var before = State.StateJson();

        foreach (var outcome in new[]
        {
            await _target.ChangeMembersAsync(group, [user], [], None),
            await _target.UpdateAsync(AccountKind.Group, group, [new(null, "displayName", "B")], active: null, None),
            await _target.DeleteAsync(AccountKind.Group, group, None),
        })
            Assert.Contains(reason, Assert.IsType<Outcome.Rejected>(outcome).Reason, StringComparison.Ordinal);

        Assert.Equal(before, State.StateJson());
        Assert.All(_tenant.Calls, call => Assert.StartsWith("GET", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Members_go_in_by_twenties_and_out_by_batches_of_twenty()
    {
        var (group, users) = (await GroupAsync(), Users(45));

        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, users, [], None));
        Assert.Equal(users.Order(StringComparer.Ordinal), State.MembersOf(group));
        Assert.Equal([20, 20, 5], _tenant.Exchanges.Where(e => e.Method == "PATCH" && e.Path.StartsWith("/groups/", StringComparison.Ordinal)).Select(e => JsonNode.Parse(e.Request)!["members@odata.bind"]!.AsArray().Count));

        _tenant.Forget();
        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, [], users, None));
        Assert.Empty(State.MembersOf(group));
        Assert.Equal([20, 20, 5], _tenant.Exchanges.Where(e => e.Path == "/$batch").Select(e => JsonNode.Parse(e.Request)!["requests"]!.AsArray().Count));
    }

    [Fact]
    public async Task One_who_is_in_already_does_not_keep_the_others_out()
    {
        var (group, users) = (await GroupAsync(), Users(20));
        await _target.ChangeMembersAsync(group, [users[3]], [], None);

        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, users, [], None));

        Assert.Equal(users.Order(StringComparer.Ordinal), State.MembersOf(group));
    }

    [Fact]
    public async Task One_who_is_not_there_does_not_keep_the_others_out_and_is_reported()
    {
        var (group, users) = (await GroupAsync(), Users(5));

        var rejected = Assert.IsType<Outcome.Rejected>(await _target.ChangeMembersAsync(group, [.. users, Guid.NewGuid().ToString()], [], None));

        Assert.Contains("no such account", rejected.Reason, StringComparison.Ordinal);
        Assert.Equal(users.Order(StringComparer.Ordinal), State.MembersOf(group));
    }

    [Fact]
    public async Task One_who_was_made_a_moment_ago_is_added_as_soon_as_every_replica_has_him()
    {
        var group = await GroupAsync();
        State.Settings = new GraphSettings { CallsBehind = 2 };
        var id = Assert.IsType<Outcome.Done>(await _target.CreateAsync(User(), None)).RemoteId!;

        Assert.Equal(TimeSpan.FromSeconds(5), Assert.IsType<Outcome.Retry>(await _target.ChangeMembersAsync(group, [id], [], None)).After);
        Assert.IsType<Outcome.Retry>(await _target.ChangeMembersAsync(group, [id], [], None));
        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, [id], [], None));
        Assert.Equal([id], State.MembersOf(group));
    }

    [Fact]
    public async Task One_whom_another_process_made_a_moment_ago_is_not_refused()
    {
        var group = await GroupAsync();
        State.Settings = new GraphSettings { CallsBehind = 1 };
        using var other = _tenant.Open();
        var id = Assert.IsType<Outcome.Done>(await other.CreateAsync(User(), None)).RemoteId!;

        Assert.IsType<Outcome.Retry>(await _target.ChangeMembersAsync(group, [id], [], None));
        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, [id], [], None));
    }

    [Fact]
    public async Task Group_that_was_made_a_moment_ago_is_not_gone()
    {
        State.Settings = new GraphSettings { CallsBehind = 1 };
        var id = Assert.IsType<Outcome.Done>(await _target.CreateAsync(Group(), None)).RemoteId!;

        Assert.IsType<Outcome.Retry>(await _target.UpdateAsync(AccountKind.Group, id, [new(null, "displayName", "B")], active: null, None));
        Assert.IsType<Outcome.Done>(await _target.UpdateAsync(AccountKind.Group, id, [new(null, "displayName", "B")], active: null, None));
    }

    [Fact]
    public async Task Items_of_a_batch_that_are_throttled_are_asked_for_again_after_the_longest_wait()
    {
        var (group, users) = (await GroupAsync(), Users(6));
        await _target.ChangeMembersAsync(group, users, [], None);
        State.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Method = "DELETE", PathContains = users[1], Next = 1, RetryAfterSeconds = 2 });
        State.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Method = "DELETE", PathContains = users[4], Next = 1, RetryAfterSeconds = 9 });

        var retry = Assert.IsType<Outcome.Retry>(await _target.ChangeMembersAsync(group, [], users, None));

        Assert.Equal((TimeSpan.FromSeconds(9), false), (retry.After, retry.Untouched));
        Assert.Equal(new[] { users[1], users[4] }.Order(StringComparer.Ordinal), State.MembersOf(group));
        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, [], users, None));
        Assert.Empty(State.MembersOf(group));
    }

    [Fact]
    public async Task Batch_of_which_every_item_was_throttled_touched_nothing()
    {
        var (group, users) = (await GroupAsync(), Users(2));
        await _target.ChangeMembersAsync(group, users, [], None);
        State.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Method = "DELETE", Always = true, RetryAfterSeconds = 4 });

        Assert.True(Assert.IsType<Outcome.Retry>(await _target.ChangeMembersAsync(group, [], users, None)).Untouched);
    }

    [Fact]
    public async Task Removals_go_first_and_a_failure_among_many_is_not_lost()
    {
        var (group, users) = (await GroupAsync(), Users(12));
        await _target.ChangeMembersAsync(group, users[..4], [], None);
        State.Faults.Add(new FaultRule { Kind = FaultKind.Error, Method = "DELETE", PathContains = users[0], Next = 1, Status = 503 });

        Assert.False(Assert.IsType<Outcome.Retry>(await _target.ChangeMembersAsync(group, users[4..], users[..4], None)).Untouched);
        Assert.Equal([users[0]], State.MembersOf(group));

        Assert.IsType<Outcome.Done>(await _target.ChangeMembersAsync(group, users[4..], users[..4], None));
        Assert.Equal(users[4..].Order(StringComparer.Ordinal), State.MembersOf(group));
    }

    [Fact]
    public async Task Group_that_was_deleted_is_gone()
    {
        var (group, users) = (await GroupAsync(), Users(1));
        await _target.ChangeMembersAsync(group, users, [], None);
        using var other = _tenant.Open();
        await other.DeleteAsync(AccountKind.Group, group, None);

        Assert.IsType<Outcome.Gone>(await other.ChangeMembersAsync(group, users, [], None));
    }

    [Fact]
    public async Task Permission_for_members_alone_is_enough_for_members()
    {
        await using var tenant = await EntraTenant.StartAsync(app: new GraphApp(EntraTenant.ClientId, ["GroupMember.ReadWrite.All", "User.Read.All"]) { Secret = EntraTenant.Secret });
        using var target = tenant.Open();
        var (group, user) = (tenant.State.Add("group", """{"displayName":"A","uniqueName":"a"}"""), tenant.State.Add("user", Existing()));

        Assert.IsType<Outcome.Done>(await target.ChangeMembersAsync(group, [user], [], None));
        Assert.IsType<Outcome.Done>(await target.ChangeMembersAsync(group, [], [user], None));
        Assert.IsType<Outcome.Rejected>(await target.UpdateAsync(AccountKind.Group, group, [new(null, "displayName", "B")], active: null, None));
    }

    private async Task<string> GroupAsync() => Assert.IsType<Outcome.Done>(await _target.CreateAsync(Group(), None)).RemoteId!;

    private string[] Users(int count) => [.. Enumerable.Range(0, count).Select(i => State.Add("user", Existing(name: $"user{i}@corp.example")))];
}
