using System.Diagnostics;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Tests.Faults;

public sealed class FaultTests
{
    [Theory]
    [InlineData("{'kind':'throttle','next':1,'retryAfterSeconds':7}", "7")]
    [InlineData("{'kind':'throttle','next':1,'retryAfterSeconds':60,'retryAfterAsDate':true}", "Sun, 01 Mar 2026 12:01:00 GMT")]
    [InlineData("{'kind':'throttle','next':1}", null)]
    public async Task Throttle_answers_429_with_the_retry_after_asked_for(string rule, string? retryAfter)
    {
        await using var client = await TargetClient.StartAsync(clock: new ManualClock());
        await BreakAsync(client, rule);

        var refused = await client.CreateUserAsync("ann");
        var accepted = await client.CreateUserAsync("ann");

        Assert.Equal((429, retryAfter), (refused.Status, refused.RetryAfter));
        Assert.Equal("429", (string?)refused.Json["status"]);
        Assert.Equal(201, accepted.Status);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Error_answers_its_status_and_does_nothing(int status)
    {
        await using var client = await TargetClient.StartAsync();
        client.Target.Faults.Add(new() { Kind = FaultKind.Error, Status = status, RetryAfterSeconds = 3, Next = 1 });

        var reply = await client.CreateUserAsync("ann");

        Assert.Equal((status, "3"), (reply.Status, reply.RetryAfter));
        Assert.Equal(0, client.Target.UserCount);
    }

    [Fact]
    public async Task Rule_lets_the_calls_pass_that_it_is_to_come_after()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'error','after':2,'next':1}");

        var statuses = new List<int>();
        foreach (var name in new[] { "ann", "ben", "cat", "dan" })
            statuses.Add((await client.CreateUserAsync(name)).Status);

