using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part I: PATCH as a whole (RFC 7644 §3.5.2).</summary>
internal static class Patching
{
    [Clause("7644-3.5.2-01", Needs = Feature.Patch)]
    public static async Task PatchOp_has_schema_and_operations(Trial t)
    {
        var user = await t.NewUser();
        const string op = """{"op":"replace","path":"displayName","value":"X"}""";
        foreach (var body in new[] { $$"""{"Operations":[{{op}}]}""", $$"""{"schemas":["{{Urn.User}}"],"Operations":[{{op}}]}""" })
        {
            var answer = await Raw(t, user, body);
            if (t.Strict)
                answer.IsError(400, "invalidSyntax", "invalidValue");
            else
                answer.Is(200, 204, 400);
        }
        foreach (var rest in new[] { "", ",\"Operations\":[]", ",\"Operations\":{}", ",\"Operations\":\"text\"", ",\"Operations\":[17]" })
            (await Raw(t, user, $$"""{"schemas":["{{Urn.PatchOp}}"]{{rest}}}""")).IsError(400, "invalidSyntax", "invalidValue");
        (await Raw(t, user, $$"""{"schemas":["{{Urn.PatchOp}}"],"operations":[{{op}}]}""")).Is(200, 204);
    }

    [Clause("7644-3.5.2-02", Needs = Feature.Patch)]
    public static async Task Op_is_one_of_three(Trial t)
    {
        var user = await t.NewUser();
        foreach (var op in new[] { "\"op\":\"move\",", "\"op\":\"copy\",", "\"op\":\"test\",", "\"op\":\"\",", "\"op\":7,", "" })
            (await t.Patch(user.Path, "{" + op + """ "path":"displayName","value":"X"}""")).IsError(400, "invalidSyntax", "invalidValue");
        foreach (var op in new[] { "Replace", "ADD" })
        {
            var answer = await t.Patch(user.Path, $$"""{"op":"{{op}}","path":"displayName","value":"X"}""");
            answer.Is(t.OwnChoices ? [200, 204] : [200, 204, 400]);
        }
    }

    [Clause("7644-3.5.2-03", Needs = Feature.Patch)]
    public static async Task Malformed_paths(Trial t)
    {
        var user = await t.NewUser("""{"emails":[{"value":"x@path.example","type":"work"}]}""");
        foreach (var path in new[]
        {
            "emails[", "emails]", "emails[type eq \"work\"", "emails[type eq \"work\"]]", "name..givenName", ".name", "name.", "emails[0]",
            "emails[type eq \"work\"].", "a b", "emails[type eq \"work\"]value",
        })
            (await t.Patch(
                user.Path,
                $$"""{"op":"replace","path":{{Json.Quote(path)}},"value":"x"}""")).IsError(400, "invalidPath", "invalidFilter");
        foreach (var path in new[]
        {
            "emails[type like \"work\"].value", "emails[type eq].value", "emails[type eq 'work'].value", "emails[].value",
        })
            (await t.Patch(
                user.Path,
                $$"""{"op":"replace","path":{{Json.Quote(path)}},"value":"x"}""")).IsError(400, "invalidFilter", "invalidPath");
        if (t.OwnChoices)
            (await t.Patch(
                user.Path,
                """{"op":"replace","path":"emails[type like \"work\"].value","value":"x"}""")).IsError(400, "invalidFilter");
        (await t.Patch(
            user.Path,
            """{"op":"replace","path":17,"value":"x"}""")).IsError(400, "invalidPath", "invalidSyntax", "invalidValue");
    }

    [Clause("7644-3.5.2-04", Needs = Feature.Patch)]
    public static async Task Path_to_an_unknown_attribute(Trial t)
    {
        var user = await t.NewUser();
        foreach (var path in new[] { "noSuchAttribute", "name.noSuchPart", "urn:example:none:1.0:None:thing", "noSuch[value eq \"x\"].y" })
        {
            var answer = (await t.Patch(user.Path, $$"""{"op":"replace","path":{{Json.Quote(path)}},"value":"x"}""")).IsError(400);
            if (t.OwnChoices)
                Check.Same("invalidPath", answer.ScimType, $"scimType for the path {path}");
        }
    }

