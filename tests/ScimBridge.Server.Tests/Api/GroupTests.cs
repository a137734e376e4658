using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using static ScimBridge.Server.Tests.Api.ApiBridge;

namespace ScimBridge.Server.Tests.Api;

/// <summary>Groups within groups, and what becomes of memberships (RFC 7643, 4.1.2 and 4.2).</summary>
public sealed class GroupTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Groups_of_a_user_are_direct_and_indirect_also_where_groups_go_in_circles(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var user = await bridge.UserAsync("ann@corp.example");
        var inner = await bridge.GroupAsync("inner", user);
        var middle = await bridge.GroupAsync("middle", inner);
        var outer = await bridge.GroupAsync("outer", middle);
        var both = await bridge.GroupAsync("both", user, inner);
        (await bridge.PatchAsync("/Groups/" + inner, Operation("add", "members", Members(outer)))).Is(HttpStatusCode.NoContent);

        var groups = await GroupsAsync(bridge, user);

        Assert.Equal(
            new[] { (inner, "direct"), (middle, "indirect"), (outer, "indirect"), (both, "direct") }.Order(), groups.Order());
        Assert.Equal(user, Assert.Single(await bridge.ListAsync($"/Users?filter=groups.value eq \"{inner}\"")).Id);

        (await bridge.PatchAsync("/Groups/" + inner, Operation("remove", $"members[value eq \"{user}\"]", null))).Is(HttpStatusCode.NoContent);
        Assert.Equal([(both, "direct")], await GroupsAsync(bridge, user));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Member_that_is_deleted_leaves_its_groups_and_these_have_changed(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var ann = await bridge.UserAsync("ann@corp.example");
        var bo = await bridge.UserAsync("bo@corp.example");
        var inner = await bridge.GroupAsync("inner", ann, bo);
        var outer = await bridge.GroupAsync("outer", inner, ann);
        var before = await bridge.GetAsync("/Groups/" + inner);

        (await bridge.DeleteAsync("/Users/" + ann)).Is(HttpStatusCode.NoContent);
        var after = await bridge.GetAsync("/Groups/" + inner);
        Assert.Equal(bo, (string?)Assert.Single(after.Body!["members"]!.AsArray())!["value"]);
        Assert.NotEqual(before.ETag, after.ETag);
        Assert.True(string.CompareOrdinal((string?)before.Body!["meta"]!["lastModified"], (string?)after.Body["meta"]!["lastModified"]) < 0);

        (await bridge.DeleteAsync("/Groups/" + inner)).Is(HttpStatusCode.NoContent);
        Assert.False((await bridge.GetAsync("/Groups/" + outer)).Body!.ContainsKey("members"));
        Assert.Empty(await GroupsAsync(bridge, bo));
        Assert.Equal(0, await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT count(*) FROM membership", r => r.GetInt64(0), CancellationToken.None), CancellationToken.None));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Manager_who_is_deleted_is_named_by_nobody(DatabaseKind kind)
    {
        const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        await using var bridge = await ApiBridge.StartAsync(kind);
        var boss = await bridge.UserAsync("boss@corp.example");
        var ann = await bridge.UserAsync("ann@corp.example", u => u[Enterprise] = new JsonObject { ["manager"] = new JsonObject { ["value"] = boss } });
        Assert.Equal(ann, Assert.Single(await bridge.ListAsync($"/Users?filter={Enterprise}:manager.value eq \"{boss}\"")).Id);

        (await bridge.DeleteAsync("/Users/" + boss)).Is(HttpStatusCode.NoContent);

        var user = (await bridge.GetAsync("/Users/" + ann)).Body!;
        Assert.False(user.ContainsKey(Enterprise));
        Assert.Single(user["schemas"]!.AsArray());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Members_are_left_out_where_they_are_excluded_and_otherwise_shown(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var ann = await bridge.UserAsync("ann@corp.example");
        var group = await bridge.GroupAsync("team", ann);

        foreach (var query in new[] { $"/Groups/{group}?excludedAttributes=members", $"/Groups/{group}?attributes=displayName" })
            Assert.False((await bridge.GetAsync(query)).Is(HttpStatusCode.OK).Body!.ContainsKey("members"));
        var listed = Assert.Single(await bridge.ListAsync($"/Groups?excludedAttributes=members&filter=members.value eq \"{ann}\"")).Body!;
        Assert.False(listed.ContainsKey("members"));
        Assert.Equal("team", (string?)listed["displayName"]);
        var member = Assert.Single((await bridge.GetAsync("/Groups/" + group)).Body!["members"]!.AsArray())!;
        Assert.Equal(bridge.Url + "/Users/" + ann, (string?)member["$ref"]);
        Assert.Equal("User", (string?)member["type"]);
    }

    private static async Task<List<(string Id, string Type)>> GroupsAsync(ApiBridge bridge, string user) =>
        [.. ((await bridge.GetAsync("/Users/" + user)).Is(HttpStatusCode.OK).Body!["groups"] as JsonArray ?? [])
            .Select(g => ((string)g!["value"]!, (string)g["type"]!))];
}
