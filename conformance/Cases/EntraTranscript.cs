using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>What the provisioning service of Microsoft Entra ID sends, request by request.</summary>
internal static class EntraTranscript
{
    private const string Heading = "Entra ID";
    private const Profile For = Profile.Entra;

    [Clause("entra-A1", Part = Heading, Title = "Media types and bearer token", Profiles = For)]
    public static async Task Connection(Trial t)
    {
        var answer = (await t.List(t.Users, ("startIndex", "1"), ("count", "1"))).IsList();
        Check.That(
            answer.ContentType?.StartsWith(Call.Scim, StringComparison.OrdinalIgnoreCase) == true,
            $"Content-Type is {answer.ContentType ?? "missing"}");
        if (t.Settings.Token is not null)
            (await t.Send(new Call("GET", t.Users) { Credential = Credential.Forged })).IsError(401);
    }

    [Clause("entra-A2", Part = Heading, Title = "Test Connection", Profiles = For)]
    public static async Task Test_connection(Trial t)
    {
        var nobody = Trial.NoId;
        foreach (var filter in new[]
        {
            $"userName eq \"{nobody}\"", $"externalId eq \"{nobody}\"", $"emails[type eq \"work\"].value eq \"{nobody}\"",
        })
        {
            var probe = (await t.Find(t.Users, filter)).IsList();
            Check.Same(0, probe.Total, "totalResults");
            Check.That(probe.Body.Has("Resources"), "Resources must be there, empty");
            (await t.List(t.Users, ("filter", filter), ("startIndex", "1"), ("count", "1"))).IsList();
        }
        var groups = (await t.List("/Groups", ("excludedAttributes", "members"), ("filter", $"displayName eq \"{nobody}\""))).IsList();
        Check.Same(0, groups.Total, "totalResults of the probe on groups");
    }

    [Clause("entra-A2-schemas", Part = Heading, Title = "GET /Schemas when the mapping page is opened", Profiles = For)]
    public static async Task Schemas(Trial t)
    {
        var schemas = (await t.Get("/Schemas")).IsList();
        Check.That(
            !schemas.Text.Contains(":null", StringComparison.Ordinal) && !schemas.Text.Contains(": null", StringComparison.Ordinal),
            "a schema holds null, which the parser fails on");
    }

    [Clause(
        "entra-A3",
        Part = Heading,
        Title = "A user's life: match, create, re-read, update, disable, restore, delete",
        Profiles = For,
        Needs = Feature.Patch | Feature.Filter)]
    public static async Task Life_of_a_user(Trial t)
    {
        var name = t.UserName("mira.holt");
        Check.Same(0, (await t.Find(t.Users, $"userName eq \"{name}\"")).IsList().Total, "users matched before the creation");
        var made = (await t.Post(t.Users, NewUser(t, name))).Is(201);
        var path = t.Users + "/" + made.Body.Text("id");
        (await t.Post(t.Users, NewUser(t, name))).IsError(409, "uniqueness");
        Check.SameSet(
            [made.Body.Text("id")!],
            (await t.Find(t.Users, $"userName eq \"{name}\"")).IsList().Ids,
            "users matched after the conflict");

        var read = await t.Read(path);
        Check.Same("Mira Holt", read.Text("name.formatted"), "name.formatted, compared with what was sent");
        Check.Same(name, read.Text("emails.value"), "emails.value, compared with what was sent");

        (await t.Patch(path, """{"op":"Replace","path":"displayName","value":"Mira Holt-Lund"}""")).Is(200, 204);
        (await t.Patch(path, """{"op":"Replace","path":"active","value":"False"}""")).Is(200, 204);
        Check.That((await t.Read(path)).Flag("active") == false, "a disabled user must stay readable, with active=false");
        Check.Same(1, (await t.Find(t.Users, $"userName eq \"{name}\"")).IsList().Total, "a disabled user must still be matched");
        (await t.Patch(path, """{"op":"Replace","path":"active","value":"True"}""")).Is(200, 204);
        Check.That((await t.Read(path)).Flag("active") == true, "active after the restore");
        (await t.Delete(path)).Is(204);
        (await t.Get(path)).IsError(404);
        (await t.Delete(path)).IsError(404);
    }

