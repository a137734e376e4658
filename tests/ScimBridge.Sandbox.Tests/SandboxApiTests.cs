using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Tests;

public sealed class SandboxApiTests
{
    [Fact]
    public async Task Calls_are_counted_by_method_resource_and_status()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann", "w1");
        await client.CreateUserAsync("ann", "w1");
        await client.GetAsync("/Users?count=0");
        await client.GetAsync("/elsewhere");

        var reply = await client.SendAsync("GET", "/sandbox/targets/corp/calls");

        var expected = JsonNode.Parse(
            """
            {
              "total": 4,
              "calls": [
                { "method": "GET", "resource": "Users", "status": 200, "count": 1 },
                { "method": "POST", "resource": "Users", "status": 201, "count": 1 },
                { "method": "POST", "resource": "Users", "status": 409, "count": 1 },
                { "method": "GET", "resource": "other", "status": 404, "count": 1 }
              ],
              "faults": {},
              "creates": { "Users": { "w1": 1 } }
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, reply.Json), reply.Text);
    }

    [Fact]
    public async Task State_is_equal_when_the_contents_are_whatever_the_way_there()
    {
        await using var one = await TargetClient.StartAsync();
        await using var other = await TargetClient.StartAsync();

        var ann = (await one.CreateUserAsync("ann", "w1")).Id;
        var bob = (await one.CreateUserAsync("bob", "w2")).Id;
        await one.CreateGroupAsync("Research", ann, bob);
        await SetManagerAsync(one, bob, ann);

        var bob2 = (await other.CreateUserAsync("bob", "w2")).Id;
        var group = (await other.CreateGroupAsync("Temporary", bob2)).Id;
        var ann2 = (await other.CreateUserAsync("annabel", "w1")).Id;
        await other.SendAsync("PUT", $"/Users/{ann2}", TargetClient.User("ann", "w1"));
        await other.PatchAsync($"/Groups/{group}", $"{{'op':'add','path':'members','value':[{{'value':'{ann2}'}}]}}");
        await SetManagerAsync(other, bob2, ann2);
        var before = await other.SendAsync("GET", "/sandbox/targets/corp/state");
        await other.PatchAsync($"/Groups/{group}", "{'op':'replace','path':'displayName','value':'Research'}");

        var left = await one.SendAsync("GET", "/sandbox/targets/corp/state");
        var right = await other.SendAsync("GET", "/sandbox/targets/corp/state");

        Assert.Equal(left.Text, right.Text);
        Assert.NotEqual(left.Text, before.Text);
        Assert.Equal(["ann", "bob"], left.Json["groups"]![0]!["members"]!.AsArray().Select(member => (string?)member));
        Assert.Equal("ann", (string?)left.Json["users"]![1]![TargetClient.EnterpriseUrn]!["manager"]!["value"]);

        static async Task SetManagerAsync(TargetClient client, string user, string manager) =>
            Assert.Equal(200, (await client.PatchAsync(
                $"/Users/{user}", $"{{'op':'add','path':'{TargetClient.EnterpriseUrn}:manager.value','value':'{manager}'}}")).Status);
    }

    [Fact]
    public async Task User_is_shown_by_its_name()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann", "w1");
        await client.CreateGroupAsync("Research", ann.Id);

        var found = await client.SendAsync("GET", "/sandbox/targets/corp/users?userName=ANN");

        Assert.Equal((200, ann.Id, "w1"), (found.Status, found.Id, (string?)found.Json["externalId"]));
        Assert.Equal("Research", (string?)found.Json["groups"]![0]);
        Assert.True((bool?)found.Json["resource"]!["active"]);
        Assert.Equal(404, (await client.SendAsync("GET", "/sandbox/targets/corp/users?userName=bob")).Status);
        Assert.Equal(400, (await client.SendAsync("GET", "/sandbox/targets/corp/users")).Status);
    }

    [Fact]
    public async Task Settings_hold_from_the_next_call_on_and_go_back_at_a_reset()
    {
        await using var client = await TargetClient.StartAsync(new() { MaxPageSize = 5 });

        var changed = await client.SendAsync("PUT", "/sandbox/targets/corp/settings", """{"maxPageSize":1,"maxMembersPerPatch":10}""");
        await client.CreateUserAsync("ann");
        await client.CreateUserAsync("bob");

        Assert.Equal(200, changed.Status);
        Assert.Single((await client.GetAsync("/Users")).Ids);
        Assert.Equal(1, (int)(await client.GetAsync("/ServiceProviderConfig")).Json["filter"]!["maxResults"]!);
        Assert.Equal(400, (await client.SendAsync("PUT", "/sandbox/targets/corp/settings", """{"maxPageSize":0}""")).Status);
        Assert.Equal(400, (await client.SendAsync("PUT", "/sandbox/targets/corp/settings", """{"pageSize":1}""")).Status);
        await client.SendAsync("POST", "/sandbox/targets/corp/reset");
        Assert.Equal(5, client.Target.Settings.MaxPageSize);
    }

    [Fact]
    public async Task Reset_forgets_everything()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann", "w1");
        await client.CreateGroupAsync("Research", ann.Id);
        client.Target.Faults.Add(new() { Kind = Sandbox.Faults.FaultKind.Error, Always = true });

        Assert.Equal(200, (await client.SendAsync("POST", "/sandbox/targets/corp/reset")).Status);

        Assert.Equal((0, 0, 0L), (client.Target.UserCount, client.Target.GroupCount, client.Target.Calls.Total));
        Assert.Equal(201, (await client.CreateUserAsync("ann", "w1")).Status);
    }

    [Fact]
    public async Task Page_lists_targets_counts_and_the_last_changes_safely()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("<b>ann</b>");
        await client.PatchAsync($"/Users/{ann.Id}", "{'op':'replace','path':'active','value':false}");

        var page = await client.Http.GetStringAsync(new Uri("/", UriKind.Relative));

        Assert.Contains("<h2>corp</h2>", page, StringComparison.Ordinal);
        Assert.Contains("1 users, 0 groups, 2 calls", page, StringComparison.Ordinal);
        Assert.Contains("<td>changed</td><td>&lt;b&gt;ann&lt;/b&gt;</td><td>disabled</td>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sandbox/targets/other/calls")]
    [InlineData("/targets/other/scim/v2/Users")]
    public async Task Target_that_is_not_there_is_404(string path)
    {
        await using var client = await TargetClient.StartAsync();

        using var response = await client.Http.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(404, (int)response.StatusCode);
    }
}
