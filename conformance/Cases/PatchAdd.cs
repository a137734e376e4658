using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part I1: the add operation (RFC 7644 §3.5.2.1).</summary>
internal static class PatchAdd
{
    private const string TwoMails = """{"emails":[{"value":"a@add.example","type":"work"},{"value":"b@add.example","type":"home"}]}""";

    [Clause("7644-3.5.2.1-01", Needs = Feature.Patch)]
    public static async Task Needs_a_value(Trial t)
    {
        var user = await t.NewUser();
        (await t.Patch(user.Path, """{"op":"add","path":"displayName"}""")).IsError(400, "invalidValue", "invalidSyntax");
        (await t.Patch(user.Path, """{"op":"add"}""")).IsError(400, "invalidValue", "invalidSyntax");
    }

    [Clause("7644-3.5.2.1-02", Needs = Feature.Patch, Uses = "title,emails")]
    public static async Task Without_path(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Before","emails":[{"value":"a@add.example","type":"work"}]}""");
        (await t.Patch(
            user.Path,
            """{"op":"add","value":{"displayName":"After","title":"New","emails":[{"value":"b@add.example","type":"home"}]}}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("After", now.Text("displayName"), "displayName");
        Check.Same("New", now.Text("title"), "title");
        Check.SameSet(["a@add.example", "b@add.example"], now.Texts("emails", "value"), "emails, to which one was added");
        foreach (var value in new[] { "\"text\"", "[1]", "17", "true" })
            (await t.Patch(user.Path, $$"""{"op":"add","value":{{value}}}""")).IsError(400, "invalidSyntax", "invalidValue");
    }

    [Clause("7644-3.5.2.1-03", Needs = Feature.Patch, Uses = "name.middleName")]
    public static async Task To_single_and_complex(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Before","name":{"givenName":"Kept","familyName":"Old"}}""");
        (await t.Patch(
            user.Path,
            """{"op":"add","path":"displayName","value":"After"}""",
            """{"op":"add","path":"name","value":{"familyName":"New","middleName":"M"}}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("After", now.Text("displayName"), "displayName");
        Check.Same("Kept", now.Text("name.givenName"), "name.givenName, not given");
        Check.Same("New", now.Text("name.familyName"), "name.familyName");
        Check.Same("M", now.Text("name.middleName"), "name.middleName");
        (await t.Patch(user.Path, """{"op":"add","path":"name","value":"text"}""")).IsError(400, "invalidValue");
    }

    [Clause("7644-3.5.2.1-04", Needs = Feature.Patch, Uses = "emails")]
    public static async Task To_many_values(Trial t)
    {
        var user = await t.NewUser(TwoMails);
        (await t.Patch(user.Path, """{"op":"add","path":"emails","value":[{"value":"c@add.example","type":"other"}]}""")).Is(200, 204);
        Check.SameSet(
            ["a@add.example", "b@add.example", "c@add.example"],
            (await t.Read(user.Path)).Texts("emails", "value"),
            "emails after an add of an array");
        var single = await t.Patch(user.Path, """{"op":"add","path":"emails","value":{"value":"d@add.example","type":"other"}}""");
        if (t.OwnChoices)
            single.Is(200, 204);
        if (single.Is(200, 204, 400).Succeeded)
            Check.Same(4, (await t.Read(user.Path)).Items("emails").Count, "emails after an add of one object");
    }

    [Clause("7644-3.5.2.1-05", Needs = Feature.Patch, Uses = "emails")]
    public static async Task What_is_there(Trial t)
    {
        var user = await t.NewUser(TwoMails);
        await Unchanged(t, user, """{"op":"add","path":"emails","value":[{"value":"a@add.example","type":"work"}]}""");
    }

    [Clause("7644-3.5.2.1-05/members", Title = "Adding a member that is there changes nothing", Needs = Feature.Patch | Feature.Groups)]
    public static async Task Member_that_is_there(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup(user.Id);
        await Unchanged(t, group, $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""");
    }

    [Clause("7644-3.5.2.1-06", Needs = Feature.Patch, Uses = "emails.type")]
    public static async Task Same_value_another_type(Trial t)
    {
        var user = await t.NewUser(TwoMails);
        (await t.Patch(user.Path, """{"op":"add","path":"emails","value":[{"value":"a@add.example","type":"other"}]}""")).Is(200, 204);
        var pairs = (await t.Read(user.Path)).Items("emails").Select(e => $"{e.Text("type")} {e.Text("value")}");
        Check.SameSet(["work a@add.example", "home b@add.example", "other a@add.example"], pairs, "type and value pairs of emails");
        if (t.Server.Lacks(Feature.Groups) is not null)
            return;
        var group = await t.NewGroup(user.Id);
        (await t.Patch(
            group.Path,
            $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}","display":"Another","type":"User"}]}""")).Is(200, 204);
        Check.SameSet([user.Id], await GroupSchema.Members(t, group), "members, which match by value");
    }

    [Clause("7644-3.5.2.1-07", Needs = Feature.Patch, Uses = "emails.display,emails.type")]
    public static async Task With_a_filter(Trial t)
    {
        var user = await t.NewUser(TwoMails);
        var answer = await t.Patch(user.Path, """{"op":"add","path":"emails[type eq \"home\"]","value":{"display":"At home"}}""");
        if (answer.Is(200, 204, 400).Succeeded)
        {
            var home = (await t.Read(user.Path)).Items("emails").First(e => e.Text("type") == "home");
            Check.Same(
                "b@add.example At home",
                home.Text("value") + " " + home.Text("display"),
                "the home address after an add of display");
        }
        if (!t.OwnChoices)
            return;
        answer.Is(200, 204);
        (await t.Patch(user.Path, """{"op":"add","path":"emails[type eq \"other\"].value","value":"made@add.example"}""")).Is(200, 204);
        var made = (await t.Read(user.Path)).Items("emails").FirstOrDefault(e => e.Text("type") == "other");
        Check.Same("made@add.example", made.Text("value"), "value of the element that an add with an unmatched filter makes");
    }

    [Clause("7644-3.5.2.1-08", Needs = Feature.Patch, Uses = "emails")]
    public static async Task Null_clears_nothing(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Kept","emails":[{"value":"a@add.example","type":"work"}]}""");
        foreach (var operation in new[]
        {
            """{"op":"add","path":"displayName","value":null}""", """{"op":"add","path":"emails","value":[]}""",
            """{"op":"add","path":"emails","value":null}""",
        })
            (await t.Patch(user.Path, operation)).Is(t.OwnChoices ? [200, 204] : [200, 204, 400]);
        var now = await t.Read(user.Path);
        Check.SameSet(["a@add.example"], now.Texts("emails", "value"), "emails after an add of []");
        if (t.OwnChoices)
            Check.Same("Kept", now.Text("displayName"), "displayName after an add of null");
    }

    /// <summary>The operation succeeds and the resource, with version and lastModified, is as before.</summary>
    internal static async Task Unchanged(Trial t, Made made, string operation)
    {
        var before = await t.Read(made.Path);
        await t.Tick();
        (await t.Patch(made.Path, operation)).Is(200, 204);
        var after = await t.Read(made.Path);
        Check.Same(
            before.Text("meta.lastModified"),
            after.Text("meta.lastModified"),
            $"meta.lastModified after {operation}, which changes nothing");
        Check.Same(before.Text("meta.version"), after.Text("meta.version"), $"meta.version after {operation}, which changes nothing");
        Check.That(System.Text.Json.Nodes.JsonNode.DeepEquals(before, after), $"{operation} must change nothing");
    }
}
