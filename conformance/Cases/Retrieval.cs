using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part G: GET of one resource and of lists (RFC 7644 §3.4.1, §3.4.2, §3.4.2.1).</summary>
internal static class Retrieval
{
    [Clause("7644-3.4.1-01")]
    public static async Task Known_unknown_deleted(Trial t)
    {
        var user = await t.NewUser();
        var answer = (await t.Get(user.Path)).Is(200);
        Check.Same(user.Id, answer.Body.Text("id"), "id");
        if (t.Server.Config.Flag("etag.supported") == true)
            Check.That(answer.ETag is { Length: > 0 }, "etag.supported is true, so a GET must have an ETag");
        var unknown = (await t.Get(t.Users + "/" + Trial.NoId)).IsError(404);
        Check.That(unknown.Body.Text("detail") is { Length: > 0 }, "the 404 must have a detail");
        (await t.Delete(user.Path)).Is(204);
        (await t.Get(user.Path)).IsError(404);
    }

    [Clause("7644-3.4.1-02", Needs = Feature.Groups)]
    public static async Task Id_of_another_type(Trial t)
    {
        var group = await t.NewGroup();
        (await t.Get($"{t.Users}/{group.Id}")).IsError(404);
        (await t.Get($"{t.Users}/not%20an%20id%21")).Is(t.OwnChoices ? [404] : [400, 404]).IsRefused();
        (await t.Get($"{t.Users}/{new string('x', 1500)}")).Is(t.OwnChoices ? [404] : [400, 404, 414]);
    }

    [Clause("7644-3.4.2-02")]
    public static async Task Shape_of_a_list(Trial t)
    {
        await t.NewUser();
        var list = (await t.List(t.Users, ("startIndex", "1"), ("count", "1"))).IsList();
        Check.That(list.Total is >= 1, "totalResults must be a whole number, here at least 1");
        Check.That(list.Resources.Count == 1, "Resources must hold the one that was asked for");
        Check.Same(1, list.Body.Number("startIndex"), "startIndex");
        Check.Same(1, list.Body.Number("itemsPerPage"), "itemsPerPage");
        if (t.Server.Lacks(Feature.Filter) is not null || !t.OwnChoices)
            return;
        var none = (await t.Find(t.Users, $"userName eq {Json.Quote(t.UserName())}")).IsList();
        Check.That(none.Body.Has("Resources"), "Resources must be there, empty, when nothing matches");
        Check.SameSet(
            ["schemas", "totalResults", "startIndex", "itemsPerPage", "Resources"],
            none.Body.Select(m => m.Key),
            "members of a ListResponse");
    }

    [Clause("7644-3.4.2-03", Needs = Feature.Filter)]
    public static async Task No_match_is_200(Trial t) =>
        Check.Same(
            0,
            (await t.Find(t.Users, $"userName eq {Json.Quote(t.UserName())}")).IsList().Total,
            "totalResults where nothing matches");

    [Clause("7644-3.4.2-04")]
    public static async Task Query_parameters_on_one_resource(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Alone"}""");
        var narrow = (await t.List(user.Path, ("attributes", "displayName"))).Is(200).Body;
        Check.Same("Alone", narrow.Text("displayName"), "displayName");
        Check.That(!narrow.Has("userName"), "userName was not asked for");
        var filtered = (await t.Find(user.Path, "userName eq \"somebody else\"")).Is(200, 400, 404);
        if (t.OwnChoices)
            Check.Same(user.Id, filtered.Is(200).Body.Text("id"), "id, as a filter on a single resource is ignored");
    }

    [Clause("7644-3.4.2.1-01", Needs = Feature.Filter)]
    public static async Task Root_is_searched(Trial t)
    {
        var key = t.Name();
        var user = await t.NewUser($$"""{"externalId":"{{key}}"}""");
        var wanted = new List<string> { user.Id };
        if (t.Server.Lacks(Feature.Groups) is null)
        {
            var body = t.GroupBody();
            body["externalId"] = key;
            wanted.Add((await t.Post(t.Groups, body)).Is(201).Body.Text("id")!);
        }
        var request = $$"""{"filter":{{Json.Quote($"externalId eq \"{key}\"")}}}""";
        var found = (await t.Search("", request)).OrLacks("POST /.search on the root").IsList();
        Check.SameSet(wanted, found.Ids, "resources of all types found on the root");
        var only = await t.Search("", $$"""{"filter":{{Json.Quote($"externalId eq \"{key}\" and meta.resourceType eq \"User\"")}}}""");
        Check.SameSet([user.Id], only.IsList().Ids, "resources found on the root with meta.resourceType eq \"User\"");
        var get = await t.List("/", ("filter", $"externalId eq \"{key}\""));
        if (t.OwnChoices)
            Check.SameSet(wanted, get.IsList().Ids, "resources found by GET on the root");
    }

    [Clause("7644-3.4.2.1-02", Needs = Feature.Filter | Feature.Groups)]
    public static async Task Attribute_that_a_type_lacks(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup();
        var ids = $"(id eq \"{user.Id}\" or id eq \"{group.Id}\")";
        foreach (var (filter, expected) in new[]
        {
            ("userName pr", new[] { user.Id }), ("not (userName pr)", [group.Id]), ($"userName eq {Json.Quote(user.Name)}", [user.Id]),
        })
        {
            var found = (await t.Search(
                "",
                $$"""{"filter":{{Json.Quote($"{ids} and {filter}")}}}""")).OrLacks("POST /.search on the root").IsList();
            Check.SameSet(expected, found.Ids, $"resources found on the root by {filter}");
        }
    }

    [Clause("7644-3.4.2.1-03")]
    public static async Task Too_many_results(Trial t)
    {
        var answer = await t.List(t.Users, ("count", "1000000"));
        if (t.OwnChoices)
            answer.IsList();
        if (!answer.Succeeded)
            answer.IsError(400, "tooMany");
    }

    [Clause("7644-3.4.2.1-04", Needs = Feature.Filter)]
    public static async Task Unquoted_operand(Trial t)
    {
        foreach (var filter in new[] { "meta.resourceType eq User", "userName sw J" })
        {
            var answer = await t.Find(t.Users, filter);
            if (t.Settings.Profile is Profile.Strict or Profile.Okta)
                answer.IsError(400, "invalidFilter");
            else
                answer.Is(200, 400);
        }
    }
}
