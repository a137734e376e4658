using System.Text.Json.Nodes;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>What real clients send beside the RFC, and the profiles that must bear it. The strict profile refuses some of it.</summary>
internal static class Tolerances
{
    private const string Heading = "Client tolerances";
    private const Profile EntraLike = Profile.Entra | Profile.Lenient;
    private const Profile Dialects = Profile.Entra | Profile.Okta | Profile.Lenient;

    [Clause("quirk-T1", Part = Heading, Title = "op in any letter case", Profiles = Dialects, Needs = Feature.Patch)]
    public static async Task Op_in_any_case(Trial t)
    {
        var user = await t.NewUser();
        foreach (var op in new[] { "Add", "REPLACE", "rEpLaCe" })
            (await t.Patch(user.Path, $$"""{"op":"{{op}}","path":"displayName","value":"{{op}}"}""")).Is(200, 204);
        (await t.Patch(user.Path, """{"op":"Remove","path":"displayName"}""")).Is(200, 204);
    }

    [Clause(
        "quirk-T2",
        Part = Heading,
        Title = "Booleans as strings, also within arrays and in filters",
        Profiles = EntraLike,
        Needs = Feature.Patch,
        Uses = "roles.primary")]
    public static async Task Booleans_as_strings(Trial t)
    {
        var user = await t.NewUser("""{"active":true}""");
        foreach (var (text, value) in new[] { ("False", false), ("True", true), ("false", false) })
        {
            (await t.Patch(user.Path, $$"""{"op":"Replace","path":"active","value":"{{text}}"}""")).Is(200, 204);
            Check.That((await t.Read(user.Path)).Flag("active") == value, $"active after \"{text}\" must be the boolean {value}");
        }
        (await t.Patch(
            user.Path,
            """{"op":"Add","path":"roles","value":[{"primary":"True","type":"WindowsAzureActiveDirectoryRole","display":"Admin","value":"Admin"}]}""")).Is(200, 204);
        Check.That(
            (await t.Read(user.Path)).Items("roles")[0].Flag("primary") == true,
            "roles.primary posted as \"True\" must come back as a boolean");
        (await t.Patch(user.Path, """{"op":"Replace","path":"roles[primary eq \"True\"].value","value":"Owner"}""")).Is(200, 204);
        Check.Same("Owner", (await t.Read(user.Path)).Text("roles.value"), "roles.value after a path with the operand \"True\"");
    }

