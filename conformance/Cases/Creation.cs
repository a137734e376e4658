using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part F: POST (RFC 7644 §3.3).</summary>
internal static class Creation
{
    [Clause("7644-3.3-01")]
    public static async Task Post_gives_201(Trial t)
    {
        var name = t.UserName();
        var answer = (await t.Post(t.Users, t.UserBody(userName: name))).Is(201);
        var id = answer.Body.Text("id");
        Check.That(id is { Length: > 0 }, "the body must have the new id");
        Check.Same(name, answer.Body.Text("userName"), "userName");
        Check.That(
            answer.Header("Location") is { } location && location.EndsWith("/" + id, StringComparison.Ordinal),
            $"Location is {answer.Header("Location") ?? "missing"}");
        Check.That(
            answer.ContentType?.StartsWith(Call.Scim, StringComparison.OrdinalIgnoreCase) == true,
            $"Content-Type is {answer.ContentType ?? "missing"}");
        if (t.Server.Config.Flag("etag.supported") == true)
            Check.That(answer.ETag is { Length: > 0 }, "etag.supported is true, so a POST must answer with an ETag");
        Check.Same(id, (await t.Read(t.Users + "/" + id)).Text("id"), "id when read");
    }

    [Clause("7644-3.3-02")]
    public static async Task Read_only_attributes_are_ignored(Trial t)
    {
        var user = await t.NewUser("""{"id":42,"meta":"nonsense","groups":[{"value":"nobody"}]}""");
        Check.That(user.Id != "42", "id was taken from the client");
        Check.Same("User", user.Body.Text("meta.resourceType"), "meta.resourceType");
        Check.That(user.Body.Items("groups").Count == 0, "groups was taken from the client");
    }

    [Clause("7644-3.3-03", Uses = "active")]
    public static async Task Explicit_null_is_no_value(Trial t)
    {
        var answer = await t.Post(t.Users, t.UserBody("""{"active":null,"displayName":null}"""));
        if (t.OwnChoices)
            Check.That(answer.Is(201).Body.Flag("active") is null, "active posted as null must be unassigned, not true");
        if (answer.Is(201, 400).Status == 201)
            Check.That(answer.Body["displayName"] is null, "displayName posted as null must have no value");
    }

    [Clause("7644-3.3-04")]
    public static async Task Duplicate_is_409(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Private Person","externalId":"private-key-1"}""");
        var answer = (await t.Post(t.Users, t.UserBody(userName: user.Name))).IsError(409, "uniqueness");
        Check.That(!answer.Text.Contains("Private Person", StringComparison.Ordinal) && !answer.Text.Contains(
            "private-key-1",
            StringComparison.Ordinal), "the error tells data of the other user");
        if (t.OwnChoices)
            Check.That(answer.Body.Text("detail")?.Contains("userName", StringComparison.Ordinal) == true, "the detail must name userName");
    }

    [Clause("7644-3.3-05", Uses = "emails,name.givenName")]
    public static async Task Missing_and_mistyped_attributes(Trial t)
    {
        var missing = t.UserBody();
        missing.Remove("userName");
        (await t.Post(t.Users, missing)).IsError(400, "invalidValue");
        foreach (var wrong in new[]
        {
            """{"displayName":["a","b"]}""", """{"name":"text"}""", """{"emails":"text"}""", """{"active":{}}""",
            """{"displayName":{"a":1}}""", """{"name":{"givenName":["x"]}}""", """{"emails":[17]}""",
        })
        {
            var answer = await t.Post(t.Users, t.UserBody(wrong));
            // A tolerant dialect may take a bare value for an element that has a value, and a list of one for a single value (client quirk T3).
            if (t.Strict || !(wrong.Contains("emails", StringComparison.Ordinal) || wrong.Contains("givenName", StringComparison.Ordinal)))
                answer.IsError(400, "invalidValue");
            else
                answer.Is(201, 400);
        }

        var number = await t.Post(t.Users, t.UserBody("""{"displayName":17}"""));
        if (t.Strict)
            number.IsError(400, "invalidValue");
        else
            number.Is(201, 400);
        (await t.Post(t.Users, "{\"schemas\"")).IsError(400, "invalidSyntax");
    }

    [Clause("7644-3.3-06")]
    public static async Task Projection_of_the_answer(Trial t)
    {
        var narrow = (await t.Post(t.Users + "?attributes=userName", t.UserBody("""{"displayName":"Not Shown"}"""))).Is(201).Body;
        Check.That(narrow.Text("id") is not null && narrow.Text("userName") is not null, "id and userName must be there");
        Check.That(!narrow.Has("displayName"), "displayName was not asked for");
        var without = (await t.Post(
            t.Users + "?excludedAttributes=displayName",
            t.UserBody("""{"displayName":"Not Shown"}"""))).Is(201).Body;
        Check.That(!without.Has("displayName") && without.Text("userName") is not null, "displayName was excluded, userName was not");
    }

    [Clause("7644-3.3-07")]
    public static async Task Post_to_a_resource_and_twice(Trial t)
    {
        var user = await t.NewUser();
        (await t.Post(user.Path, t.UserBody())).Is(404, 405, 501);
        var body = t.UserBody();
        (await t.Post(t.Users, body)).Is(201);
        (await t.Post(t.Users, body)).IsError(409, "uniqueness");
    }

    [Clause("7644-3.3.1-01")]
    public static async Task ResourceType_comes_from_the_endpoint(Trial t)
    {
        var user = await t.NewUser("""{"meta":{"resourceType":"Group"} }""");
        Check.Same("User", user.Body.Text("meta.resourceType"), "meta.resourceType of what was posted to the User endpoint");
    }
}