        Assert.Equal([201, 201, 500, 201], statuses);
    }

    [Fact]
    public async Task Timeout_does_not_answer_and_does_nothing()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'timeout','next':1}");
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Http.PostAsync(
            new Uri("/targets/corp/scim/v2/Users", UriKind.Relative), new StringContent(TargetClient.User("ann")), patience.Token));

        Assert.Equal(0, client.Target.UserCount);
        Assert.Equal(201, (await client.CreateUserAsync("ann")).Status);
    }

    [Fact]
    public async Task Timeout_drops_the_connection_after_its_hold()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'timeout','next':1,'milliseconds':200}");
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateUserAsync("ann"));

        Assert.True(clock.ElapsedMilliseconds >= 190);
        Assert.Equal(0, client.Target.UserCount);
    }

    [Fact]
    public async Task Timeout_does_not_hold_up_the_end_of_the_sandbox()
    {
        var clock = Stopwatch.StartNew();
        Task<Reply> held;
        await using (var client = await TargetClient.StartAsync())
        {
            await BreakAsync(client, "{'kind':'timeout','always':true}");
            held = client.CreateUserAsync("ann");
            await Task.Delay(100);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => held);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Lost_reply_does_the_work_and_drops_the_connection()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'lostReply','next':1}");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateUserAsync("ann", "w1"));

        Assert.Equal(1, client.Target.UserCount);
        Assert.Equal(409, (await client.CreateUserAsync("ann", "w1")).Status);
        Assert.Equal(1, client.Target.Calls.Creates["Users"]["w1"]);
    }

    [Fact]
    public async Task Reset_drops_the_connection_and_does_nothing()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'reset','next':1}");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateUserAsync("ann"));

        Assert.Equal(0, client.Target.UserCount);
        Assert.Contains(client.Target.Calls.Calls, call => call is { Method: "POST", Resource: "Users", Status: 0, Count: 1 });
    }

    [Fact]
    public async Task Latency_waits_and_then_works()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'latency','milliseconds':200,'next':1}");
        var clock = Stopwatch.StartNew();

        Assert.Equal(201, (await client.CreateUserAsync("ann")).Status);

        Assert.True(clock.ElapsedMilliseconds >= 190);
    }

    [Fact]
    public async Task Lie_answers_as_if_done_and_changes_nothing()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann");
        var group = await client.CreateGroupAsync("Research");
        var before = client.Target.StateJson();
        await BreakAsync(client, "{'kind':'lie','always':true}");

        var created = await client.CreateUserAsync("bob", "w2");
        var withMember = await client.CreateGroupAsync("Sales", ann.Id);
        var patched = await client.PatchAsync($"/Users/{ann.Id}", "{'op':'replace','path':'active','value':false}");
        var replaced = await client.SendAsync("PUT", $"/Users/{ann.Id}", TargetClient.User("anna"));
        var joined = await client.PatchAsync($"/Groups/{group.Id}", $"{{'op':'add','path':'members','value':[{{'value':'{ann.Id}'}}]}}");
        var deleted = await client.SendAsync("DELETE", $"/Users/{ann.Id}");

        Assert.Equal((201, "bob"), (created.Status, (string?)created.Json["userName"]));
        Assert.NotNull(created.Location);
        Assert.Equal(ann.Id, (string?)withMember.Json["members"]![0]!["value"]);
        Assert.Equal((200, false, "W/\"2\""), (patched.Status, (bool)patched.Json["active"]!, patched.ETag));
        Assert.Equal((200, "anna"), (replaced.Status, (string?)replaced.Json["userName"]));
        Assert.Equal((204, "W/\"2\""), (joined.Status, joined.ETag));
        Assert.Equal(204, deleted.Status);
        Assert.Equal(before, client.Target.StateJson());
        Assert.Equal(1, client.Target.FindUser("ann")!.Version);
        Assert.False(client.Target.Calls.Creates.ContainsKey("Users"));
    }

    [Fact]
    public async Task Html_comes_with_success_after_the_work()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'html','always':true}");

        var created = await client.CreateUserAsync("ann");
        var conflict = await client.CreateUserAsync("ann");

        Assert.Equal((200, "text/html"), (created.Status, created.ContentType));
        Assert.StartsWith("<!doctype html>", created.Text, StringComparison.Ordinal);
        Assert.Equal((409, "application/scim+json"), (conflict.Status, conflict.ContentType));
        Assert.Equal(1, client.Target.UserCount);
    }

    [Fact]
    public async Task Rule_strikes_only_the_calls_it_matches()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'error','always':true,'method':'patch','pathContains':'/users/'}");
        var ann = await client.CreateUserAsync("ann");
        var group = await client.CreateGroupAsync("Research");

        Assert.Equal(500, (await client.PatchAsync($"/Users/{ann.Id}", "{'op':'remove','path':'title'}")).Status);
        Assert.Equal(200, (await client.GetAsync($"/Users/{ann.Id}")).Status);
        Assert.Equal(204, (await client.PatchAsync($"/Groups/{group.Id}", "{'op':'replace','path':'displayName','value':'R'}")).Status);
    }

    [Fact]
    public async Task Rules_strike_in_their_order()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "[{'kind':'error','next':2},{'kind':'throttle','next':1}]");

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
            statuses.Add((await client.GetAsync("/Users")).Status);

        Assert.Equal([500, 500, 429, 200], statuses);
        Assert.Equal(2, client.Target.Calls.Faults["error"]);
        Assert.Equal(1, client.Target.Calls.Faults["throttle"]);
    }

    [Fact]
    public async Task Share_strikes_the_same_calls_in_every_run_and_about_so_many()
    {
        var first = await StruckAsync(seed: 1);
        var again = await StruckAsync(seed: 1);
        var other = await StruckAsync(seed: 2);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(struck => struck), 60, 120);

        static async Task<List<bool>> StruckAsync(int seed)
        {
            await using var client = await TargetClient.StartAsync();
            client.Target.Faults.Add(new() { Kind = FaultKind.Error, Share = 0.3, Seed = seed });
            var struck = new List<bool>();
            for (var i = 0; i < 300; i++)
                struck.Add((await client.GetAsync("/Users?count=0")).Status == 500);
            return struck;
        }
    }

    [Fact]
    public async Task Cleared_faults_strike_no_more()
    {
        await using var client = await TargetClient.StartAsync();
        await BreakAsync(client, "{'kind':'error','always':true}");
        Assert.Equal(500, (await client.GetAsync("/Users")).Status);

        Assert.Equal(200, (await client.SendAsync("DELETE", "/sandbox/targets/corp/faults")).Status);

        Assert.Equal(200, (await client.GetAsync("/Users")).Status);
        Assert.Empty(client.Target.Faults.Rules);
    }

    [Theory]
    [InlineData("{'kind':'error'}")]
    [InlineData("{'kind':'error','next':1,'always':true}")]
    [InlineData("{'kind':'error','next':0}")]
    [InlineData("{'kind':'error','share':1.5}")]
    [InlineData("{'kind':'error','always':true,'status':404}")]
    [InlineData("{'kind':'throttle','always':true,'retryAfterSeconds':-1}")]
    [InlineData("{'kind':'latency','always':true}")]
    [InlineData("{'kind':'flood','always':true}")]
    [InlineData("{'kind':'error','always':true,'metod':'GET'}")]
    [InlineData("{'always':true}")]
    [InlineData("[{'kind':'error','always':true},null]")]
    [InlineData("null")]
    [InlineData("nonsense")]
    public async Task Bad_rule_is_refused_and_none_is_added(string rules)
    {
        await using var client = await TargetClient.StartAsync();

        var reply = await client.SendAsync("POST", "/sandbox/targets/corp/faults", TargetClient.Json(rules));

        Assert.Equal(400, reply.Status);
        Assert.NotNull(reply.Json["error"]);
        Assert.Empty(client.Target.Faults.Rules);
    }

    [Fact]
    public async Task Limit_answers_429_to_every_call_beyond_it_in_a_second()
    {
        var clock = new ManualClock();
        await using var client = await TargetClient.StartAsync(new() { LimitPerSecond = 3 }, clock);

        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
            statuses.Add((await client.GetAsync("/Users")).Status);
        var refused = await client.GetAsync("/Users");
        clock.Now += TimeSpan.FromSeconds(1);
        statuses.Add((await client.GetAsync("/Users")).Status);

        Assert.Equal([200, 200, 200, 429, 429, 200], statuses);
        Assert.Equal("1", refused.RetryAfter);
    }

    private static async Task BreakAsync(TargetClient client, string rules) =>
        Assert.Equal(200, (await client.SendAsync("POST", "/sandbox/targets/corp/faults", TargetClient.Json(rules))).Status);
}