    [Clause(
        "quirk-T3",
        Part = Heading,
        Title = "manager as an array of one, or as a bare id",
        Profiles = EntraLike,
        Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Manager_in_odd_shapes(Trial t)
    {
        var boss = await t.NewUser();
        var user = await t.NewUser();
        foreach (var (path, value) in new[]
        {
            (Urn.Enterprise + ":manager", $"\"{boss.Id}\""),
            ("manager", $"[{{\"$ref\":\"{t.Absolute(boss.Path)}\",\"value\":\"{boss.Id}\"}}]"),
        })
        {
            (await t.Patch(user.Path, $$"""{"op":"Add","path":"{{path}}","value":{{value}} }""")).Is(200, 204);
            Check.Same(boss.Id, (await t.Read(user.Path))[Urn.Enterprise].Text("manager.value"), $"manager.value after {path} = {value}");
            (await t.Patch(user.Path, $$"""{"op":"Remove","path":"{{Urn.Enterprise}}:manager"}""")).Is(200, 204);
        }
    }

    [Clause(
        "quirk-T4",
        Part = Heading,
        Title = "manager cleared by an empty string, an empty value, null or remove",
        Profiles = EntraLike,
        Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Manager_cleared(Trial t)
    {
        var boss = await t.NewUser();
        var user = await t.NewUser();
        foreach (var rest in new[]
        {
            "\"op\":\"Replace\",\"value\":\"\"", "\"op\":\"Replace\",\"value\":{\"value\":\"\"}", "\"op\":\"Replace\",\"value\":null",
            "\"op\":\"Remove\"",
        })
        {
            (await t.Patch(
                user.Path,
                $$"""{"op":"add","path":"{{Urn.Enterprise}}:manager","value":{"value":"{{boss.Id}}"} }""")).Is(200, 204);
            (await t.Patch(user.Path, $$"""{{{rest}},"path":"{{Urn.Enterprise}}:manager"}""")).Is(200, 204);
            Check.That((await t.Read(user.Path))[Urn.Enterprise].Text("manager.value") is null, $"manager must be unassigned after {rest}");
        }
    }

    [Clause(
        "quirk-T5",
        Part = Heading,
        Title = "remove members with a value array takes only those",
        Profiles = EntraLike,
        Needs = Feature.Patch | Feature.Groups)]
    public static async Task Remove_with_a_value_array(Trial t)
    {
        var users = new[] { await t.NewUser(), await t.NewUser(), await t.NewUser() };
        var group = await t.NewGroup([.. users.Select(u => u.Id)]);
        (await t.Patch(
            group.Path,
            $$"""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{{users[0].Id}}"}]}""")).Is(200, 204);
        Check.SameSet([users[1].Id, users[2].Id], await GroupSchema.Members(t, group), "members");
    }

    [Clause(
        "quirk-T6",
        Part = Heading,
        Title = "Pathless values with dotted, qualified and bracketed keys",
        Profiles = EntraLike,
        Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Pathless_with_odd_keys(Trial t)
    {
        var user = await t.NewUser($$"""{"name":{"givenName":"A","familyName":"B"},"emails":[{"value":"a@t6.example","type":"work"}],"{{Urn.Enterprise}}":{"department":"D","costCenter":"C"} }""");
        (await t.Patch(user.Path, $$"""
            {"op":"replace","value":{"displayName":"T6","name.givenName":"A2","emails[type eq \"work\"].value":"b@t6.example",
             "{{Urn.Enterprise}}:employeeNumber":"50117","{{Urn.Enterprise}}":{"department":"D2","costCenter":null} } }
            """)).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same(
            "T6 A2 B",
            $"{now.Text("displayName")} {now.Text("name.givenName")} {now.Text("name.familyName")}",
            "displayName and name");
        Check.SameSet(["b@t6.example"], now.Texts("emails", "value"), "emails");
        Check.Same(
            "50117 D2",
            $"{now[Urn.Enterprise].Text("employeeNumber")} {now[Urn.Enterprise].Text("department")}",
            "employeeNumber and department");
        Check.That(now[Urn.Enterprise].Text("costCenter") is null, "costCenter was set to null");
    }

    [Clause(
        "quirk-T7",
        Part = Heading,
        Title = "A value path that matches nothing creates the value",
        Profiles = EntraLike,
        Needs = Feature.Patch,
        Uses = "phoneNumbers.type")]
    public static async Task Value_path_creates(Trial t)
    {
        var user = await t.NewUser();
        (await t.Patch(
            user.Path,
            """{"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"+45 55 01 22 33"}""")).Is(200, 204);
        var phone = (await t.Read(user.Path)).Items("phoneNumbers").FirstOrDefault(p => p.Text("type") == "mobile");
        Check.Same("+45 55 01 22 33", phone.Text("value"), "the mobile number that a replace with an unmatched filter makes");
    }

    [Clause(
        "quirk-T7/strict",
        Part = Heading,
        Title = "A value path that matches nothing is noTarget for the strict",
        Profiles = Profile.Strict,
        Needs = Feature.Patch,
        Uses = "phoneNumbers.type",
        OnlyChoice = true)]
    public static async Task Value_path_is_no_target(Trial t)
    {
        var user = await t.NewUser();
        (await t.Patch(
            user.Path,
            """{"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"+45 55 01 22 33"}""")).IsError(400, "noTarget");
    }

    [Clause(
        "quirk-T2/strict",
        Part = Heading,
        Title = "A boolean as a string is invalidValue for the strict",
        Profiles = Profile.Strict,
        Needs = Feature.Patch,
        OnlyChoice = true)]
    public static async Task Boolean_as_string_is_refused(Trial t)
    {
        var user = await t.NewUser("""{"active":true}""");
        (await t.Patch(user.Path, """{"op":"Replace","path":"active","value":"False"}""")).IsError(400, "invalidValue");
        Check.That((await t.Read(user.Path)).Flag("active") == true, "active after a refused replace");
    }

    [Clause("quirk-T8", Part = Heading, Title = "Nulls in a POST are unassigned", Profiles = Dialects)]
    public static async Task Nulls_in_a_post(Trial t)
    {
        var user = await t.NewUser("""{"addresses":null,"phoneNumbers":null,"title":null,"nickName":""}""");
        var now = await t.Read(user.Path);
        Check.That(
            now["addresses"] is null && now["phoneNumbers"] is null && now["title"] is null,
            "attributes posted as null must have no value");
    }

    [Clause("quirk-T9", Part = Heading, Title = "Unknown URNs in schemas are ignored", Profiles = EntraLike, Needs = Feature.Groups)]
    public static async Task Unknown_urns(Trial t)
    {
        var body = t.GroupBody();
        body["schemas"]!.AsArray().Add("http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group");
        Check.SameSet([Urn.Group], (await t.Post(t.Groups, body)).Is(201).Body.Strings("schemas"), "schemas of the group");
    }

    [Clause(
        "quirk-T10",
        Part = Heading,
        Title = "id, meta, groups and schemas in PUT and PATCH bodies are ignored",
        Profiles = Dialects,
        Needs = Feature.Patch | Feature.Groups)]
    public static async Task Read_only_keys_are_ignored(Trial t)
    {
        var group = await t.NewGroup();
        (await t.Patch(
            group.Path,
            $$"""{"op":"replace","value":{"id":"{{group.Id}}","schemas":["{{Urn.Group}}"],"meta":{"resourceType":"Group"},"displayName":"{{group.Name}}-2"} }""")).Is(200, 204);
        Check.Same(group.Name + "-2", (await t.Read(group.Path)).Text("displayName"), "displayName");
        var user = await t.NewUser();
        (await t.Put(user.Path, user.Body)).Is(200);
    }

    [Clause("quirk-T11", Part = Heading, Title = "Bodies without schemas", Profiles = Dialects, Needs = Feature.Patch)]
    public static async Task Bodies_without_schemas(Trial t)
    {
        var body = t.UserBody();
        body.Remove("schemas");
        var made = (await t.Post(t.Users, body)).Is(201).Body;
        Check.SameSet([Urn.User], made.Strings("schemas"), "schemas of a user that was posted without");
        (await t.Send(new Call(
            "PATCH",
            t.Users + "/" + made.Text("id")).WithBody("""{"Operations":[{"op":"replace","path":"displayName","value":"T11"}]}"""))).Is(200, 204);
    }

    [Clause("quirk-T12", Part = Heading, Title = "application/json as Content-Type", Profiles = Profile.Any)]
    public static async Task Plain_json(Trial t) =>
        (await t.Send(new Call(
            "POST",
            t.Users) { ContentType = "application/json", Accept = "application/json" }.WithBody(t.UserBody().ToJsonString()))).Is(201);

    [Clause(
        "quirk-T13",
        Part = Heading,
        Title = "userName filters in other letter case, with other spaces and encodings",
        Profiles = Profile.Any,
        Needs = Feature.Filter)]
    public static async Task Filter_spellings(Trial t)
    {
        var user = await t.NewUser();
        var name = Uri.EscapeDataString(user.Name.ToUpperInvariant());
        foreach (var query in new[] { $"userName+eq+%22{name}%22", $"username%20EQ%20%22{name}%22", $"userName%20%20eq%20%20%22{name}%22" })
            Check.SameSet([user.Id], (await t.Get($"{t.Users}?filter={query}")).IsList().Ids, $"users found by {query}");
    }

    [Clause(
        "quirk-T14",
        Part = Heading,
        Title = "Two primary values: the last written stays",
        Profiles = EntraLike,
        Needs = Feature.Patch,
        Uses = "emails.primary")]
    public static async Task Two_primaries(Trial t)
    {
        var user = await t.NewUser("""{"emails":[{"value":"a@t14.example","type":"work","primary":true}]}""");
        (await t.Patch(
            user.Path,
            """{"op":"Add","path":"emails","value":[{"value":"b@t14.example","type":"home","primary":true},{"value":"c@t14.example","type":"other","primary":true}]}""")).Is(200, 204);
        var primaries = (await t.Read(user.Path)).Items("emails").Where(e => e.Flag("primary") == true).Select(e => e.Text("value") ?? "");
        Check.SameSet(["c@t14.example"], primaries, "primary values of emails");
    }

    [Clause("quirk-T15", Part = Heading, Title = "password on create is accepted and not shown", Profiles = Dialects, Uses = "password")]
    public static async Task Password_on_create(Trial t) =>
        Check.That(!(await t.NewUser("""{"password":"xY7#placeholder"}""")).Body.Has("password"), "password must not be in the answer");

    [Clause("quirk-T16", Part = Heading, Title = "Trailing and double slashes in the URL", Profiles = Dialects)]
    public static async Task Slashes(Trial t)
    {
        foreach (var path in new[] { t.Users + "/?count=1", "/" + t.Users + "?count=1" })
            (await t.Get(path)).IsList();
    }

    [Clause("quirk-T17", Part = Heading, Title = "A list of groups is empty, not 404, where groups are off", Profiles = EntraLike)]
    public static async Task Groups_are_off(Trial t) =>
        Check.Same(
            0,
            (await t.Get("/Groups?excludedAttributes=members&filter=" + Uri.EscapeDataString($"displayName eq \"{t.Name()}\""))).IsList().Total,
            "groups found");

    [Clause(
        "quirk-T18", Part = Heading, Title = "Numbers for string attributes", Profiles = Profile.Lenient, Uses = "addresses.postalCode")]
    public static async Task Numbers_for_strings(Trial t)
    {
        var user = await t.NewUser("""{"externalId":701984,"addresses":[{"type":"work","postalCode":91608}]}""");
        Check.Same("701984", user.Body.Text("externalId"), "externalId posted as a number");
        Check.Same("91608", user.Body.Text("addresses.postalCode"), "postalCode posted as a number");
    }

    [Clause(
        "quirk-bare-member",
        Part = Heading,
        Title = "A member as a bare string",
        Profiles = EntraLike,
        Needs = Feature.Patch | Feature.Groups)]
    public static async Task Bare_member(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup();
        (await t.Patch(group.Path, $$"""{"op":"add","path":"members","value":["{{user.Id}}"]}""")).Is(200, 204);
        Check.SameSet([user.Id], await GroupSchema.Members(t, group), "members");
    }

    [Clause("quirk-bare-word", Part = Heading, Title = "An unquoted word as filter operand", Profiles = EntraLike, Needs = Feature.Filter)]
    public static async Task Bare_word(Trial t)
    {
        var key = t.Name();
        var user = await t.NewUser($$"""{"externalId":"{{key}}"}""");
        Check.SameSet([user.Id], (await t.Find(t.Users, $"externalId eq {key}")).IsList().Ids, "users found by an unquoted externalId");
    }

    [Clause(
        "quirk-unqualified",
        Part = Heading,
        Title = "Unqualified names of the enterprise extension",
        Profiles = EntraLike,
        Needs = Feature.Patch | Feature.Filter | Feature.Enterprise)]
    public static async Task Unqualified_names(Trial t)
    {
        var user = await t.NewUser();
        (await t.Patch(user.Path, """{"op":"Add","path":"department","value":"R&D"}""")).Is(200, 204);
        Check.Same("R&D", (await t.Read(user.Path))[Urn.Enterprise].Text("department"), "department, by its unqualified path");
        Check.SameSet(
            [user.Id],
            (await t.Find(t.Users, $"id eq \"{user.Id}\" and department eq \"R&D\"")).IsList().Ids,
            "users found by the unqualified department");
    }

    [Clause(
        "quirk-restore",
        Part = Heading,
        Title = "A POST for an inactive user brings that user back with the same id",
        Profiles = Dialects,
        OnlyChoice = true)]
    public static async Task Restore_in_place(Trial t)
    {
        var user = await t.NewUser("""{"active":true,"displayName":"Left"}""");
        (await t.Patch(user.Path, """{"op":"replace","path":"active","value":false}""")).Is(200, 204);
        JsonObject body = t.UserBody("""{"active":true,"displayName":"Back"}""", user.Name);
        var back = (await t.Post(t.Users, body)).Is(200, 201).Body;
        Check.Same(user.Id, back.Text("id"), "id of the user that was brought back");
        Check.That((await t.Read(user.Path)).Flag("active") == true, "active of the user that was brought back");
    }
}
