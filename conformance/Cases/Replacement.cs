using System.Text.Json.Nodes;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part H: PUT (RFC 7644 §3.5.1).</summary>
internal static class Replacement
{
    [Clause("7644-3.5-01")]
    public static async Task Put_on_every_type(Trial t)
    {
        var user = await t.NewUser();
        (await t.Put(user.Path, t.UserBody("""{"displayName":"Put"}""", user.Name))).Is(200);
        if (t.Server.Lacks(Feature.Groups) is not null)
            return;
        var group = await t.NewGroup(user.Id);
        var body = t.GroupBody();
        Check.Same(
            body.Text("displayName"),
            (await t.Put(group.Path, body)).Is(200).Body.Text("displayName"),
            "displayName of a group after PUT");
        Check.That((await t.Read(group.Path)).Items("members").Count == 0, "a PUT with an empty list of members must empty the group");
    }

    [Clause("7644-3.5.1-01")]
    public static async Task Put_never_creates(Trial t)
    {
        var path = t.Users + "/" + Trial.NoId;
        (await t.Put(path, t.UserBody())).IsError(404);
        (await t.Get(path)).IsError(404);
    }

    [Clause("7644-3.5.1-02", Uses = "emails,phoneNumbers,name")]
    public static async Task Values_are_replaced(Trial t)
    {
        var user = await t.NewUser(
            """{"displayName":"Old","name":{"givenName":"Old","familyName":"Name"},"emails":[{"value":"a@old.example","type":"work"},{"value":"b@old.example","type":"home"}]}""");
        var body = t.UserBody(
            """{"displayName":"New","name":{"givenName":"New","familyName":"Name"},"emails":[{"value":"c@new.example","type":"work"}]}""",
            user.Name);
        (await t.Put(user.Path, body)).Is(200);
        var now = await t.Read(user.Path);
        Check.Same("New", now.Text("displayName"), "displayName");
        Check.Same("New", now.Text("name.givenName"), "name.givenName");
        Check.SameSet(["c@new.example"], now.Texts("emails", "value"), "emails, replaced as a whole");
    }

    [Clause("7644-3.5.1-02/extension", Title = "PUT replaces an extension as a whole", Needs = Feature.Enterprise)]
    public static async Task Extension_is_replaced(Trial t)
    {
        var user = await t.NewUser($$"""{"{{Urn.Enterprise}}":{"department":"Old","costCenter":"Old"} }""");
        (await t.Put(user.Path, t.UserBody($$"""{"{{Urn.Enterprise}}":{"department":"New"} }""", user.Name))).Is(200);
        var now = (await t.Read(user.Path))[Urn.Enterprise];
        Check.Same("New", now.Text("department"), "department");
        if (t.OwnChoices)
            Check.That(now.Text("costCenter") is null, "costCenter was left out of the PUT, so it must be cleared");
    }

    [Clause("7644-3.5.1-03", Uses = "title,active")]
    public static async Task Attributes_left_out(Trial t)
    {
        var user = await t.NewUser("""{"title":"Gone","active":false}""");
        var body = t.UserBody(userName: user.Name);
        body.Remove("active");
        (await t.Put(user.Path, body)).Is(200);
        var now = await t.Read(user.Path);
        if (t.OwnChoices)
        {
            Check.That(now["title"] is null, "title was left out of the PUT, so it must be cleared");
            Check.That(now.Flag("active") == false, "a PUT without active must not bring a leaver back");
        }
        // The RFC leaves it to the server to clear or to default what is left out; what it must not do is invent.
        Check.That(now.Text("title") is null or "Gone", "title was left out of the PUT, yet it has a new value");
    }

    [Clause("7644-3.5.1-04")]
    public static async Task Read_only_values_are_ignored(Trial t)
    {
        var user = await t.NewUser();
        var body = t.UserBody(
            $$"""{"id":"{{Trial.NoId}}","meta":{"created":"1999-01-01T00:00:00Z","resourceType":"Group"},"groups":[{"value":"nobody"}]}""",
            user.Name);
        (await t.Put(user.Path, body)).Is(200);
        var now = await t.Read(user.Path);
        Check.Same(user.Id, now.Text("id"), "id");
        Check.Same("User", now.Text("meta.resourceType"), "meta.resourceType");
        Check.Same(user.Body.Text("meta.created"), now.Text("meta.created"), "meta.created");
        Check.That(now.Items("groups").Count == 0, "groups were taken from the client");
    }

