using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>Servers that take no PATCH, versions, and groups that are too big for one request.</summary>
public sealed class ScimUpdatesTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private const string Theirs = "urn:vendor:2.0:User";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Replacement_keeps_what_nobody_told_us_about()
    {
        using var wire = Replacing();
        wire.On("GET", "/Users/1", 200, $$$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","externalId":"k","meta":{"version":"W/\"1\""},"active":true,
             "userName":"u","nickName":"N","Title":"Old","groups":[{"value":"g"}],"{{{Theirs}}}":{"licence":"E5"}}
            """).On("PUT", "/Users/1", 200, """{"id":"1"}""");

        Assert.Equal(
            new Outcome.Done("1"),
            await wire.Target.UpdateAsync(
                AccountKind.User, "1", [new(null, "title", "Lead"), new(null, "nickName", null), new(Enterprise, "department", "R")], active: null, None));

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$$"""
                {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","{{{Enterprise}}}"],"id":"1","externalId":"k","active":true,"userName":"u",
                 "{{{Theirs}}}":{"licence":"E5"},"title":"Lead","{{{Enterprise}}}":{"department":"R"}}
                """),
            wire.LastBody));
        Assert.Equal("W/\"1\"", wire.LastHeader("If-Match"));
    }

    [Fact]
    public async Task What_is_as_it_should_be_is_not_replaced()
    {
        using var wire = Replacing();
        wire.On("GET", "/Users/1", 200, """{"id":"1","active":"false","title":"Lead"}""");

        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.User, "1", [new(null, "title", "Lead")], active: false, None));
        Assert.Equal(["GET /scim/v2/Users/1"], wire.Calls);
    }

    [Fact]
    public async Task Version_that_has_passed_is_read_anew_and_what_others_wrote_stays()
    {
        using var wire = Replacing();
        wire.InTurn("GET", "/Users/1", (200, """{"id":"1","title":"A"}""", "\"1\""), (200, """{"id":"1","title":"A","nickName":"theirs"}""", "\"2\""))
            .InTurn("PUT", "/Users/1", (412, null, null), (200, """{"id":"1"}""", null));

        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.User, "1", [new(null, "title", "B")], active: null, None));

        Assert.Equal(["\"1\"", "\"2\""], wire.Headers("PUT", "If-Match"));
        Assert.Equal("""{"id":"1","nickName":"theirs","title":"B"}""", wire.LastBody.ToJsonString());
    }

    [Fact]
    public async Task Version_that_passes_again_and_again_is_given_up_for_now()
    {
        using var wire = Replacing();
        wire.On("GET", "/Users/1", 200, """{"id":"1"}""", ScimWire.ScimType, ("ETag", "\"1\"")).On("PUT", "/Users/1", 412);

        Assert.True(Assert.IsType<Outcome.Retry>(await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, None)).Untouched);
        Assert.Equal(6, wire.Calls.Count);
    }

    [Fact]
    public async Task Version_is_not_named_where_the_server_keeps_none()
    {
        using var wire = Replacing(options => options.ETags = false);
        wire.On("GET", "/Users/1", 200, """{"id":"1"}""", ScimWire.ScimType, ("ETag", "\"1\"")).On("PUT", "/Users/1", 200);

        await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, None);

        Assert.Equal([null], wire.Headers("PUT", "If-Match"));
    }

    [Fact]
    public async Task Members_of_a_group_that_is_replaced_are_those_there_are_but_for_the_change()
    {
        using var wire = Replacing();
        wire.On("GET", "/Groups/g", 200, """{"id":"g","displayName":"G","members":[{"value":"1","display":"One"},{"value":2}]}""").On("PUT", "/Groups/g", 204);

        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", ["3", "1"], ["2"], None));

        Assert.Equal("""[{"value":"1","display":"One"},{"value":"3"}]""", wire.LastBody["members"]!.ToJsonString());
    }

    [Fact]
    public async Task Group_whose_members_nobody_shows_is_never_replaced()
    {
        using var wire = Replacing(options => options.ReturnsMembers = false);

        Assert.IsType<Outcome.Rejected>(await wire.Target.ChangeMembersAsync("g", ["1"], [], None));
        Assert.IsType<Outcome.Rejected>(await wire.Target.UpdateAsync(AccountKind.Group, "g", [new(null, "displayName", "H")], active: null, None));
        Assert.Null((await wire.Target.ReadMembersAsync("g", None)).Members);
        Assert.Empty(wire.Calls);
    }

    [Fact]
    public async Task Resource_too_big_to_be_read_whole_is_not_replaced()
    {
        using var wire = Replacing();
        wire.On("GET", "/Groups/g", 200, $$"""{"id":"g","displayName":"{{new string('x', 2 << 20)}}"}""");

        Assert.IsType<Outcome.Rejected>(await wire.Target.ChangeMembersAsync("g", ["1"], [], None));
        Assert.Equal(["GET /scim/v2/Groups/g"], wire.Calls);
    }

    [Theory]
    [InlineData(413, null)]
    [InlineData(400, """{"scimType":"tooMany","status":"400"}""")]
    public async Task Too_many_members_are_halved_until_they_fit_and_not_tried_again(int status, string? body)
    {
        using var wire = new ScimWire();
        wire.InTurn("PATCH", "/Groups/g", (status, body, null), (status, body, null), (204, null, null));

        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", ["1", "2", "3", "4", "5"], ["6", "7", "8"], None));

        // 8, 4, and four times 2; those who leave come first.
        Assert.Equal([8, 4, 2, 2, 2, 2], wire.Bodies("PATCH").Select(Named));
        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", ["1", "2", "3"], [], None));
        Assert.Equal([2, 1], wire.Bodies("PATCH").Skip(6).Select(Named));
    }

    [Fact]
    public async Task Group_that_takes_not_even_one_more_is_rejected_and_others_are_not_slowed_down()
    {
        using var wire = new ScimWire();
        wire.On("PATCH", "/Groups/full", 413).On("PATCH", "/Groups/g", 204);

        Assert.IsType<Outcome.Rejected>(await wire.Target.ChangeMembersAsync("full", ["1", "2", "3", "4"], [], None));
        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", ["1", "2", "3", "4"], [], None));

        Assert.Equal([4, 2, 1, 4], wire.Bodies("PATCH").Select(Named));
    }

    [Theory]
    [InlineData("<html>Welcome</html>")]
    [InlineData("{}")]
    public async Task What_is_no_resource_is_not_replaced_now(string body)
    {
        using var wire = Replacing();
        wire.On("GET", "/Users/1", 200, body);

        Assert.True(Assert.IsType<Outcome.Retry>(await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, None)).Untouched);
        Assert.Equal(["GET /scim/v2/Users/1"], wire.Calls);
    }

    [Fact]
    public async Task Piece_that_fails_after_others_is_not_untouched()
    {
        using var wire = new ScimWire(options => options.MembersPerCall = 1);
        wire.InTurn("PATCH", "/Groups/g", (204, null, null), (429, null, null));

        Assert.False(Assert.IsType<Outcome.Retry>(await wire.Target.ChangeMembersAsync("g", ["1", "2"], [], None)).Untouched);
    }

    private static int Named(JsonNode body) => body["Operations"]!.AsArray().Sum(operation => (operation!["value"] as JsonArray)?.Count ?? 1);

    private static ScimWire Replacing(Action<ScimTargetOptions>? configure = null) => new(options =>
    {
        (options.UserUpdate, options.GroupUpdate) = (ScimUpdate.Put, ScimUpdate.Put);
        configure?.Invoke(options);
    });
}
