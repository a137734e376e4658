using System.Globalization;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>What Okta sends, request by request: AIW are apps of its integration wizard, OIN those of its catalogue.</summary>
internal static class OktaTranscript
{
    private const string Heading = "Okta";
    private const Profile For = Profile.Okta;

    [Clause("okta-B1", Part = Heading, Title = "Connection test", Profiles = For)]
    public static async Task Connection(Trial t)
    {
        var list = (await t.List(t.Users, ("startIndex", "1"), ("count", "2"))).IsList();
        Check.That(
            list.Body.Number("itemsPerPage") is not null && list.Body.Number("startIndex") is not null && list.Total is not null,
            "itemsPerPage, startIndex and totalResults must be whole numbers");
    }

    [Clause("okta-B2-create", Part = Heading, Title = "Match and create", Profiles = For, Needs = Feature.Filter)]
    public static async Task Match_and_create(Trial t)
    {
        var name = t.UserName("mira");
        Check.Same(0, (await Lookup(t, name)).Total, "users matched before the creation");
        var made = (await t.Post(t.Users, NewUser(t, name))).Is(201).Body;
        Check.That(made.Text("id") is { Length: > 0 }, "201 must have a body with the id");
        Check.That(made.Flag("active") == true, "active");
        Check.That(!made.Has("password"), "password must not be shown");
        Check.That(
            (await t.Post(t.Users, NewUser(t, name))).IsError(409).Body.Text("detail") is { Length: > 0 },
            "a duplicate must have a detail, which is shown to the administrator");
        Check.SameSet([made.Text("id")!], (await Lookup(t, name.ToUpperInvariant())).Ids, "users matched by the name in upper case");
    }

    [Clause("okta-B2-AIW", Part = Heading, Title = "Profile push and deactivation by PUT", Profiles = For, Needs = Feature.Filter)]
    public static async Task Aiw_user(Trial t)
    {
        var name = t.UserName("aiw");
        var made = (await t.Post(t.Users, NewUser(t, name))).Is(201).Body;
        var path = t.Users + "/" + made.Text("id");
        if (t.Server.Lacks(Feature.Patch | Feature.Enterprise) is null)
            (await t.Patch(path, $$"""{"op":"add","path":"{{Urn.Enterprise}}:department","value":"Unknown to Okta"}""")).Is(200, 204);
        var merged = await t.Read(path);
        merged["displayName"] = "Mira Holt-Lund";
        var put = (await t.Put(path, merged)).Is(200).Body;
        Check.Same("Mira Holt-Lund", put.Text("displayName"), "displayName");
        Check.That(
            System.Text.Json.Nodes.JsonNode.DeepEquals(merged[Urn.Enterprise], put[Urn.Enterprise]),
            "a read-modify-write must keep what Okta does not know");
        merged["active"] = false;
        (await t.Put(path, merged)).Is(200);
        Check.That((await t.Read(path)).Flag("active") == false, "active after the deactivation");
        merged.Remove("active");
        (await t.Put(path, merged)).Is(200);
        if (t.OwnChoices)
            Check.That((await t.Read(path)).Flag("active") == false, "a PUT without active must never bring a user back");
        Check.SameSet([made.Text("id")!], (await Lookup(t, name)).Ids, "an inactive user must still be matched");
        merged["active"] = true;
        Check.That((await t.Put(path, merged)).Is(200).Body.Flag("active") == true, "active after the reactivation");
    }

    [Clause(
        "okta-B2-OIN",
        Part = Heading,
        Title = "Deactivation and password by pathless PATCH",
        Profiles = For,
        Needs = Feature.Patch,
        Uses = "password")]
    public static async Task Oin_user(Trial t)
    {
        var made = (await t.Post(t.Users, NewUser(t, t.UserName("oin")))).Is(201).Body;
        var path = t.Users + "/" + made.Text("id");
        (await t.Patch(path, """{"op":"replace","value":{"active":false}}""")).Is(200, 204);
        var now = await t.Read(path);
        Check.That(now.Flag("active") == false, "active after the deactivation");
        Check.Same(made.Text("displayName"), now.Text("displayName"), "displayName, which the PATCH did not name");
        var password = await t.Patch(path, """{"op":"replace","value":{"password":"N3w-Secret!"}}""");
        Check.That(!password.Is(200, 204).Text.Contains("N3w-Secret!", StringComparison.Ordinal), "the password must not be shown");
        (await t.Patch(path, """{"op":"replace","value":{"active":true}}""")).Is(200, 204);
        Check.That((await t.Read(path)).Flag("active") == true, "active after the reactivation");
    }

    [Clause(
        "okta-B3", Part = Heading, Title = "Import: all pages, none twice, inactive users included", Profiles = For, Needs = Feature.Index)]
    public static async Task Import(Trial t)
    {
        var inactive = await t.NewUser("""{"active":false}""");
        var seen = new List<string>();
        var first = (await t.List(t.Users, ("startIndex", "1"), ("count", "100"))).IsList();
        var total = first.Total ?? 0;
        if (total > 2000)
            Trial.NotTested("the server holds more users than an import of this suite would read");
        seen.AddRange(first.Ids);
        while (seen.Count < total)
        {
            var page = (await t.List(
                t.Users,
                ("startIndex", (seen.Count + 1).ToString(CultureInfo.InvariantCulture)),
                ("count", "100"))).IsList();
            if (page.Resources.Count == 0)
                break;
            seen.AddRange(page.Ids);
        }
        Check.Same(seen.Count, seen.Distinct(StringComparer.Ordinal).Count(), "users over all pages, each once");
        Check.That(seen.Contains(inactive.Id, StringComparer.Ordinal), "an inactive user must be imported too");
    }

