using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part G4: attributes and excludedAttributes (RFC 7644 §3.4.2.5, §3.9, §3.10).</summary>
internal static class Projection
{
    private const string Rich =
        """{"displayName":"Projected","name":{"givenName":"Pro","familyName":"Jected"},"emails":[{"value":"p@projected.example","type":"work","primary":true}]}""";

    [Clause("7644-3.4.2.5-01")]
    public static async Task Projection_on_all_methods(Trial t)
    {
        const string query = "?attributes=displayName";
        var made = (await t.Post(t.Users + query, t.UserBody(Rich))).Is(201).Body;
        var path = t.Users + "/" + made.Text("id");
        Narrow(made, "POST");
        Narrow((await t.Get(path + query)).Is(200).Body, "GET");
        var full = await t.Read(path);
        Narrow((await t.Put(path + query, full)).Is(200).Body, "PUT");
        if (t.Server.Lacks(Feature.Patch) is null)
            Narrow((await t.Patch(path + query, """{"op":"replace","path":"displayName","value":"Projected"}""")).Is(200).Body, "PATCH");
        var search = await t.Search(t.Users, """{"attributes":["displayName"],"count":1}""");
        if (search.Status != 501)
            Narrow(search.IsList().Resources[0], "POST .search", false);

        static void Narrow(System.Text.Json.Nodes.JsonObject body, string method, bool ours = true)
        {
            Check.That(body.Text("id") is not null, $"{method}: id must be there with attributes=displayName");
            Check.That(!ours || body.Text("displayName") == "Projected", $"{method}: displayName was asked for");
            Check.That(!body.Has("userName") && !body.Has("name"), $"{method}: userName and name were not asked for");
        }
    }

    [Clause("7644-3.9-01")]
    public static async Task Named_ones_only(Trial t)
    {
        var user = await t.NewUser(Rich);
        var body = (await t.List(user.Path, ("attributes", "displayName"))).Is(200).Body;
        Check.Same(user.Id, body.Text("id"), "id, which is returned always");
        Check.Same("Projected", body.Text("displayName"), "displayName");
        Check.That(!body.Has("meta"), "meta was not named");
        Check.That(!body.Has("userName") && !body.Has("emails"), "userName and emails were not named");
    }

    [Clause("7644-3.9-02")]
    public static async Task Excluded_ones(Trial t)
    {
        var user = await t.NewUser(Rich);
        var body = (await t.List(user.Path, ("excludedAttributes", "displayName,emails,id,name.givenName"))).Is(200).Body;
        Check.Same(user.Id, body.Text("id"), "id, which is returned always");
        Check.That(!body.Has("displayName") && !body.Has("emails"), "displayName and emails were excluded");
        Check.Same("Jected", body.Text("name.familyName"), "name.familyName, of which only givenName was excluded");
        Check.That(body.Text("name.givenName") is null, "name.givenName was excluded");
        Check.That(body.Text("userName") is not null, "userName was not excluded");
    }

    [Clause("7644-3.9-03")]
    public static async Task Both_at_once(Trial t)
    {
        var user = await t.NewUser();
        var answer = await t.List(user.Path, ("attributes", "userName"), ("excludedAttributes", "displayName"));
        if (t.OwnChoices)
            answer.IsError(400, "invalidValue");
        answer.Is(200, 400);
    }

    [Clause("7644-3.9-04")]
    public static async Task Sub_attributes_and_spelling(Trial t)
    {
        var user = await t.NewUser(Rich);
        var body = (await t.List(user.Path, ("attributes", "name.givenName, EMAILS.value ,displayname"))).Is(200).Body;
        Check.Same("Pro", body.Text("name.givenName"), "name.givenName");
        Check.That(body.Text("name.familyName") is null, "name.familyName was not asked for");
        Check.Same("p@projected.example", body.Text("emails.value"), "emails.value");
        Check.That(body.Text("emails.type") is null, "emails.type was not asked for");
        Check.Same("Projected", body.Text("displayName"), "displayName");
        var qualified = (await t.List(user.Path, ("attributes", Urn.User + ":displayName"))).Is(200).Body;
        Check.Same("Projected", qualified.Text("displayName"), "displayName, named with its URN");
    }