    [Clause(
        "entra-A4-legacy",
        Part = Heading,
        Title = "PATCH in the legacy dialect",
        Profiles = For,
        Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Legacy_patch(Trial t)
    {
        var name = t.UserName("legacy");
        var made = (await t.Post(t.Users, NewUser(t, name))).Is(201).Body;
        var path = t.Users + "/" + made.Text("id");
        (await t.Patch(
            path,
            """{"op":"Add","path":"title","value":"Engineer"}""",
            """{"op":"Replace","path":"displayName","value":"Mira Holt-Lund"}""",
            """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"mira.lund@corp.example"}""",
            """{"op":"Replace","path":"name.familyName","value":"Holt-Lund"}""",
            $$"""{"op":"Replace","path":"{{Urn.Enterprise}}:employeeNumber","value":"50118"}""",
            """{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+45 55 01 22 33"}""",
            """{"op":"Remove","path":"title"}""")).Is(200, 204);
        var now = await t.Read(path);
        Check.Same("Mira Holt-Lund", now.Text("displayName"), "displayName");
        Check.Same("Holt-Lund", now.Text("name.familyName"), "name.familyName");
        Check.SameSet(["mira.lund@corp.example"], now.Texts("emails", "value"), "emails");
        Check.Same("50118", now[Urn.Enterprise].Text("employeeNumber"), "employeeNumber");
        var mobile = now.Items("phoneNumbers").FirstOrDefault(p => p.Text("type") == "mobile");
        Check.Same("+45 55 01 22 33", mobile.Text("value"), "the mobile number, echoed as sent");
        Check.That(now["title"] is null, "title was removed");
    }

    [Clause(
        "entra-A4-manager", Part = Heading, Title = "manager set and cleared", Profiles = For, Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Manager(Trial t)
    {
        var boss = await t.NewUser();
        var user = await t.NewUser();
        (await t.Patch(user.Path, $$"""{"op":"Add","path":"{{Urn.Enterprise}}:manager","value":"{{boss.Id}}"}""")).Is(200, 204);
        Check.Same(boss.Id, (await t.Read(user.Path))[Urn.Enterprise].Text("manager.value"), "manager.value");
        Check.Same(
            1,
            (await t.List(t.Users, ("filter", $"id eq \"{user.Id}\" and manager eq \"{boss.Id}\""), ("attributes", "id"))).IsList().Total,
            "users found by id and manager");
        (await t.Patch(user.Path, $$"""{"op":"Replace","path":"{{Urn.Enterprise}}:manager","value":{"value":""} }""")).Is(200, 204);
        Check.That((await t.Read(user.Path))[Urn.Enterprise].Text("manager.value") is null, "manager was cleared");
        (await t.Patch(
            user.Path,
            $$"""{"op":"Add","path":"manager","value":[{"$ref":"{{t.Absolute(boss.Path)}}","value":"{{boss.Id}}"}]}""")).Is(200, 204);
        Check.Same(boss.Id, (await t.Read(user.Path))[Urn.Enterprise].Text("manager.value"), "manager.value, set as an array");
    }

    [Clause(
        "entra-A4-flag",
        Part = Heading,
        Title = "PATCH with the flag aadOptscim062020",
        Profiles = For,
        Needs = Feature.Patch | Feature.Enterprise)]
    public static async Task Patch_with_the_flag(Trial t)
    {
        var name = t.UserName("flag");
        var made = (await t.Post(t.Users, NewUser(t, name))).Is(201).Body;
        var path = t.Users + "/" + made.Text("id");
        (await t.Patch(
            path,
            """{"op":"replace","path":"emails[type eq \"work\"].value","value":"mira.lund@corp.example"}""",
            $$"""{"op":"replace","value":{"displayName":"Mira Holt-Lund","name.givenName":"Mira","name.familyName":"Holt-Lund","{{Urn.Enterprise}}:employeeNumber":"50119"} }""")).Is(200, 204);
        (await t.Patch(
            path,
            $$"""{"op":"replace","value":{"{{Urn.Enterprise}}":{"department":"Sales","costCenter":null} } }""")).Is(200, 204);
        (await t.Patch(path, """{"op":"replace","path":"name","value":{"givenName":"M."}}""")).Is(200, 204);
        (await t.Patch(path, """{"op":"replace","path":"active","value":false}""")).Is(200, 204);
        var now = await t.Read(path);
        Check.Same("M. Holt-Lund", $"{now.Text("name.givenName")} {now.Text("name.familyName")}", "name, merged");
        Check.Same(
            "50119 Sales",
            $"{now[Urn.Enterprise].Text("employeeNumber")} {now[Urn.Enterprise].Text("department")}",
            "employeeNumber and department");
        Check.SameSet(["mira.lund@corp.example"], now.Texts("emails", "value"), "emails");
        Check.That(now.Flag("active") == false, "active");
    }

    [Clause(
        "entra-A5",
        Part = Heading,
        Title = "A group's life in both dialects",
        Profiles = For,
        Needs = Feature.Patch | Feature.Groups | Feature.Filter)]
    public static async Task Life_of_a_group(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var three = await t.NewUser();
        var name = t.Name("EU Sales");
        Check.Same(
            0,
            (await t.List(t.Groups, ("excludedAttributes", "members"), ("filter", $"displayName eq \"{name}\""))).IsList().Total,
            "groups matched before the creation");
        var made = (await t.Post(t.Groups, $$"""
            {"schemas":["{{Urn.Group}}","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
             "externalId":"{{Trial.NoId}}","displayName":"{{name}}","meta":{"resourceType":"Group"} }
            """)).Is(201).Body;
        var id = made.Text("id");
        var path = t.Groups + "/" + id;
        Check.That(!(await t.List(path, ("excludedAttributes", "members"))).Is(200).Body.Has("members"), "members were excluded");

        var added = await t.Patch(
            path,
            $$"""{"op":"Add","path":"members","value":[{"$ref":null,"value":"{{one.Id}}"},{"$ref":null,"value":"{{two.Id}}"},{"$ref":null,"value":"{{three.Id}}"}]}""");
        added.Is(t.OwnChoices ? [204] : [200, 204]);
        foreach (var probe in new[] { $"id eq \"{id}\" and members eq \"{one.Id}\"", $"members eq \"{one.Id}\" and id eq \"{id}\"" })
            Check.Same(
                1,
                (await t.List(t.Groups, ("filter", probe), ("excludedAttributes", "members"))).IsList().Total,
                $"groups found by {probe}");

        (await t.Patch(path, $$"""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{{one.Id}}"}]}""")).Is(200, 204);
        Check.SameSet([two.Id, three.Id], (await t.Read(path)).Texts("members", "value"), "members after a remove in the legacy dialect");
        (await t.Patch(path, $$"""{"op":"remove","path":"members[value eq \"{{two.Id}}\"]"}""")).Is(200, 204);
        Check.SameSet([three.Id], (await t.Read(path)).Texts("members", "value"), "members after a remove in the flag's dialect");
        (await t.Patch(path, $$"""{"op":"Replace","path":"displayName","value":"{{name}} 2"}""")).Is(200, 204);
        Check.Same(name + " 2", (await t.Read(path)).Text("displayName"), "displayName");
        (await t.Delete(path)).Is(204);
        (await t.Get(one.Path)).Is(200);
    }

    [Clause(
        "entra-A6",
        Part = Heading,
        Title = "Roles, as the mapping functions send them",
        Profiles = For,
        Needs = Feature.Patch,
        Uses = "roles.primary")]
    public static async Task Roles(Trial t)
    {
        var user = await t.NewUser("""{"roles":[]}""");
        (await t.Patch(user.Path, """{"op":"Add","path":"roles[primary eq \"True\"].value","value":"Admin"}""")).Is(200, 204);
        Check.SameSet(["Admin"], (await t.Read(user.Path)).Texts("roles", "value"), "roles");
        (await t.Patch(
            user.Path,
            """{"op":"Replace","path":"roles","value":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"Reader","value":"Reader"}]}""")).Is(200, 204);
        Check.SameSet(["Reader"], (await t.Read(user.Path)).Texts("roles", "value"), "roles");
    }

    [Clause(
        "entra-A7",
        Part = Heading,
        Title = "What Microsoft's validator sends",
        Profiles = For,
        Needs = Feature.Patch | Feature.Filter,
        Uses = "emails.primary")]
    public static async Task Validator(Trial t)
    {
        var user = await t.NewUser("""{"emails":[{"type":"work","value":"v@validator.example","primary":"True"}]}""");
        Check.That(user.Body.Items("emails")[0].Flag("primary") == true, "primary posted as \"True\" must come back as a boolean");
        (await t.Post(t.Users, t.UserBody(userName: user.Name))).IsError(409);
        var found = (await t.Find(t.Users, $"USERNAME eq \"{user.Name.ToUpperInvariant()}\"")).IsList();
        Check.That(found.Resources is [var only] && only.Text("id") == user.Id, "the user, found in another letter case, with its id");
        (await t.Patch(
            user.Path,
            """{"op":"replace","path":"displayName","value":"V"}""",
            """{"op":"add","path":"nickName","value":"N"}""",
            """{"op":"remove","path":"nickName"}""")).Is(200, 204);
    }

    private static string NewUser(Trial t, string name)
    {
        var enterprise = t.Server.Lacks(Feature.Enterprise) is null;
        var extension = enterprise ? $",\"{Urn.Enterprise}\":{{\"department\":\"R&D\",\"employeeNumber\":\"50117\"}}" : "";
        return $$"""
            {"schemas":["{{Urn.User}}","{{Urn.Enterprise}}"],"externalId":"{{t.Name("mira")}}","userName":"{{name}}","active":true,"displayName":"Mira Holt",
             "emails":[{"primary":true,"type":"work","value":"{{name}}"}],"meta":{"resourceType":"User"},
             "name":{"formatted":"Mira Holt","familyName":"Holt","givenName":"Mira"},"roles":[]{{extension}} }
            """;
    }
}