    [Clause("7644-3.5.1-05")]
    public static async Task Immutable_values(Trial t)
    {
        if (t.Server.Immutable is not { } immutable)
        {
            Trial.NotTested("no schema of the User resource type has an immutable single string attribute");
            return;
        }
        var user = await t.NewUser(With("First"));
        (await t.Put(user.Path, t.UserBody(With("First"), user.Name))).Is(200);
        (await t.Put(user.Path, t.UserBody(With("Second"), user.Name))).IsError(400, "mutability");

        string With(string value) => immutable.Schema == Urn.User
            ? $$"""{"{{immutable.Name}}":"{{value}}"}"""
            : $$"""{"schemas":["{{Urn.User}}","{{immutable.Schema}}"],"{{immutable.Schema}}":{"{{immutable.Name}}":"{{value}}"} }""";
    }

    [Clause("7644-3.5.1-06")]
    public static async Task Required_attribute_missing(Trial t)
    {
        var user = await t.NewUser();
        var body = t.UserBody();
        body.Remove("userName");
        (await t.Put(user.Path, body)).IsError(400, "invalidValue");
        Check.Same(user.Name, (await t.Read(user.Path)).Text("userName"), "userName after a refused PUT");
    }

    [Clause("7644-3.5.1-07", Uses = "title,emails")]
    public static async Task Null_and_empty_clear(Trial t)
    {
        var user = await t.NewUser("""{"title":"Gone","phoneNumbers":[{"value":"+4555010203","type":"work"}]}""");
        (await t.Put(user.Path, t.UserBody("""{"title":null,"phoneNumbers":[]}""", user.Name))).Is(200);
        var now = await t.Read(user.Path);
        Check.That(now["title"] is null, "title was put as null");
        Check.That(now.Items("phoneNumbers").Count == 0, "phoneNumbers was put as []");
        (await t.Put(user.Path, t.UserBody("""{"userName":null}"""))).IsError(400, "invalidValue");
    }

    [Clause("7644-3.5.1-08")]
    public static async Task Answer_is_the_whole_resource(Trial t)
    {
        var user = await t.NewUser();
        var answer = (await t.Put(user.Path, t.UserBody("""{"displayName":"Whole"}""", user.Name))).Is(200);
        Check.Same(user.Id, answer.Body.Text("id"), "id");
        Check.Same("Whole", answer.Body.Text("displayName"), "displayName");
        Check.That(answer.Body.Has("meta"), "the answer to PUT must be the whole resource, with meta");
        if (t.Server.Config.Flag("etag.supported") == true)
            Check.Same(answer.ETag, answer.Body.Text("meta.version"), "ETag against meta.version");
    }

    [Clause("7644-3.5.1-09")]
    public static async Task Conflict_by_put(Trial t)
    {
        var one = await t.NewUser();
        var two = await t.NewUser();
        (await t.Put(two.Path, t.UserBody(userName: one.Name.ToUpperInvariant()))).IsError(409, "uniqueness");
        Check.Same(two.Name, (await t.Read(two.Path)).Text("userName"), "userName after a refused PUT");
        (await t.Put(two.Path, t.UserBody("""{"displayName":"Own Name"}""", two.Name))).Is(200);
    }

    [Clause("7644-3.5.1-10")]
    public static async Task Put_that_changes_nothing(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Same"}""");
        var before = await t.Read(user.Path);
        await t.Tick();
        var after = (await t.Put(user.Path, before)).Is(200).Body;
        if (t.OwnChoices)
            Check.That(JsonNode.DeepEquals(before, after), "a PUT of what was read must leave version and lastModified");
        Check.Same("Same", after.Text("displayName"), "displayName");
    }

    [Clause("7644-3.5.1-11", Needs = Feature.Enterprise)]
    public static async Task Extension_left_out(Trial t)
    {
        var user = await t.NewUser($$"""{"{{Urn.Enterprise}}":{"department":"Old"} }""");
        var now = (await t.Put(user.Path, t.UserBody(userName: user.Name))).Is(200).Body;
        var cleared = !now.Has(Urn.Enterprise);
        if (t.OwnChoices && t.Strict)
            Check.That(cleared, "the extension was left out of the PUT, so it must be cleared");
        Check.That(
            cleared != now.Strings("schemas").Contains(Urn.Enterprise, StringComparer.OrdinalIgnoreCase),
            "schemas must list the extension exactly when it has values");
    }
}
