using System.Text.Json.Nodes;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part B: schemas and extensions of a resource (RFC 7643 §3, §3.3).</summary>
internal static class Resources
{
    private const string Unknown = "urn:example:params:scim:schemas:nobody:2.0:Knows";

    [Clause("7643-3-01")]
    public static async Task Schemas_is_required(Trial t)
    {
        var user = await t.NewUser();
        Check.That(user.Body.Strings("schemas").Count > 0, "a resource must have a non-empty schemas array");
        foreach (var schemas in new JsonNode?[] { null, new JsonArray(), JsonValue.Create(Urn.User), new JsonArray(JsonValue.Create(1)) })
        {
            var body = t.UserBody();
            if (schemas is null)
                body.Remove("schemas");
            else
                body["schemas"] = schemas;
            var answer = await t.Post(t.Users, body);
            if (t.Strict)
                answer.IsError(400, t.OwnChoices ? ["invalidSyntax"] : ["invalidSyntax", "invalidValue"]);
            else
                answer.Is(201, 400);
        }
    }

    [Clause("7643-3-02")]
    public static async Task Unknown_schema_is_refused(Trial t)
    {
        var body = t.UserBody();
        body["schemas"]!.AsArray().Add(Unknown);
        var answer = await t.Post(t.Users, body);
        if (t.Strict && t.OwnChoices)
            answer.IsError(400, "invalidValue");
        if (answer.Is(201, 400).Status == 201)
            Check.That(
                !answer.Body.Strings("schemas").Contains(Unknown, StringComparer.Ordinal),
                "a schema that the server does not know must not be claimed in its answer");
        else
            answer.IsError(400, "invalidValue", "invalidSyntax");
    }

    [Clause("7643-3-03")]
    public static async Task Schemas_without_duplicates_in_any_case(Trial t)
    {
        var body = t.UserBody();
        body["schemas"] = new JsonArray(Urn.User.ToUpperInvariant().Replace("URN:IETF", "urn:ietf", StringComparison.Ordinal));
        var made = (await t.Post(t.Users, body)).Is(201).Body;
        var schemas = made.Strings("schemas");
        Check.That(schemas.Count == schemas.Distinct(StringComparer.OrdinalIgnoreCase).Count(), "schemas holds the same URN twice");
        Check.That(schemas.Contains(Urn.User, StringComparer.OrdinalIgnoreCase), "schemas must hold the base schema");
    }

    [Clause("7643-3-03/order", Title = "The order of schemas does not matter", Needs = Feature.Enterprise)]
    public static async Task Order_of_schemas(Trial t)
    {
        var body = t.UserBody($$"""{"{{Urn.Enterprise}}":{"department":"Orders"} }""");
        body["schemas"] = new JsonArray(Urn.Enterprise, Urn.User);
        var made = (await t.Post(t.Users, body)).Is(201).Body;
        Check.SameSet([Urn.User, Urn.Enterprise], made.Strings("schemas"), "schemas");
        Check.Same("Orders", made[Urn.Enterprise].Text("department"), "department");
    }

    [Clause("7643-3-04", Needs = Feature.Enterprise)]
    public static async Task Base_schema_is_required(Trial t)
    {
        var body = t.UserBody($$"""{"{{Urn.Enterprise}}":{"department":"Baseless"} }""");
        body["schemas"] = new JsonArray(Urn.Enterprise);
        var answer = await t.Post(t.Users, body);
        if (t.Strict)
            answer.IsError(400, "invalidValue", "invalidSyntax");
        else
            answer.Is(201, 400);
    }

    [Clause("7643-3-05", Needs = Feature.Enterprise)]
    public static async Task Extension_and_schemas_are_reconciled(Trial t)
    {
        var unlisted = t.UserBody($$"""{"{{Urn.Enterprise}}":{"department":"Unlisted"} }""");
        unlisted["schemas"] = new JsonArray(Urn.User);
        var answer = await t.Post(t.Users, unlisted);
        if (t.OwnChoices)
            answer.Is(201);
        if (answer.Is(201, 400).Status == 201 && answer.Body[Urn.Enterprise].Text("department") is not null)
            Check.SameSet([Urn.User, Urn.Enterprise], answer.Body.Strings("schemas"), "schemas of a user with an enterprise value");

        var empty = t.UserBody();
        empty["schemas"] = new JsonArray(Urn.User, Urn.Enterprise);
        var plain = (await t.Post(t.Users, empty)).Is(201).Body;
        if (t.OwnChoices)
            Check.SameSet([Urn.User], plain.Strings("schemas"), "schemas of a user that lists an extension without values");
    }

    [Clause("7643-3-06")]
    public static async Task Unknown_attribute_in_a_body(Trial t)
    {
        var answer = await t.Post(t.Users, t.UserBody("""{"favouriteTea":"Assam","displayName":"Tea Drinker"}"""));
        if (t.OwnChoices)
        {
            if (t.Strict)
                answer.IsError(400, "invalidSyntax");
            else
                answer.Is(201);
        }
        if (answer.Is(201, 400).Status == 201)
            Check.Same("Tea Drinker", answer.Body.Text("displayName"), "displayName beside an unknown attribute");
        else
            answer.IsError(400, "invalidSyntax", "invalidValue");
    }

    [Clause("7643-3.1-08")]
    public static async Task Common_attributes_on_every_type(Trial t)
    {
        var user = await t.NewUser($$"""{"externalId":"{{t.Name()}}"}""");
        Verify(user.Body, "User");
        if (t.Server.Lacks(Feature.Groups) is not null)
            return;
        var body = t.GroupBody();
        body["externalId"] = t.Name();
        var group = (await t.Post(t.Groups, body)).Is(201).Body;
        Verify(group, "Group");

        static void Verify(JsonObject resource, string type)
        {
            Check.That(resource.Text("id") is { Length: > 0 }, $"{type} has no id");
            Check.That(resource.Text("meta.resourceType") is not null, $"{type} has no meta.resourceType");
            Check.That(resource.Text("externalId") is not null, $"{type} does not keep externalId");
        }
    }

    [Clause("7643-3.3-01", Needs = Feature.Enterprise)]
    public static async Task Extension_sits_under_its_urn(Trial t)
    {
        var body = t.UserBody();
        body["schemas"] = new JsonArray(Urn.User, Urn.Enterprise);
        body["URN:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User"] = new JsonObject { ["department"] = "Any Case" };
        var made = (await t.Post(t.Users, body)).Is(201).Body;
        Check.Same(
            "Any Case",
            made[Urn.Enterprise].Text("department"),
            "department under the URN, sent with the URN in another letter case");
        Check.That(!made.Has("department"), "an extension attribute must not be flattened into the top level");
        Check.That(
            made.Strings("schemas").Contains(Urn.Enterprise, StringComparer.OrdinalIgnoreCase),
            "schemas must list the extension that has values");
    }

    [Clause("7643-3.3-02")]
    public static async Task Required_extension_must_be_there(Trial t)
    {
        var type = t.Server.Types.FirstOrDefault(r => r.Extensions.Any(e => e.Required));
        if (type is null)
            Trial.NotTested("no resource type has a required extension");
        var body = new JsonObject { ["schemas"] = new JsonArray(type.Schema) };
        foreach (var attribute in t.Server.Schemas.GetValueOrDefault(type.Schema).Items("attributes"))
        {
            if (attribute.Flag("required") == true && attribute.Text("type") == "string")
                body[attribute.Text("name")!] = t.Name();
        }
        (await t.Post(type.Endpoint, body)).IsError(400, "invalidValue");
    }
}
