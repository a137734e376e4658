using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part I: paths and qualified keys of PATCH (RFC 7644 §3.5.2).</summary>
internal static class PatchPaths
{
    [Clause("7644-3.5.2-11", Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Qualified_path_adds_the_extension(Trial t)
    {
        var user = await t.NewUser();
        (await t.Patch(user.Path, $$"""{"op":"add","path":"{{Urn.Enterprise}}:department","value":"Added"}""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("Added", now[Urn.Enterprise].Text("department"), "department");
        Check.That(
            now.Strings("schemas").Contains(Urn.Enterprise, StringComparer.OrdinalIgnoreCase),
            "schemas must list the extension that a PATCH has added");
        (await t.Patch(user.Path, $$"""{"op":"remove","path":"{{Urn.Enterprise}}:department"}""")).Is(200, 204);
        now = await t.Read(user.Path);
        Check.That(now[Urn.Enterprise].Text("department") is null, "department was removed");
        if (t.OwnChoices)
            Check.SameSet([Urn.User], now.Strings("schemas"), "schemas after the last value of an extension was removed");
    }

    [Clause("7644-3.5.2-12", Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Operations_on_schemas(Trial t)
    {
        var user = await t.NewUser($$"""{"{{Urn.Enterprise}}":{"department":"Kept"} }""");
        var added = await t.Patch(user.Path, $$"""{"op":"add","path":"schemas","value":["{{Urn.Enterprise}}"]}""");
        if (t.OwnChoices)
            added.Is(200, 204);
        added.Is(200, 204, 400);
        (await t.Patch(user.Path, $$"""{"op":"remove","path":"schemas[value eq \"{{Urn.User}}\"]"}""")).IsRefused();
        (await t.Patch(user.Path, """{"op":"remove","path":"schemas"}""")).IsRefused();
        var now = await t.Read(user.Path);
        Check.That(now.Strings("schemas").Contains(Urn.User, StringComparer.OrdinalIgnoreCase), "the base schema must stay");
        Check.Same("Kept", now[Urn.Enterprise].Text("department"), "department");
    }

    [Clause("7644-3.5.2-13", Needs = Feature.Patch, Uses = "emails.display,name.middleName,addresses")]
    public static async Task All_path_forms(Trial t)
    {
        var user = await t.NewUser(
            """
            {"name":{"givenName":"G","familyName":"F"},"emails":[{"value":"w@forms.example","type":"work"},{"value":"h@forms.example","type":"home"}],
             "addresses":[{"type":"work","locality":"Here","country":"DK"},{"type":"home","locality":"There","country":"DK"}]}
            """);
        (await t.Patch(user.Path, """{"op":"replace","path":"name.familyName","value":"F2"}""")).Is(200, 204);
        (await t.Patch(user.Path, $$"""{"op":"replace","path":"{{Urn.User}}:name.givenName","value":"G2"}""")).Is(200, 204);
        (await t.Patch(user.Path, """{"op":"replace","path":"emails[type eq \"work\"].value","value":"w2@forms.example"}""")).Is(200, 204);
        (await t.Patch(
            user.Path,
            """{"op":"add","path":"emails[type eq \"home\" and value ew \"forms.example\"].display","value":"Home"}""")).Is(200, 204);
        (await t.Patch(user.Path, """{"op":"remove","path":"addresses[type eq \"home\"]"}""")).Is(200, 204);
        (await t.Patch(
            user.Path,
            """{"op":"replace","path":"addresses[type eq \"work\"]","value":{"type":"work","locality":"Elsewhere","country":"SE"} }""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same(
            "G2 F2",
            $"{now.Text("name.givenName")} {now.Text("name.familyName")}",
            "name, by name.familyName and by its qualified path");
        Check.SameSet(["w2@forms.example", "h@forms.example"], now.Texts("emails", "value"), "emails");
        Check.Same("Home", now.Items("emails").First(e => e.Text("type") == "home").Text("display"), "display of the home address");
        Check.SameSet(["Elsewhere"], now.Texts("addresses", "locality"), "addresses");
    }

    [Clause("7644-3.5.2-13/members", Title = "Path forms on members", Needs = Feature.Patch | Feature.Groups)]
    public static async Task Path_forms_on_members(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var group = await t.NewGroup();
        (await t.Patch(
            group.Path,
            $$"""{"op":"add","path":"members","value":[{"value":"{{one.Id}}"},{"value":"{{two.Id}}"}]}""")).Is(200, 204);
        Check.SameSet([one.Id, two.Id], await GroupSchema.Members(t, group), "members");
        (await t.Patch(group.Path, $$"""{"op":"remove","path":"members[value eq \"{{one.Id}}\"]"}""")).Is(200, 204);
        Check.SameSet([two.Id], await GroupSchema.Members(t, group), "members after one was removed");
        (await t.Patch(group.Path, $$"""{"op":"replace","path":"members","value":[{"value":"{{one.Id}}"}]}""")).Is(200, 204);
        Check.SameSet([one.Id], await GroupSchema.Members(t, group), "members after a replace of all");
    }

    [Clause("7644-3.5.2-13/extension", Title = "Path forms on an extension", Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Path_forms_on_an_extension(Trial t)
    {
        var boss = await t.NewUser();
        var user = await t.NewUser();
        (await t.Patch(user.Path, $$"""{"op":"add","path":"{{Urn.Enterprise}}:manager","value":{"value":"{{boss.Id}}"} }""")).Is(200, 204);
        Check.Same(boss.Id, (await t.Read(user.Path))[Urn.Enterprise].Text("manager.value"), "manager.value");
        (await t.Patch(user.Path, $$"""{"op":"replace","path":"{{Urn.Enterprise}}:manager.value","value":"{{user.Id}}"}""")).Is(200, 204);
        Check.Same(user.Id, (await t.Read(user.Path))[Urn.Enterprise].Text("manager.value"), "manager.value, by its own path");
        (await t.Patch(
            user.Path,
            $$"""{"op":"add","path":"{{Urn.Enterprise}}","value":{"department":"Whole","costCenter":"One"} }""")).Is(200, 204);
        Check.Same("Whole", (await t.Read(user.Path))[Urn.Enterprise].Text("department"), "department, by the path of the whole extension");
        (await t.Patch(user.Path, $$"""{"op":"remove","path":"{{Urn.Enterprise}}"}""")).Is(200, 204);
        Check.That(!(await t.Read(user.Path)).Has(Urn.Enterprise), "the whole extension was removed");
    }

    [Clause("7644-3.5.2-14", Needs = Feature.Patch, Uses = "emails.type")]
    public static async Task Dotted_and_qualified_keys(Trial t)
    {
        var user = await t.NewUser("""{"name":{"givenName":"Old","familyName":"Kept"},"emails":[{"value":"old@keys.example","type":"work"}]}""");
        var enterprise = t.Server.Lacks(Feature.Enterprise) is null;
        var department = enterprise ? $",\"{Urn.Enterprise}:department\":\"Keyed\"" : "";
        var answer = await t.Patch(
            user.Path, "{\"op\":\"replace\",\"value\":{\"displayName\":\"Keys\",\"name.givenName\":\"New\",\"emails[type eq \\\"work\\\"].value\":\"new@keys.example\"" + department + "}}");
        if (t.Settings.Profile is Profile.Entra or Profile.Lenient)
            answer.Is(200, 204);
        if (!answer.Is(200, 204, 400).Succeeded)
            Trial.NotSupported("dotted keys are not of the RFC, and the server refuses them");
        var now = await t.Read(user.Path);
        if (t.Settings.Profile is Profile.Strict or Profile.Okta && now.Text("name.givenName") == "Old")
            Trial.NotSupported("dotted keys are not of the RFC, and the server passes them over as unknown");
        Check.Same("Keys", now.Text("displayName"), "displayName");
        Check.Same("New", now.Text("name.givenName"), "name.givenName, by a dotted key");
        Check.Same("Kept", now.Text("name.familyName"), "name.familyName, not named");
        Check.SameSet(["new@keys.example"], now.Texts("emails", "value"), "emails, by a key with a filter");
        if (enterprise)
            Check.Same("Keyed", now[Urn.Enterprise].Text("department"), "department, by a qualified key");
    }
}