    [Clause(
        "okta-B4-OIN",
        Part = Heading,
        Title = "Group push by PATCH",
        Profiles = For,
        Needs = Feature.Patch | Feature.Groups | Feature.Filter)]
    public static async Task Oin_group(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var name = t.Name("EU Sales");
        Check.Same(
            0,
            (await t.List(t.Groups, ("filter", $"displayName eq \"{name}\""), ("startIndex", "1"), ("count", "100"))).IsList().Total,
            "groups matched before the creation");
        var made = (await t.Post(t.Groups, $$"""{"schemas":["{{Urn.Group}}"],"displayName":"{{name}}","members":[]}""")).Is(201).Body;
        var id = made.Text("id");
        var path = t.Groups + "/" + id;
        (await t.Patch(path, $$"""{"op":"replace","value":{"id":"{{id}}","displayName":"{{name}} 2"} }""")).Is(200, 204);
        (await t.Patch(
            path,
            $$"""{"op":"add","path":"members","value":[{"value":"{{one.Id}}","display":"{{one.Name}}"},{"value":"{{two.Id}}","display":"{{two.Name}}"}]}""")).Is(200, 204);
        (await t.Patch(path, $$"""{"op":"remove","path":"members[value eq \"{{one.Id}}\"]"}""")).Is(200, 204);
        var now = await t.Read(path);
        Check.Same(name + " 2", now.Text("displayName"), "displayName");
        Check.SameSet([two.Id], now.Texts("members", "value"), "members");
        (await t.Patch(
            path,
            $$"""{"op":"replace","path":"members","value":[{"value":"{{one.Id}}","display":"{{one.Name}}"}]}""")).Is(200, 204);
        Check.SameSet([one.Id], (await t.Read(path)).Texts("members", "value"), "members after a full push");
        (await t.Delete(path)).Is(204);
    }

    [Clause("okta-B4-AIW", Part = Heading, Title = "Group push by PUT of the whole member list", Profiles = For, Needs = Feature.Groups)]
    public static async Task Aiw_group(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        var group = await t.NewGroup(one.Id);
        var body = await t.Read(group.Path);
        body["members"] = new System.Text.Json.Nodes.JsonArray(Member(two), Member(one));
        (await t.Put(group.Path, body)).Is(200);
        Check.SameSet([one.Id, two.Id], await GroupSchema.Members(t, group), "members");

        static System.Text.Json.Nodes.JsonObject Member(Made user) => new() { ["value"] = user.Id, ["display"] = user.Name };
    }

    [Clause("okta-B5-SPEC", Part = Heading, Title = "The requests of Okta's SPEC suite", Profiles = For, Needs = Feature.Filter)]
    public static async Task Spec_suite(Trial t)
    {
        var name = t.UserName("spec");
        var made = (await t.Post(t.Users, NewUser(t, name))).Is(201).Body;
        var list = (await t.List(t.Users, ("count", "1"), ("startIndex", "1"), ("filter", $"userName eq \"{name}\""))).IsList();
        var user = list.Resources[0];
        foreach (var path in new[] { "id", "userName", "name.givenName", "name.familyName", "emails.value" })
            Check.That(user.Text(path) is { Length: > 0 }, $"the first user of a list must have {path}");
        Check.That(user.Flag("active") is not null, "the first user of a list must have active");
        Check.That((await t.Read(t.Users + "/" + made.Text("id"))).Flag("active") == true, "active, read back");
        Check.Same(0, (await Lookup(t, t.UserName("nobody"))).Total, "users found by an unknown name");
        Check.That((await t.Get(t.Users + "/" + Trial.NoId)).IsError(404).Body.Text("detail") is { Length: > 0 }, "404 must have a detail");
        (await t.Post(t.Users, NewUser(t, name))).IsError(409);
        if (t.Server.Lacks(Feature.Groups) is null)
            (await t.List(t.Groups, ("count", "10"))).IsList();
        if (t.Settings.Token is not null)
            Check.That((await t.Send(new Call(
                "GET",
                t.Users) { Credential = Credential.Forged })).IsError(401).Body.Text("detail") is { Length: > 0 }, "401 must have a detail");
    }

    [Clause("okta-B6", Part = Heading, Title = "Entitlements: resource types, schemas and their endpoints", Profiles = For)]
    public static async Task Entitlements(Trial t)
    {
        var types = (await t.Get("/ResourceTypes")).IsList().Resources.Where(r => r.Text("schema")?.StartsWith(
            "urn:okta:scim:schemas:core:1.0:",
            StringComparison.OrdinalIgnoreCase) == true).ToList();
        (await t.Get("/Schemas")).IsList();
        if (types.Count == 0)
            Trial.NotSupported("no resource type has Okta's schema for entitlements or roles");
        foreach (var type in types)
        {
            foreach (var resource in (await t.List(
                "/" + type.Text("endpoint")!.TrimStart('/'),
                ("startIndex", "1"),
                ("count", "100"))).IsList().Resources)
                Check.That(
                    resource.Text("id") is not null && resource.Text("displayName") is not null,
                    "an entitlement must have id and displayName");
        }
    }

    private static async Task<Answer> Lookup(Trial t, string name) =>
        (await t.List(t.Users, ("filter", $"userName eq \"{name}\""), ("startIndex", "1"), ("count", "100"))).IsList();

    private static string NewUser(Trial t, string name) =>
        $$"""
        {"schemas":["{{Urn.User}}"],"userName":"{{name}}","name":{"givenName":"Mira","familyName":"Holt"},
         "emails":[{"primary":true,"value":"{{name}}","type":"work"}],"displayName":"Mira Holt","locale":"en-US","externalId":"{{t.Name("00u")}}",
         "groups":[],"password":"xY7#placeholder","active":true}
        """;
}
