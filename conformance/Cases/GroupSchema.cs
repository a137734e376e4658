using System.Text.Json.Nodes;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part C: the Group schema and the enterprise extension (RFC 7643 §4.2, §4.3).</summary>
internal static class GroupSchema
{
    [Clause("7643-4.2-01", Needs = Feature.Groups)]
    public static async Task DisplayName_is_required(Trial t)
    {
        foreach (var name in new JsonNode?[] { null, JsonValue.Create(""), JsonValue.Create("  ") })
        {
            var body = t.GroupBody();
            body["displayName"] = name;
            (await t.Post(t.Groups, body)).IsError(400, "invalidValue");
        }
        var missing = t.GroupBody();
        missing.Remove("displayName");
        (await t.Post(t.Groups, missing)).IsError(400, "invalidValue");
    }

    [Clause("7643-4.2-02", Needs = Feature.Groups)]
    public static async Task Members_have_value_reference_type_and_display(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Known By Name"}""");
        var inner = await t.NewGroup();
        var outer = await t.NewGroup(user.Id, inner.Id);
        var members = (await t.Read(outer.Path)).Items("members");
        Check.SameSet([user.Id, inner.Id], members.Select(m => m.Text("value") ?? ""), "members.value");
        foreach (var (id, type, path) in new[] { (user.Id, "User", user.Path), (inner.Id, "Group", inner.Path) })
        {
            var member = members.First(m => m.Text("value") == id);
            Check.That(member.Text("type") is null || member.Text("type") == type, $"type of a {type} member is {member.Text("type")}");
            Check.That(
                member.Text("$ref") is null || member.Text("$ref")!.EndsWith(path, StringComparison.Ordinal),
                $"$ref of a member is {member.Text("$ref")}");
            if (t.OwnChoices)
            {
                Check.Same(type, member.Text("type"), "members.type");
                Check.Same(t.Absolute(path), member.Text("$ref"), "members.$ref");
            }
        }
        if (t.OwnChoices)
        {
            Check.Same("Known By Name", members.First(m => m.Text("value") == user.Id).Text("display"), "members.display of a user");
            Check.Same(inner.Name, members.First(m => m.Text("value") == inner.Id).Text("display"), "members.display of a group");
        }
    }

    [Clause("7643-4.2-02/renamed", Title = "display of a member follows a renamed user", Needs = Feature.Groups, OnlyChoice = true)]
    public static async Task Display_of_a_member_follows(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Before"}""");
        var group = await t.NewGroup(user.Id);
        var body = user.Body.Copy();
        body["displayName"] = "After";
        (await t.Put(user.Path, body)).Is(200);
        Check.Same("After", (await t.Read(group.Path)).Text("members.display"), "members.display after the user was renamed");
    }

    [Clause("7643-4.2-03", Needs = Feature.Groups | Feature.Patch)]
    public static async Task Members_come_and_go_but_do_not_change(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var group = await t.NewGroup(one.Id);
        (await t.Patch(
            group.Path,
            $$"""{"op":"replace","path":"members[value eq \"{{one.Id}}\"].value","value":"{{two.Id}}"}""")).IsError(400, "mutability");
        Check.SameSet([one.Id], await Members(t, group), "members after a refused replace of members.value");
        (await t.Patch(group.Path, $$"""{"op":"add","path":"members","value":[{"value":"{{two.Id}}"}]}""")).Is(200, 204);
        Check.SameSet([one.Id, two.Id], await Members(t, group), "members after an add");
        (await t.Patch(group.Path, $$"""{"op":"remove","path":"members[value eq \"{{one.Id}}\"]"}""")).Is(200, 204);
        Check.SameSet([two.Id], await Members(t, group), "members after a remove");
    }

    [Clause("7643-4.2-04", Needs = Feature.Groups)]
    public static async Task Member_by_value_or_by_reference(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();

        var byReference = t.GroupBody();
        byReference["members"] = new JsonArray(new JsonObject { ["$ref"] = t.Absolute(one.Path) });
        var answer = await t.Post(t.Groups, byReference);
        if (t.OwnChoices)
            answer.Is(201);
        if (answer.Is(201, 400).Status == 201)
            Check.SameSet([one.Id], await Members(t, answer), "members of a group posted with $ref only");

        var contradiction = t.GroupBody();
        contradiction["members"] = new JsonArray(new JsonObject { ["value"] = one.Id, ["$ref"] = t.Absolute(two.Path) });
        var refused = await t.Post(t.Groups, contradiction);
        if (t.OwnChoices)
            refused.IsError(400, "invalidValue");
        refused.Is(201, 400);
    }

    [Clause("7643-4.2-05", Needs = Feature.Groups | Feature.Patch)]
    public static async Task Groups_within_each_other(Trial t)
    {
        var user = await t.NewUser();
        var one = await t.NewGroup(user.Id);
        var two = await t.NewGroup(one.Id);
        var answer = await t.Patch(one.Path, $$"""{"op":"add","path":"members","value":[{"value":"{{two.Id}}","type":"Group"}]}""");
        if (t.OwnChoices)
            answer.Is(200, 204);
        if (!answer.Succeeded)
            answer.IsRefused();
        (await t.Get(one.Path)).Is(200);
        (await t.Get(two.Path)).Is(200);
        (await t.Get(user.Path)).Is(200);
        (await t.Delete(one.Path)).Is(204);
        (await t.Get(two.Path)).Is(200);
    }

    [Clause("7643-4.3-01", Needs = Feature.Enterprise)]
    public static async Task Enterprise_attributes(Trial t)
    {
        var boss = await t.NewUser("""{"displayName":"The Boss"}""");
        var user = await t.NewUser(
            $$"""
            {"{{Urn.Enterprise}}":{"employeeNumber":"701984","costCenter":"4130","organization":"Studios","division":"Theme Park","department":"Tours",
             "manager":{"value":"{{boss.Id}}","displayName":"Invented"} } }
            """);
        var now = (await t.Read(user.Path))[Urn.Enterprise];
        foreach (var (name, value) in new[]
        {
            ("employeeNumber", "701984"), ("costCenter", "4130"), ("organization", "Studios"), ("division", "Theme Park"),
            ("department", "Tours"),
        })
            Check.Same(value, now.Text(name), name);
        Check.Same(boss.Id, now.Text("manager.value"), "manager.value");
        Check.That(now.Text("manager.displayName") != "Invented", "manager.displayName is read-only, yet the client's was kept");
        if (t.OwnChoices)
        {
            Check.Same("The Boss", now.Text("manager.displayName"), "manager.displayName");
            Check.Same(t.Absolute(boss.Path), now.Text("manager.$ref"), "manager.$ref");
        }
    }

    [Clause("7643-4.3-02", Needs = Feature.Groups)]
    public static async Task Deleting_a_user_leaves_no_membership(Trial t)
    {
        var stays = await t.NewUser();
        var leaves = await t.NewUser();
        var group = await t.NewGroup(stays.Id, leaves.Id);
        (await t.Delete(leaves.Path)).Is(204);
        var members = await Members(t, group);
        Check.That(members.Contains(stays.Id, StringComparer.Ordinal), "the other member must stay");
        if (t.OwnChoices)
            Check.SameSet([stays.Id], members, "members after one was deleted");
    }

    [Clause("7643-4.3-02/manager", Title = "Deleting a manager clears the reference", Needs = Feature.Enterprise, OnlyChoice = true)]
    public static async Task Deleting_a_manager_clears_the_reference(Trial t)
    {
        var boss = await t.NewUser();
        var user = await t.NewUser($$"""{"{{Urn.Enterprise}}":{"department":"Left Alone","manager":{"value":"{{boss.Id}}"} } }""");
        (await t.Delete(boss.Path)).Is(204);
        var now = (await t.Read(user.Path))[Urn.Enterprise];
        Check.Same("Left Alone", now.Text("department"), "department of a user whose manager was deleted");
        Check.That(now.Text("manager.value") is null, "manager must be unassigned when the manager was deleted");
    }

    internal static async Task<IReadOnlyList<string>> Members(Trial t, Made group) => (await t.Read(group.Path)).Texts("members", "value");

    private static async Task<IReadOnlyList<string>> Members(Trial t, Answer created) =>
        (await t.Read(t.Groups + "/" + created.Body.Text("id"))).Texts("members", "value");
}
