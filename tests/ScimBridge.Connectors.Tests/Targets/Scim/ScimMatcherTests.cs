using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>Accounts that are there already: whose they are, and who decides.</summary>
public sealed class ScimMatcherTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private const string Refusal = """{"scimType":"invalidFilter","status":"400"}""";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Account_without_a_key_that_has_the_user_name_is_taken_over()
    {
        using var wire = Wire();
        wire.OnFilter("externalId").OnFilter("userName", Account("7")).On("PATCH", "/Users/7", 204);

        Assert.Equal(new Outcome.Exists("7"), await wire.Target.CreateAsync(ScimWire.User(), None));

        Assert.Equal($$"""[{"op":"replace","path":"externalId","value":"{{ScimWire.Key}}"}]""", wire.LastBody["Operations"]!.ToJsonString());
    }

    [Fact]
    public async Task Account_is_taken_over_by_replacement_where_there_is_no_PATCH()
    {
        using var wire = Wire(options => options.UserUpdate = ScimUpdate.Put);
        wire.OnFilter("externalId").OnFilter("userName", Account("7")).On("GET", "/Users/7", 200, Account("7")).On("PUT", "/Users/7", 204);

        Assert.Equal(new Outcome.Exists("7"), await wire.Target.CreateAsync(ScimWire.User(), None));
        Assert.Equal(ScimWire.Key, (string?)wire.LastBody["externalId"]);
    }

    [Fact]
    public async Task Account_that_carries_another_key_is_nobody_s_to_take()
    {
        using var wire = Wire();
        wire.OnFilter("externalId").OnFilter("userName", Account("7", externalId: "another"));

        Assert.Equal(new Outcome.Exists(null), await wire.Target.CreateAsync(ScimWire.User(), None));
    }

    [Fact]
    public async Task Nobody_is_taken_over_where_nothing_is_listed()
    {
        using var wire = Wire(options => options.Match = []);
        wire.OnFilter("externalId").OnFilter("userName", Account("7"));

        Assert.Equal(new Outcome.Exists(null), await wire.Target.CreateAsync(ScimWire.User(), None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Account_of_ours_is_found_by_name_where_a_filter_on_the_key_finds_nobody(bool isListed)
    {
        using var wire = Wire(options => options.Match = isListed ? [ScimMatch.UserName] : []);
        wire.OnFilter("externalId").OnFilter("userName", Account("7", externalId: ScimWire.Key));

        Assert.Equal(new Outcome.Exists("7"), await wire.Target.CreateAsync(ScimWire.User(), None));
    }

    [Theory]
    [InlineData("7", "8", false)]
    [InlineData("7", "7", true)]
    public async Task Employee_number_confirms_or_refutes(string theirs, string ours, bool isTaken)
    {
        using var wire = Wire();
        wire.OnFilter("externalId").OnFilter("userName", Account("1", employeeNumber: theirs)).On("PATCH", "/Users/1", 204);
        var user = ScimWire.User();
        user.Attributes[Enterprise]!["employeeNumber"] = ours;

        var outcome = await wire.Target.CreateAsync(user, None);

        Assert.Equal(isTaken, outcome is Outcome.Exists { RemoteId: "1" });
        if (!isTaken)
            IsUndecided(outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task User_name_that_is_the_address_takes_over_only_where_that_is_said(bool isSaid)
    {
        using var wire = Wire(options => options.Match = isSaid ? [ScimMatch.UserName, ScimMatch.Emails] : [ScimMatch.UserName]);
        wire.On("POST", "/Users", 409);
        wire.OnFilter("externalId").OnFilter("userName", Account("7", userName: "mira@corp.example", email: "Mira@corp.example")).On("PATCH", "/Users/7", 204);

        var outcome = await wire.Target.CreateAsync(ScimWire.User("mira@corp.example"), None);

        if (isSaid)
            Assert.Equal(new Outcome.Exists("7"), outcome);
        else
            IsUndecided(outcome);
    }

    [Fact]
    public async Task Address_is_looked_for_before_anything_is_created_and_several_are_a_case_to_decide()
    {
        using var wire = Wire(options => options.Match = [ScimMatch.Emails, ScimMatch.UserName]);
        wire.OnFilter("emails.value", Account("1", userName: "a", email: "mholt@corp.example"), Account("2", userName: "b", email: "mholt@corp.example"));

        IsUndecided(await wire.Target.CreateAsync(ScimWire.User(), None));
        Assert.DoesNotContain(wire.Calls, call => call.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Address_whose_filter_is_refused_is_looked_for_among_everybody()
    {
        using var wire = Wire(options => options.Match = [ScimMatch.Emails, ScimMatch.UserName]);
        wire.On("GET", "/Users", 400, Refusal).OnQuery("startIndex", "1", ScimWire.List(Account("1", userName: "x"), Account("2", userName: "y", email: "MHOLT@corp.example")))
            .On("PATCH", "/Users/2", 204);

        Assert.Equal(new Outcome.Exists("2"), await wire.Target.CreateAsync(ScimWire.User(), None));
    }

    [Fact]
    public async Task Filter_that_is_ignored_takes_nobody_over()
    {
        using var wire = Wire(options => options.Match = [ScimMatch.Emails, ScimMatch.UserName]);
        wire.On("GET", "/Users", 200, ScimWire.List(Account("1", userName: "x", email: "x@corp.example"))).On("POST", "/Users", 201, """{"id":"9"}""");

        Assert.Equal(new Outcome.Done("9"), await wire.Target.CreateAsync(ScimWire.User(), None));
    }

    [Fact]
    public async Task Key_is_looked_for_first_where_it_is_listed()
    {
        using var wire = Wire(options => options.Match = [ScimMatch.ExternalId, ScimMatch.UserName]);
        wire.OnFilter("externalId", ScimWire.Resource("\"7\""));

        Assert.Equal(new Outcome.Exists("7"), await wire.Target.CreateAsync(ScimWire.User(), None));
        Assert.Equal(["GET /scim/v2/Users"], wire.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Group_of_the_name_is_taken_over_where_that_is_said(bool isSaid)
    {
        using var wire = new ScimWire(options => options.MatchGroups = isSaid);
        wire.On("GET", "/Groups", 200, ScimWire.List("""{"id":"g","displayName":"Sales"}""")).On("PATCH", "/Groups/g", 204).On("POST", "/Groups", 201, """{"id":"new"}""");
        var group = new DesiredAccount(AccountKind.Group, "k", Active: true, new JsonObject { ["displayName"] = "Sales" });

        Assert.Equal(isSaid ? new Outcome.Exists("g") : new Outcome.Done("new"), await wire.Target.CreateAsync(group, None));
    }

    [Fact]
    public async Task Account_that_goes_while_it_is_taken_over_is_tried_again()
    {
        using var wire = Wire();
        wire.OnFilter("externalId").OnFilter("userName", Account("7")).On("PATCH", "/Users/7", 404, """{"status":"404","detail":"gone"}""");

        Assert.IsType<Outcome.Retry>(await wire.Target.CreateAsync(ScimWire.User(), None));
    }

    private static void IsUndecided(Outcome outcome) => Assert.Equal(Explanation.Ambiguous, Assert.IsType<Outcome.Rejected>(outcome).Failure!.Code);

    private static ScimWire Wire(Action<ScimTargetOptions>? configure = null) => new ScimWire(configure).On("POST", "/Users", 409);

    private static string Account(
        string id, string userName = "mholt", string? externalId = null, string? employeeNumber = null, string? email = null) => new JsonObject
    {
        ["id"] = id,
        ["userName"] = userName,
        ["externalId"] = externalId,
        ["emails"] = email is null ? null : new JsonArray(new JsonObject { ["value"] = email }),
        [Enterprise] = employeeNumber is null ? null : new JsonObject { ["employeeNumber"] = employeeNumber },
    }.ToJsonString();
}