    [Clause("7644-3.9-04/extension", Title = "Projection of extension attributes by URN", Needs = Feature.Enterprise)]
    public static async Task Extension_by_urn(Trial t)
    {
        var user = await t.NewUser($$"""{"{{Urn.Enterprise}}":{"department":"D","costCenter":"C"} }""");
        var one = (await t.List(user.Path, ("attributes", Urn.Enterprise + ":department"))).Is(200).Body;
        Check.Same("D", one[Urn.Enterprise].Text("department"), "department, named with its URN");
        Check.That(one[Urn.Enterprise].Text("costCenter") is null && !one.Has("userName"), "only department was asked for");
        var all = (await t.List(user.Path, ("attributes", Urn.Enterprise))).Is(200).Body;
        Check.Same("C", all[Urn.Enterprise].Text("costCenter"), "costCenter, by the URN of the whole extension");
        var without = (await t.List(user.Path, ("excludedAttributes", Urn.Enterprise + ":department"))).Is(200).Body;
        Check.That(
            without[Urn.Enterprise].Text("department") is null && without[Urn.Enterprise].Text("costCenter") == "C",
            "department was excluded, costCenter was not");
    }

    [Clause("7644-3.9-05")]
    public static async Task Unknown_and_empty(Trial t)
    {
        var user = await t.NewUser(Rich);
        var unknown = await t.List(user.Path, ("attributes", "displayName,noSuchAttribute"));
        if (t.OwnChoices)
            unknown.Is(200);
        if (unknown.Is(200, 400).Status == 200)
            Check.Same("Projected", unknown.Body.Text("displayName"), "displayName beside an unknown name");
        var empty = await t.Get(user.Path + "?attributes=");
        if (t.OwnChoices)
            Check.Same(user.Name, empty.Is(200).Body.Text("userName"), "userName with an empty list of attributes");
        empty.Is(200, 400);
    }

    [Clause("7644-3.9-06")]
    public static async Task On_request_and_never(Trial t)
    {
        var user = await t.NewUser(Rich);
        var never = (await t.List(user.Path, ("attributes", "password,userName"))).Is(200).Body;
        Check.That(!never.Has("password"), "password is never returned");
        var request = t.Server.Schemas.GetValueOrDefault(Urn.User).Items("attributes").FirstOrDefault(a => a.Text("returned") == "request");
        if (request?.Text("name") is { } name)
            Check.That(!(await t.Read(user.Path)).Has(name), $"{name} is returned on request only");
    }

    [Clause("7644-3.9-07", Needs = Feature.Groups)]
    public static async Task Without_members(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup(user.Id);
        var body = (await t.List(group.Path, ("excludedAttributes", "members"))).Is(200).Body;
        Check.That(!body.Has("members") && body.Text("displayName") is not null, "members were excluded, displayName was not");
        if (t.Server.Lacks(Feature.Filter) is not null)
            return;
        var list = (await t.List(t.Groups, ("excludedAttributes", "members"), ("filter", $"id eq \"{group.Id}\""))).IsList();
        Check.That(list.Resources is [var only] && !only.Has("members"), "one group without its members");
        var both = (await t.List(t.Groups, ("excludedAttributes", "members"), ("filter", $"members.value eq \"{user.Id}\""))).IsList();
        Check.SameSet([group.Id], both.Ids, "groups found by a member while members are excluded");
    }

    [Clause("7644-3.10-01", Needs = Feature.Enterprise | Feature.Filter)]
    public static async Task Qualified_and_unqualified(Trial t)
    {
        var user = await t.NewUser($$"""{"displayName":"Core","{{Urn.Enterprise}}":{"department":"Extension"} }""");
        var body = (await t.List(user.Path, ("attributes", $"displayName,{Urn.Enterprise}:department"))).Is(200).Body;
        Check.Same("Core", body.Text("displayName"), "displayName, unqualified");
        Check.Same("Extension", body[Urn.Enterprise].Text("department"), "department, qualified");
        var bare = (await t.Find(t.Users, $"id eq \"{user.Id}\" and department eq \"Extension\"")).Is(200, 400);
        if (!t.OwnChoices)
            return;
        // Known to the dialects of Entra and the lenient only; an attribute that core does not have is an error elsewhere.
        if (t.Settings.Profile is Profile.Strict or Profile.Okta)
            bare.IsError(400, "invalidFilter");
        else
            Check.SameSet([user.Id], bare.IsList().Ids, "users found by the unqualified department");
    }
}
