using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part I2: the remove operation (RFC 7644 §3.5.2.2).</summary>
internal static class PatchRemove
{
    private const string Mails =
        """{"displayName":"D","name":{"givenName":"G","familyName":"F"},"emails":[{"value":"a@rm.example","type":"work","display":"A"},{"value":"b@rm.example","type":"home"}]}""";

    [Clause("7644-3.5.2.2-01", Needs = Feature.Patch)]
    public static async Task Without_path(Trial t)
    {
        var user = await t.NewUser(Mails);
        (await t.Patch(user.Path, """{"op":"remove"}""")).IsError(400, "noTarget");
        (await t.Patch(user.Path, """{"op":"remove","path":""}""")).IsError(400, "noTarget", "invalidPath");
        Check.Same("D", (await t.Read(user.Path)).Text("displayName"), "displayName after refused removes");
    }

    [Clause("7644-3.5.2.2-02", Needs = Feature.Patch, Uses = "emails,name.givenName")]
    public static async Task Single_many_and_part(Trial t)
    {
        var user = await t.NewUser(Mails);
        (await t.Patch(
            user.Path,
            """{"op":"remove","path":"displayName"}""",
            """{"op":"remove","path":"name.givenName"}""",
            """{"op":"remove","path":"emails"}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.That(now["displayName"] is null, "displayName was removed");
        Check.That(now.Text("name.givenName") is null, "name.givenName was removed");
        Check.Same("F", now.Text("name.familyName"), "name.familyName, not removed");
        Check.That(now.Items("emails").Count == 0, "all emails were removed");
        (await t.Patch(user.Path, """{"op":"remove","path":"name.familyName"}""")).Is(200, 204);
        Check.That((await t.Read(user.Path)).Text("name.familyName") is null, "the last part of name was removed");
    }

    [Clause("7644-3.5.2.2-03", Needs = Feature.Patch, Uses = "emails.type")]
    public static async Task With_a_filter(Trial t)
    {
        var user = await t.NewUser(Mails);
        (await t.Patch(user.Path, """{"op":"remove","path":"emails[type eq \"work\"]"}""")).Is(200, 204);
        Check.SameSet(["b@rm.example"], (await t.Read(user.Path)).Texts("emails", "value"), "emails after the work address was removed");
        (await t.Patch(user.Path, """{"op":"remove","path":"emails[value ew \"rm.example\" and type eq \"home\"]"}""")).Is(200, 204);
        Check.That((await t.Read(user.Path)).Items("emails").Count == 0, "the last address was removed, so emails is unassigned");
    }

    [Clause("7644-3.5.2.2-04", Needs = Feature.Patch, Uses = "emails.display")]
    public static async Task Part_of_matching_values(Trial t)
    {
        var user = await t.NewUser(Mails);
        (await t.Patch(user.Path, """{"op":"remove","path":"emails[type eq \"work\"].display"}""")).Is(200, 204);
        var work = (await t.Read(user.Path)).Items("emails").First(e => e.Text("type") == "work");
        // A server may compute display; the one that was given must be gone.
        Check.That(work.Text("display") != "A", "display of the work address was removed");
        Check.Same("a@rm.example", work.Text("value"), "value of the work address, not removed");
        Check.Same(2, (await t.Read(user.Path)).Items("emails").Count, "number of emails");
    }

    [Clause("7644-3.5.2.2-05", Needs = Feature.Patch, Uses = "title,emails.type")]
    public static async Task What_is_not_there(Trial t)
    {
        var user = await t.NewUser(Mails);
        var before = await t.Read(user.Path);
        foreach (var operation in new[] { """{"op":"remove","path":"title"}""", """{"op":"remove","path":"emails[type eq \"other\"]"}""" })
        {
            var answer = await t.Patch(user.Path, operation);
            if (t.OwnChoices)
                answer.Is(200, 204);
            if (!answer.Is(200, 204, 400).Succeeded)
                answer.IsError(400, "noTarget");
        }
        Check.SameSet(before.Texts("emails", "value"), (await t.Read(user.Path)).Texts("emails", "value"), "emails");
    }

    [Clause("7644-3.5.2.2-05/members", Title = "Removing one who is no member changes nothing", Needs = Feature.Patch | Feature.Groups)]
    public static async Task Who_is_no_member(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var group = await t.NewGroup(one.Id);
        var answer = await t.Patch(group.Path, $$"""{"op":"remove","path":"members[value eq \"{{two.Id}}\"]"}""");
        if (t.OwnChoices)
            answer.Is(200, 204);
        if (!answer.Is(200, 204, 400).Succeeded)
            answer.IsError(400, "noTarget");
        Check.SameSet([one.Id], await GroupSchema.Members(t, group), "members");
    }

    [Clause("7644-3.5.2.2-06", Needs = Feature.Patch)]
    public static async Task Required_and_read_only(Trial t)
    {
        var user = await t.NewUser();
        foreach (var path in new[] { "userName", "id", "meta", "meta.created" })
            (await t.Patch(
                user.Path,
                $$"""{"op":"remove","path":"{{path}}"}""")).IsError(400, t.OwnChoices ? ["mutability"] : ["mutability", "invalidValue"]);
        Check.Same(user.Name, (await t.Read(user.Path)).Text("userName"), "userName");
        if (t.Server.Lacks(Feature.Groups) is not null)
            return;
        var group = await t.NewGroup();
        (await t.Patch(group.Path, """{"op":"remove","path":"displayName"}""")).IsError(400, "mutability", "invalidValue");
    }

    [Clause("7644-3.5.2.2-07", Needs = Feature.Patch | Feature.Groups)]
    public static async Task With_a_value(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var three = await t.NewUser();
        var group = await t.NewGroup(one.Id, two.Id, three.Id);
        var answer = await t.Patch(group.Path, $$"""{"op":"remove","path":"members","value":[{"value":"{{one.Id}}"}]}""");
        var members = await GroupSchema.Members(t, group);
        // The RFC knows no value here. Reading it as "remove all" loses the memberships of a client that meant one.
        Check.That(
            members.Contains(two.Id, StringComparer.Ordinal) && members.Contains(three.Id, StringComparer.Ordinal),
            "a remove that names one member must never remove the others");
        if (!t.OwnChoices || answer.Status == 400 && t.Strict)
            return;
        answer.Is(200, 204);
        Check.SameSet([two.Id, three.Id], members, "members after a remove that names one in its value");
    }

    [Clause("7644-3.5.2.2-08", Needs = Feature.Patch | Feature.Groups)]
    public static async Task Immutable_sub_attribute(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup(user.Id);
        (await t.Patch(group.Path, $$"""{"op":"remove","path":"members[value eq \"{{user.Id}}\"].value"}""")).IsError(400, "mutability");
        Check.SameSet([user.Id], await GroupSchema.Members(t, group), "members after a refused remove of members.value");
        (await t.Patch(group.Path, $$"""{"op":"remove","path":"members[value eq \"{{user.Id}}\"]"}""")).Is(200, 204);
        Check.SameSet([], await GroupSchema.Members(t, group), "members after a remove of the whole member");
    }

    [Clause("7644-3.5.2.2-02/members", Title = "remove of members without a filter removes all", Needs = Feature.Patch | Feature.Groups)]
    public static async Task All_members(Trial t)
    {
        var group = await t.NewGroup((await t.NewUser()).Id, (await t.NewUser()).Id);
        (await t.Patch(group.Path, """{"op":"remove","path":"members"}""")).Is(200, 204);
        Check.SameSet([], await GroupSchema.Members(t, group), "members");
    }
}