    [Clause("7644-3.5.2-05", Needs = Feature.Patch)]
    public static async Task Read_only_attributes(Trial t)
    {
        var user = await t.NewUser();
        foreach (var (path, value) in new[]
        {
            ("id", "\"x\""), ("meta.created", "\"1999-01-01T00:00:00Z\""), ("meta", "{\"resourceType\":\"Group\"}"), ("groups", "[{\"value\":\"x\"}]"), ("meta.version", "\"x\""),
        })
            (await t.Patch(user.Path, $$"""{"op":"replace","path":"{{path}}","value":{{value}}}""")).IsError(400, "mutability");
        var pathless = await t.Patch(user.Path, """{"op":"replace","value":{"id":"another","displayName":"X"} }""");
        if (t.OwnChoices && t.Strict)
            pathless.IsError(400, "mutability");
        pathless.Is(200, 204, 400);
        Check.Same(user.Id, (await t.Read(user.Path)).Text("id"), "id after a PATCH that names another");
    }

    [Clause("7644-3.5.2-06", Needs = Feature.Patch | Feature.Groups)]
    public static async Task Immutable_attributes(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var group = await t.NewGroup(one.Id);
        var path = $"members[value eq \\\"{one.Id}\\\"].value";
        (await t.Patch(group.Path, $$"""{"op":"replace","path":"{{path}}","value":"{{two.Id}}"}""")).IsError(400, "mutability");
        (await t.Patch(group.Path, $$"""{"op":"replace","path":"{{path}}","value":"{{one.Id}}"}""")).Is(200, 204);
        Check.SameSet([one.Id], await GroupSchema.Members(t, group), "members");
    }

