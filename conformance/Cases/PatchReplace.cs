using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part I3: the replace operation (RFC 7644 §3.5.2.3).</summary>
internal static class PatchReplace
{
    private const string Rich =
        """
        {"displayName":"D","title":"T","name":{"givenName":"G","familyName":"F"},
         "emails":[{"value":"a@rp.example","type":"work","primary":true},{"value":"b@rp.example","type":"home"},{"value":"c@rp.example","type":"home"}]}
        """;

    [Clause("7644-3.5.2.3-01", Needs = Feature.Patch, Uses = "title,emails")]
    public static async Task Without_path(Trial t)
    {
        var user = await t.NewUser(Rich);
        (await t.Patch(
            user.Path,
            """{"op":"replace","value":{"displayName":"D2","name":{"givenName":"G2"},"emails":[{"value":"z@rp.example","type":"work"}]}}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("D2", now.Text("displayName"), "displayName");
        Check.Same("T", now.Text("title"), "title, not named");
        Check.Same("G2 F", $"{now.Text("name.givenName")} {now.Text("name.familyName")}", "name, of which only givenName was given");
        Check.SameSet(["z@rp.example"], now.Texts("emails", "value"), "emails, replaced as a whole");
    }

    [Clause("7644-3.5.2.3-02", Needs = Feature.Patch, Uses = "nickName,emails")]
    public static async Task Single_and_many(Trial t)
    {
        var user = await t.NewUser(Rich);
        (await t.Patch(
            user.Path,
            """{"op":"replace","path":"displayName","value":"D2"}""",
            """{"op":"replace","path":"nickName","value":"New"}""",
            """{"op":"replace","path":"emails","value":[{"value":"z@rp.example","type":"work"}]}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("D2", now.Text("displayName"), "displayName");
        Check.Same("New", now.Text("nickName"), "nickName, which had no value");
        Check.SameSet(["z@rp.example"], now.Texts("emails", "value"), "emails, replaced as a whole");
    }

    [Clause("7644-3.5.2.3-03", Needs = Feature.Patch, Uses = "emails.type")]
    public static async Task Complex_target(Trial t)
    {
        var user = await t.NewUser(Rich);
        (await t.Patch(user.Path, """{"op":"replace","path":"name","value":{"givenName":"G2"}}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("G2 F", $"{now.Text("name.givenName")} {now.Text("name.familyName")}", "name, of which only givenName was given");
        // A complete element: merging and replacing it come to the same.
        (await t.Patch(
            user.Path,
            """{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"w@rp.example","type":"work","primary":true}}""")).Is(200, 204);
        Check.SameSet(["w@rp.example", "b@rp.example", "c@rp.example"], (await t.Read(user.Path)).Texts("emails", "value"), "emails");
        if (!t.OwnChoices)
            return;
        (await t.Patch(user.Path, """{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"v@rp.example"}}""")).Is(200, 204);
        var work = (await t.Read(user.Path)).Items("emails").FirstOrDefault(e => e.Text("type") == "work");
        Check.Same("v@rp.example", work.Text("value"), "value of the work address, whose type was not given and must stay");
    }

    [Clause("7644-3.5.2.3-04", Needs = Feature.Patch, Uses = "emails.display")]
    public static async Task Part_of_all_matching_values(Trial t)
    {
        var user = await t.NewUser(Rich);
        (await t.Patch(user.Path, """{"op":"replace","path":"emails[type eq \"home\"].display","value":"At home"}""")).Is(200, 204);
        var emails = (await t.Read(user.Path)).Items("emails");
        Check.Same(2, emails.Count(e => e.Text("display") == "At home"), "home addresses with the new display");
        Check.That(emails.First(e => e.Text("type") == "work").Text("display") != "At home", "the work address does not match");
        Check.SameSet(["a@rp.example", "b@rp.example", "c@rp.example"], emails.Select(e => e.Text("value") ?? ""), "emails");
    }

    [Clause("7644-3.5.2.3-05", Needs = Feature.Patch, Uses = "emails.type")]
    public static async Task Filter_that_matches_nothing(Trial t)
    {
        var user = await t.NewUser(Rich);
        foreach (var (path, value) in new[]
        {
            ("emails[type eq \\\"other\\\"].value", "\"x@rp.example\""),
            ("emails[type eq \\\"other\\\"]", "{\"value\":\"x@rp.example\",\"type\":\"other\"}"),
        })
        {
            var answer = await t.Patch(user.Path, $$"""{"op":"replace","path":"{{path}}","value":{{value}}}""");
            if (t.Settings.Profile is Profile.Strict or Profile.Okta)
                answer.IsError(400, "noTarget");
            else
                answer.Is(200, 204, 400);
        }
        if (t.Strict)
            Check.Same(3, (await t.Read(user.Path)).Items("emails").Count, "emails after a refused replace");
    }

    [Clause("7644-3.5.2.3-06", Needs = Feature.Patch, Uses = "title,emails,nickName")]
    public static async Task Null_and_empty(Trial t)
    {
        var user = await t.NewUser(Rich);
        var answer = await t.Patch(
            user.Path,
            """{"op":"replace","path":"title","value":null}""",
            """{"op":"replace","path":"emails","value":[]}""");
        if (t.OwnChoices)
            answer.Is(200, 204);
        if (answer.Is(200, 204, 400).Succeeded)
        {
            var now = await t.Read(user.Path);
            Check.That(now["title"] is null, "title was replaced by null");
            Check.That(now.Items("emails").Count == 0, "emails was replaced by []");
        }
        (await t.Patch(user.Path, """{"op":"replace","path":"userName","value":null}""")).IsError(400, "invalidValue", "mutability");
        if (!t.OwnChoices)
            return;
        (await t.Patch(user.Path, """{"op":"replace","path":"nickName","value":""}""")).Is(200, 204);
        Check.Same("", (await t.Read(user.Path)).Text("nickName"), "nickName, replaced by the empty string");
    }

    [Clause("7644-3.5.2.3-07", Needs = Feature.Patch)]
    public static async Task Needs_a_value(Trial t)
    {
        var user = await t.NewUser(Rich);
        (await t.Patch(
            user.Path,
            """{"op":"replace","path":"displayName"}""")).IsError(400, t.OwnChoices ? ["invalidValue"] : ["invalidValue", "invalidSyntax"]);
        Check.Same("D", (await t.Read(user.Path)).Text("displayName"), "displayName after a refused replace");
    }

    [Clause("7644-3.5.2.3-08", Needs = Feature.Patch)]
    public static async Task Same_value(Trial t)
    {
        var user = await t.NewUser(Rich);
        const string operation = """{"op":"replace","path":"displayName","value":"D"}""";
        if (t.OwnChoices)
            await PatchAdd.Unchanged(t, user, operation);
        (await t.Patch(user.Path, operation)).Is(200, 204);
        Check.Same("D", (await t.Read(user.Path)).Text("displayName"), "displayName");
    }
}
