using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>What dialects say, who is believed, and what becomes of what a vendor refuses or demands.</summary>
public sealed class ScimDialectTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Configuration_goes_before_dialect_before_the_server_before_the_RFC()
    {
        var configured = new ScimTraits { PageSize = 1, Omit = ["a"] };
        var dialect = new ScimTraits { PageSize = 2, Omit = ["b"], ETags = false, UserUpdate = ScimUpdate.Patch };
        var discovered = new ScimTraits { PageSize = 3, Omit = ["c"], ETags = true, UserUpdate = ScimUpdate.Put, GroupUpdate = ScimUpdate.Put };

        var switches = ScimSwitches.Of(configured, dialect, discovered);

        Assert.Equal(1, switches.PageSize);
        Assert.Equal(["a"], switches.Omit);
        Assert.False(switches.ETags);
        Assert.Equal((ScimUpdate.Patch, ScimUpdate.Put), (switches.UserUpdate, switches.GroupUpdate));
        Assert.Equal((100, ScimPaging.Index, "Users"), (switches.MembersPerCall, switches.Paging, switches.UsersPath));
    }

    [Fact]
    public async Task Configuration_dialect_and_server_are_heard_on_the_wire_in_this_order()
    {
        // The server says PUT and 3 to a page, the dialect PATCH and no filter of groups by key, the configuration 7 to a page.
        using var wire = new ScimWire(options =>
        {
            options.Dialect = "atlassian";
            options.PageSize = 7;
            options.Discover = true;
        });
        wire.On("GET", "/ServiceProviderConfig", 200, """{"patch":{"supported":false},"filter":{"supported":true,"maxResults":3}}""")
            .On("GET", "/Groups", 200, """{"totalResults":0}""")
            .On("PATCH", "/Users/1", 204);

        Assert.IsType<Outcome.Gone>(await wire.Target.FindAsync(AccountKind.Group, "k", None));
        Assert.Equal("?startIndex=1&count=7&excludedAttributes=members", wire.LastAddress.Query);
        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, None));
        Assert.Equal("PATCH /scim/v2/Users/1", wire.Calls[^1]);
    }

    [Fact]
    public void Every_dialect_is_free_of_faults()
    {
        foreach (var name in ScimDialects.All.Keys)
        {
            using var target = new ScimTarget(
                new ScimTargetOptions { Dialect = name, BaseUrl = "https://idp.example/scim", Token = new SecretReference { Value = "t" } }, TimeProvider.System);
            Assert.True(target.Capabilities.Disable, name);
        }
    }

    [Theory]
    [InlineData("aws-identity-center", true)]
    [InlineData("github", false)]
    [InlineData("slack", false)]
    [InlineData("salesforce", false)]
    public void Deletion_is_declared_where_it_deletes(string dialect, bool deletes)
    {
        using var wire = new ScimWire(options => options.Dialect = dialect);

        Assert.Equal(deletes, wire.Target.Capabilities.Delete);
    }

    [Fact]
    public async Task Second_address_and_what_else_AWS_refuses_is_left_out()
    {
        using var wire = new ScimWire(options => options.Dialect = "aws-identity-center");
        wire.On("POST", "/Users", 201, """{"id":"1"}""");
        var user = ScimWire.User();
        user.Attributes["emails"] = JsonNode.Parse("""[{"value":"home@x.example","type":"home"},{"value":"work@x.example","type":"work","primary":true}]""");
        user.Attributes["photos"] = JsonNode.Parse("""[{"value":"https://x.example/1.png"}]""");

        Assert.Equal(new Outcome.Done("1"), await wire.Target.CreateAsync(user, None));

        Assert.Equal("work@x.example", (string?)Assert.Single(wire.LastBody["emails"]!.AsArray())!["value"]);
        Assert.Null(wire.LastBody["photos"]);
        Assert.Equal(2, user.Attributes["emails"]!.AsArray().Count);
    }

    [Fact]
    public async Task Refused_attribute_is_left_out_of_a_change_and_nothing_is_called_where_nothing_is_left()
    {
        using var wire = new ScimWire(options => options.Omit = ["title", Enterprise + ":costCenter"]);
        wire.On("PATCH", "/Users/1", 204);

        Assert.Equal(
            new Outcome.Done("1"),
            await wire.Target.UpdateAsync(AccountKind.User, "1", [new(null, "title", "Lead"), new(Enterprise, "costCenter", "7")], active: null, None));
        Assert.Empty(wire.Calls);

        await wire.Target.UpdateAsync(AccountKind.User, "1", [new(null, "title", "Lead"), new(Enterprise, "department", "R")], active: null, None);
        Assert.Equal(Enterprise + ":department", (string?)Assert.Single(wire.LastBody["Operations"]!.AsArray())!["path"]);
    }

    [Theory]
    [InlineData("aws-identity-center", "displayName", "displayName")]
    [InlineData("aws-identity-center", "name", "name.givenName, name.familyName")]
    [InlineData("github", "emails", "emails")]
    [InlineData("salesforce", "title", "entitlements")]
    public async Task Who_lacks_what_is_demanded_is_rejected_and_nothing_is_called(string dialect, string without, string said)
    {
        using var wire = new ScimWire(options => options.Dialect = dialect);
        var user = ScimWire.User();
        user.Attributes.Remove(without);

        var rejected = Assert.IsType<Outcome.Rejected>(await wire.Target.CreateAsync(user, None));

        Assert.Contains(said, rejected.Reason, StringComparison.Ordinal);
        Assert.NotNull(rejected.Failure);
        Assert.Empty(wire.Calls);
    }

    [Fact]
    public async Task What_is_demanded_cannot_be_cleared_and_keeps_nobody_in()
    {
        using var wire = new ScimWire(options => options.Dialect = "aws-identity-center");
        wire.On("PATCH", "/Users/1", 204);
        AttributeChange[] clearing = [new(null, "displayName", null)];

        Assert.IsType<Outcome.Rejected>(await wire.Target.UpdateAsync(AccountKind.User, "1", clearing, active: null, None));
        Assert.Empty(wire.Calls);

        Assert.IsType<Outcome.Rejected>(await wire.Target.UpdateAsync(AccountKind.User, "1", clearing, active: false, None));
        Assert.Equal("""[{"op":"replace","path":"active","value":false}]""", wire.LastBody["Operations"]!.ToJsonString());
    }

    [Fact]
    public async Task Headers_of_a_vendor_are_on_every_call_and_may_be_others()
    {
        using var wire = new ScimWire(options => options.Dialect = "github");
        using var other = new ScimWire(options =>
        {
            options.Headers = new() { ["User-Agent"] = "corp/1", ["X-Tenant"] = "7" };
            options.ContentType = ScimMedia.Json;
        });
        foreach (var one in new[] { wire, other })
            Assert.Equal(new Outcome.Done("1"), await one.On("POST", "/Users", 201, """{"id":"1"}""").Target.CreateAsync(ScimWire.User(), None));

        Assert.Equal("2022-11-28", wire.LastHeader("X-GitHub-Api-Version"));
        Assert.StartsWith("ScimBridge/", wire.LastHeader("User-Agent"), StringComparison.Ordinal);
        Assert.Equal(("corp/1", "7", "application/json"), (other.LastHeader("User-Agent"), other.LastHeader("X-Tenant"), other.LastHeader("Content-Type")));
    }

    [Fact]
    public async Task Members_leave_by_values_where_paths_take_no_filter()
    {
        using var wire = new ScimWire(options => options.Dialect = "github");
        wire.On("PATCH", "/Groups/g", 204);

        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", ["3"], ["1", "2"], None));

        Assert.Equal(
            """[{"op":"remove","path":"members","value":[{"value":"1"},{"value":"2"}]},{"op":"add","path":"members","value":[{"value":"3"}]}]""",
            wire.LastBody["Operations"]!.ToJsonString());
    }

    [Fact]
    public async Task Members_come_and_go_within_an_object_at_Salesforce()
    {
        using var wire = new ScimWire(options => options.Dialect = "salesforce");
        wire.On("PATCH", "/Groups/g", 200, "{}");

        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", ["3"], ["1"], None));

        Assert.Equal(
            """[{"op":"remove","path":"members","value":{"members":[{"value":"1"}]}},{"op":"add","path":"members","value":{"members":[{"value":"3"}]}}]""",
            wire.LastBody["Operations"]!.ToJsonString());
    }

    [Fact]
    public async Task Known_pace_of_a_vendor_holds_until_one_is_configured()
    {
        using var wire = new ScimWire(options => options.Dialect = "slack");
        wire.On("PATCH", "/Users/1", 204);

        Assert.True(await HeldAsync(wire.Target) > 0, "Forty calls at once were let through at three a second.");
        using var other = new ScimWire(options => options.Dialect = "slack");
        other.On("PATCH", "/Users/1", 204).Target.Pace.Ceiling = 1000;
        Assert.Equal(0, await HeldAsync(other.Target));

        // Time stands still here: who is to wait less than five seconds waits for good.
        static async Task<int> HeldAsync(ScimTarget target)
        {
            using var cancel = new CancellationTokenSource();
            var calls = Enumerable.Range(0, 40).Select(_ => target.UpdateAsync(AccountKind.User, "1", [], active: false, cancel.Token)).ToList();
            await cancel.CancelAsync();
            await Task.WhenAll(calls).ContinueWith(_ => { }, None, TaskContinuationOptions.None, TaskScheduler.Default);
            return calls.Count(call => call is { IsCompletedSuccessfully: true, Result: Outcome.Retry { IsHeldBack: true } });
        }
    }
}
