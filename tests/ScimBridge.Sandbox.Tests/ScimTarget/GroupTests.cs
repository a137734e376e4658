using System.Globalization;

namespace ScimBridge.Sandbox.Tests.ScimTarget;

public sealed class GroupTests
{
    [Fact]
    public async Task Group_is_created_with_its_members()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann");

        var reply = await client.CreateGroupAsync("Research", ann.Id, ann.Id);

        Assert.Equal((201, "W/\"1\""), (reply.Status, reply.ETag));
        var member = Assert.Single(reply.Json["members"]!.AsArray())!;
        Assert.Equal(ann.Id, (string?)member["value"]);
        Assert.Equal("User", (string?)member["type"]);
        Assert.Equal(ann.Location, (string?)member["$ref"]);
        Assert.Equal(["Research"], client.Target.FindUser("ann")!.Groups);
    }

    [Fact]
    public async Task Display_name_is_unique()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateGroupAsync("Research");

        Assert.Equal(409, (await client.CreateGroupAsync("RESEARCH")).Status);
    }

    [Fact]
    public async Task Member_that_does_not_exist_is_refused_and_nothing_is_changed()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann");
        var group = await client.CreateGroupAsync("Research");

        var created = await client.CreateGroupAsync("Sales", "nobody");
        var patched = await client.PatchAsync(
            $"/Groups/{group.Id}", $"{{'op':'add','path':'members','value':[{{'value':'{ann.Id}'}},{{'value':'nobody'}}]}}");

        Assert.Equal((400, "invalidValue"), (created.Status, created.ScimType));
        Assert.Equal((400, "invalidValue"), (patched.Status, patched.ScimType));
        Assert.Null(client.Target.FindGroup("Sales"));
        Assert.Empty(client.Target.FindGroup("Research")!.Members);
    }

    /// <summary>Operations on a group that holds ann and bob; {a}, {b} and {c} stand for ids of ann, bob and cid.</summary>
    [Theory]
    [InlineData("{'op':'add','path':'members','value':[{'value':'{c}'}]}", "ann,bob,cid")]
    [InlineData("{'op':'add','path':'members','value':{'value':'{c}','display':'Cid'}}", "ann,bob,cid")]
    [InlineData("{'op':'Add','value':{'members':[{'value':'{c}'},{'value':'{a}'}]}}", "ann,bob,cid")]
    [InlineData("{'op':'remove','path':'members[value eq \\'{a}\\']'}", "bob")]
    [InlineData("{'op':'remove','path':'members[value eq \\'{c}\\']'}", "ann,bob")]
    [InlineData("{'op':'remove','path':'members','value':[{'value':'{a}'},{'value':'{c}'}]}", "bob")]
    [InlineData("{'op':'remove','path':'members'}", "")]
    [InlineData("{'op':'replace','path':'members','value':[{'value':'{c}'},{'value':'{a}'}]}", "ann,cid")]
    [InlineData("{'op':'replace','path':'members','value':[]}", "")]
    [InlineData("{'op':'replace','value':{'members':[{'value':'{b}'}]}}", "bob")]
    [InlineData("{'op':'remove','path':'members'},{'op':'add','path':'members','value':[{'value':'{b}'}]}", "bob")]
    [InlineData("{'op':'remove','path':'members[value eq \\'{a}\\']'},{'op':'add','path':'members','value':[{'value':'{a}'}]}", "ann,bob")]
    [InlineData("{'op':'add','path':'members','value':[{'value':'{c}'}]},{'op':'remove','path':'members[value eq \\'{c}\\']'}", "ann,bob")]
    [InlineData("{'op':'replace','path':'displayName','value':'Research'},{'op':'add','path':'members','value':[{'value':'{c}'}]}", "ann,bob,cid")]
    public async Task Members_follow_the_operations(string operations, string expected)
    {
        await using var client = await TargetClient.StartAsync();
        var a = (await client.CreateUserAsync("ann")).Id;
        var b = (await client.CreateUserAsync("bob")).Id;
        var c = (await client.CreateUserAsync("cid")).Id;
        var group = await client.CreateGroupAsync("Research", a, b);

        var reply = await client.PatchAsync(
            $"/Groups/{group.Id}",
            operations.Replace("{a}", a, StringComparison.Ordinal)
                .Replace("{b}", b, StringComparison.Ordinal)
                .Replace("{c}", c, StringComparison.Ordinal));

        var state = client.Target.FindGroup("Research")!;
        Assert.Equal((204, ""), (reply.Status, reply.Text));
        Assert.Equal(expected, string.Join(',', state.Members));
        Assert.Equal(expected == "ann,bob" ? 1 : 2, state.Version);
        Assert.Equal($"W/\"{state.Version}\"", reply.ETag);
        Assert.Equal(state.Members.Contains("cid"), client.Target.FindUser("cid")!.Groups.Count == 1);
    }

    [Theory]
    [InlineData("{'op':'replace','path':'members[value eq \\'x\\'].display','value':'x'}", "mutability")]
    [InlineData("{'op':'remove','path':'members[type eq \\'User\\']'}", "invalidFilter")]
    [InlineData("{'op':'add','path':'members','value':['x']}", "invalidValue")]
    [InlineData("{'op':'remove','path':'displayName'}", "mutability")]
    public async Task Bad_operation_on_a_group_is_refused(string operation, string scimType)
    {
        await using var client = await TargetClient.StartAsync();
        var group = await client.CreateGroupAsync("Research");

        Assert.Equal(scimType, (await client.PatchAsync($"/Groups/{group.Id}", operation)).ScimType);
    }

    [Fact]
    public async Task Patch_that_names_too_many_members_is_refused()
    {
        await using var client = await TargetClient.StartAsync(new() { MaxMembersPerPatch = 2 });
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await client.CreateUserAsync(string.Create(CultureInfo.InvariantCulture, $"u{i}"))).Id);
        var group = await client.CreateGroupAsync("Research");

        var three = await client.PatchAsync($"/Groups/{group.Id}", Add(ids));
        var two = await client.PatchAsync($"/Groups/{group.Id}", Add(ids.Take(2)));

        Assert.Equal((400, "tooMany"), (three.Status, three.ScimType));
        Assert.Equal(204, two.Status);
        Assert.Equal(2, client.Target.FindGroup("Research")!.Members.Count);

        static string Add(IEnumerable<string> ids) =>
            $"{{'op':'add','path':'members','value':[{string.Join(',', ids.Select(id => $"{{'value':'{id}'}}"))}]}}";
    }

    [Fact]
    public async Task Patch_that_asks_for_attributes_is_answered_with_the_group()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann");
        var group = await client.CreateGroupAsync("Research", ann.Id);

        var reply = await client.PatchAsync(
            $"/Groups/{group.Id}?excludedAttributes=members", "{'op':'replace','path':'displayName','value':'R&D'}");

        Assert.Equal((200, "R&D"), (reply.Status, (string?)reply.Json["displayName"]));
        Assert.Null(reply.Json["members"]);
    }

    [Fact]
    public async Task Put_replaces_the_members()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann");
        var bob = await client.CreateUserAsync("bob");
        var group = await client.CreateGroupAsync("Research", ann.Id);

        var reply = await client.SendAsync("PUT", $"/Groups/{group.Id}", TargetClient.Json(
            $"{{'schemas':['{TargetClient.GroupUrn}'],'displayName':'Research','members':[{{'value':'{bob.Id}'}}]}}"));

        Assert.Equal(200, reply.Status);
        Assert.Equal(bob.Id, (string?)Assert.Single(reply.Json["members"]!.AsArray())!["value"]);
        Assert.Empty(client.Target.FindUser("ann")!.Groups);
    }

    [Fact]
    public async Task Deleted_user_leaves_its_groups()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann");
        var bob = await client.CreateUserAsync("bob");
        var group = await client.CreateGroupAsync("Research", ann.Id, bob.Id);

        await client.SendAsync("DELETE", $"/Users/{ann.Id}");

        var state = client.Target.FindGroup("Research")!;
        Assert.Equal(["bob"], state.Members);
        Assert.Equal(2, state.Version);
        Assert.Equal(0, (await client.FindAsync("Groups", $"members eq \"{ann.Id}\"")).Total);
        Assert.Equal([group.Id], (await client.FindAsync("Groups", $"members.value eq \"{bob.Id}\"")).Ids);
    }

    [Fact]
    public async Task Group_may_be_a_member_and_leaves_when_deleted()
    {
        await using var client = await TargetClient.StartAsync();
        var inner = await client.CreateGroupAsync("Inner");
        var outer = await client.CreateGroupAsync("Outer", inner.Id);

        Assert.Equal("Group", (string?)outer.Json["members"]![0]!["type"]);
        await client.SendAsync("DELETE", $"/Groups/{inner.Id}");
        Assert.Empty(client.Target.FindGroup("Outer")!.Members);
    }

    [Fact]
    public async Task Membership_of_one_user_is_asked_without_reading_the_group()
    {
        await using var client = await TargetClient.StartAsync();
        var ann = await client.CreateUserAsync("ann");
        var bob = await client.CreateUserAsync("bob");
        var group = await client.CreateGroupAsync("Research", ann.Id);

        var filter = $"id eq \"{group.Id}\" and members eq \"{{0}}\"";
        Assert.Equal(1, (await client.FindAsync("Groups", filter.Replace("{0}", ann.Id, StringComparison.Ordinal))).Total);
        Assert.Equal(0, (await client.FindAsync("Groups", filter.Replace("{0}", bob.Id, StringComparison.Ordinal))).Total);
        Assert.Equal(1, (await client.FindAsync("Groups", "displayName eq \"research\"")).Total);
        Assert.Equal("invalidFilter", (await client.FindAsync("Groups", "userName eq \"x\"")).ScimType);
    }
}