    [Clause("7644-3.5.2-07", Needs = Feature.Patch, Uses = "title,nickName")]
    public static async Task Operations_in_order(Trial t)
    {
        var user = await t.NewUser();
        (await t.Patch(
            user.Path,
            """{"op":"add","path":"title","value":"One"}""",
            """{"op":"replace","path":"title","value":"Two"}""",
            """{"op":"add","path":"emails","value":[{"value":"o@order.example","type":"other"}]}""",
            """{"op":"replace","path":"emails[type eq \"other\"].value","value":"p@order.example"}""",
            """{"op":"add","path":"nickName","value":"N"}""",
            """{"op":"remove","path":"nickName"}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("Two", now.Text("title"), "title, added and then replaced");
        Check.That(
            now.Texts("emails", "value").Contains("p@order.example", StringComparer.Ordinal),
            "a value added by one operation must be seen by the next");
        Check.That(now["nickName"] is null, "nickName, added and then removed");
    }

    [Clause("7644-3.5.2-08", Needs = Feature.Patch)]
    public static async Task All_or_nothing(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Before","title":"Before"}""");
        var before = await t.Read(user.Path);
        foreach (var bad in new[]
        {
            """{"op":"replace","path":"id","value":"x"}""", """{"op":"remove"}""", """{"op":"replace","path":"emails[","value":"x"}""",
            """{"op":"replace","path":"active","value":{"a":1}}""", """{"op":"remove","path":"userName"}""",
        })
        {
            var answer = (await t.Patch(
                user.Path,
                """{"op":"replace","path":"displayName","value":"After"}""",
                """{"op":"remove","path":"title"}""",
                bad)).IsError(400);
            Check.That(
                System.Text.Json.Nodes.JsonNode.DeepEquals(before, await t.Read(user.Path)),
                $"the third operation {bad} was refused, yet the resource has changed");
            if (t.OwnChoices)
                Check.That(
                    answer.Body.Text("detail")?.Contains('3', StringComparison.Ordinal) == true || answer.Body.Text("detail")?.Contains('2', StringComparison.Ordinal) == true,
                    "the detail must name the operation that failed");
        }
    }

    [Clause("7644-3.5.2-09", Needs = Feature.Patch, Uses = "emails.primary")]
    public static async Task One_primary(Trial t)
    {
        var user = await t.NewUser("""{"emails":[{"value":"a@primary.example","type":"work","primary":true},{"value":"b@primary.example","type":"home"}]}""");
        await Primary(
            """{"op":"add","path":"emails","value":[{"value":"c@primary.example","type":"other","primary":true}]}""",
            "c@primary.example");
        await Primary("""{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}""", "b@primary.example");
        if (t.Strict)
        {
            (await t.Patch(
                user.Path,
                """{"op":"replace","path":"emails","value":[{"value":"d@p.example","type":"work","primary":true},{"value":"e@p.example","type":"home","primary":true}]}"""))
                .Is(t.OwnChoices ? [400] : [200, 204, 400]);
            Check.That((await t.Read(user.Path)).Items("emails").Count(e => e.Flag("primary") == true) <= 1, "two values are primary");
        }

        async Task Primary(string operation, string expected)
        {
            (await t.Patch(user.Path, operation)).Is(200, 204);
            var primaries = (await t.Read(user.Path)).Items("emails").Where(e => e.Flag("primary") == true).Select(e => e.Text("value") ?? "");
            Check.SameSet([expected], primaries, "primary values of emails");
        }
    }

    [Clause("7644-3.5.2-10", Needs = Feature.Patch)]
    public static async Task Answer_to_a_patch(Trial t)
    {
        var user = await t.NewUser();
        var answer = await t.Patch(user.Path, """{"op":"replace","path":"displayName","value":"Answered"}""");
        answer.Is(t.OwnChoices && t.Strict ? [200] : [200, 204]);
        if (answer.Status == 200)
            Check.Same("Answered", answer.Body.Text("displayName"), "displayName in the answer");
        else
            Check.That(answer.Text.Length == 0, "204 must have no body");
        if (t.Server.Config.Flag("etag.supported") == true && t.OwnChoices)
            Check.That(answer.ETag is { Length: > 0 }, "the answer to a PATCH must have the ETag");

        var named = (await t.Patch(
            user.Path + "?attributes=displayName",
            """{"op":"replace","path":"displayName","value":"Named"}""")).Is(200).Body;
        Check.Same("Named", named.Text("displayName"), "displayName in the answer with attributes=displayName");
        Check.That(!named.Has("userName"), "userName was not asked for");

        if (t.Server.Lacks(Feature.Groups) is not null)
            return;
        var group = await t.NewGroup();
        var added = await t.Patch(group.Path, $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""");
        added.Is(t.OwnChoices && t.Strict ? [204] : [200, 204]);
        (await t.Patch(
            group.Path + "?attributes=displayName",
            $$"""{"op":"replace","path":"displayName","value":"{{group.Name}}-2"}""")).Is(200);
    }

    [Clause("7644-3.5.2-15", Needs = Feature.Patch)]
    public static async Task Unknown_resource(Trial t)
    {
        var path = t.Users + "/" + Trial.NoId;
        (await t.Patch(path, """{"op":"replace","path":"displayName","value":"X"}""")).IsError(404);
        var bad = await t.Patch(path, """{"op":"dance"}""");
        bad.Is(t.OwnChoices ? [404] : [400, 404]);
    }

    [Clause("7644-3.5.2-16", Needs = Feature.Patch)]
    public static async Task Outcome_is_validated(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        (await t.Patch(
            two.Path,
            $$"""{"op":"replace","path":"userName","value":{{Json.Quote(one.Name.ToUpperInvariant())}}}""")).IsError(409, "uniqueness");
        (await t.Patch(two.Path, """{"op":"replace","path":"userName","value":""}""")).IsError(400, "invalidValue", "mutability");
        (await t.Patch(two.Path, """{"op":"replace","path":"displayName","value":{"a":1}}""")).IsError(400, "invalidValue");
        (await t.Patch(two.Path, """{"op":"replace","path":"name","value":"text"}""")).IsError(400, "invalidValue");
        Check.Same(two.Name, (await t.Read(two.Path)).Text("userName"), "userName after refused PATCHes");
    }

    [Clause("7644-3.5.2-17", Needs = Feature.Patch)]
    public static async Task Many_operations(Trial t)
    {
        var user = await t.NewUser();
        var operations = Enumerable.Repeat("""{"op":"replace","path":"displayName","value":"Again"}""", 20000).ToArray();
        var answer = (await t.Patch(user.Path, operations)).Is(200, 204, 400, 413);
        if (answer.Status == 400)
            answer.IsError(400, "tooMany");
        if (answer.Status == 413)
            answer.IsError(413);
    }

    private static Task<Answer> Raw(Trial t, Made made, string body) => t.Send(new Call("PATCH", made.Path).WithBody(body));
}
