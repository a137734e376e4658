using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part D: the contents of the discovery documents (RFC 7643 §5 to §7).</summary>
internal static partial class Discovery
{
    private static readonly string[] Types = ["string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", "complex"];
    private static readonly string[] SchemeTypes = ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"];

    [Clause("7643-5-01")]
    public static async Task Config_has_its_required_parts(Trial t)
    {
        var config = (await t.Get("/ServiceProviderConfig")).Is(200).Body;
        Check.That(
            config.Strings("schemas").Contains(Urn.ServiceProviderConfig, StringComparer.OrdinalIgnoreCase),
            "schemas must hold the ServiceProviderConfig URN");
        foreach (var path in new[]
        {
            "patch.supported", "bulk.supported", "filter.supported", "changePassword.supported", "sort.supported", "etag.supported",
        })
            Check.That(config.Flag(path) is not null, $"{path} must be a boolean");
        foreach (var path in new[] { "bulk.maxOperations", "bulk.maxPayloadSize", "filter.maxResults" })
            Check.That(config.Number(path) is >= 0, $"{path} must be a whole number");
        Check.That(config["authenticationSchemes"] is JsonArray, "authenticationSchemes must be an array");
        if (config.Has("meta"))
            Check.Same("ServiceProviderConfig", config.Text("meta.resourceType"), "meta.resourceType");
    }

    [Clause("7643-5-02")]
    public static Task Authentication_schemes(Trial t)
    {
        var config = t.Server.Config;
        if (config is null)
            Trial.NotTested("ServiceProviderConfig cannot be read");
        foreach (var scheme in config.Items("authenticationSchemes"))
        {
            Check.That(
                SchemeTypes.Contains(scheme.Text("type"), StringComparer.Ordinal),
                $"type {scheme.Text("type") ?? "(none)"} of an authentication scheme is not one of the RFC's");
            Check.That(scheme.Text("name") is { Length: > 0 }, "an authentication scheme has no name");
            Check.That(scheme.Text("description") is { Length: > 0 }, "an authentication scheme has no description");
        }
        return Task.CompletedTask;
    }

    [Clause("7643-5-03")]
    public static async Task Discovery_without_credentials(Trial t)
    {
        foreach (var path in new[] { "/ServiceProviderConfig", "/Schemas", "/ResourceTypes" })
            (await t.Send(new Call("GET", path) { Credential = Credential.None })).Is(200, 401);
    }

    [Clause("7643-5-04")]
    public static async Task Declared_values_are_true(Trial t)
    {
        if (t.Server.Config is null)
            Trial.NotTested("ServiceProviderConfig cannot be read");
        var user = await t.NewUser();
        var patched = await t.Patch(user.Path, """{"op":"replace","path":"displayName","value":"Declared"}""");
        if (t.Server.Lacks(Feature.Patch) is null)
            patched.Is(200, 204);
        else
            patched.Is(501, 405, 404);

        var bulk = await t.Bulk($$"""{"method":"DELETE","path":"{{t.Users}}/{{Trial.NoId}}"}""");
        if (t.Server.Lacks(Feature.Bulk) is null)
            bulk.Is(200);
        else
            bulk.Is(501, 405, 404);

        var found = await t.Find(t.Users, $"userName eq {Json.Quote(user.Name)}");
        if (t.Server.Lacks(Feature.Filter) is null)
            Check.SameSet([user.Id], found.IsList().Ids, "users found by userName, as filter.supported is true");
        else
            found.Is(400, 403, 501);

        var sorted = (await t.List(t.Users, ("sortBy", "userName"), ("count", "1"))).IsList();
        Check.That(sorted.Resources.Count <= 1, "count=1 gave more than one");
        if (t.Server.Config.Number("filter.maxResults") is { } most and > 0)
            Check.That(
                (await t.List(t.Users, ("count", "100000"))).IsList().Resources.Count <= most,
                "a page holds more than filter.maxResults");
    }

    [Clause("7643-6-01")]
    public static async Task Resource_types_are_complete(Trial t)
    {
        var types = (await t.Get("/ResourceTypes")).Is(200).Resources;
        Check.That(types.Count > 0, "no resource types are published");
        foreach (var type in types)
        {
            var name = type.Text("name");
            Check.That(name is { Length: > 0 }, "a resource type has no name");
            Check.That(type.Text("endpoint") is { Length: > 0 }, $"{name} has no endpoint");
            Check.That(
                t.Server.Schemas.ContainsKey(type.Text("schema") ?? ""),
                $"{name}: the schema {type.Text("schema")} is not in /Schemas");
            foreach (var extension in type.Items("schemaExtensions"))
            {
                Check.That(
                    t.Server.Schemas.ContainsKey(extension.Text("schema") ?? ""),
                    $"{name}: the extension {extension.Text("schema")} is not in /Schemas");
                Check.That(extension.Flag("required") is not null, $"{name}: an extension does not say whether it is required");
            }
        }
    }

    [Clause("7643-6-02")]
    public static async Task ResourceType_is_a_published_one(Trial t)
    {
        var names = t.Server.Types.Select(r => r.Name).ToList();
        if (names.Count == 0)
            Trial.NotTested("no resource types can be read");
        foreach (var type in t.Server.Types)
        {
            foreach (var resource in (await t.List(type.Endpoint, ("count", "5"))).IsList().Resources)
                Check.Same(type.Name, resource.Text("meta.resourceType"), $"meta.resourceType of a resource at {type.Endpoint}");
        }
        Check.That(
            names.Contains((await t.NewUser()).Body.Text("meta.resourceType"), StringComparer.Ordinal),
            "meta.resourceType of a user is no published name");
    }

    [Clause("7643-7-01")]
    public static async Task Schemas_are_complete(Trial t)
    {
        var schemas = (await t.Get("/Schemas")).Is(200).Resources;
        Check.That(schemas.Count > 0, "no schemas are published");
        foreach (var schema in schemas)
        {
            var id = schema.Text("id");
            Check.That(id is { Length: > 0 }, "a schema has no id");
            Check.That(schema.Text("name") is { Length: > 0 }, $"{id} has no name");
            if (schema.Has("meta"))
                Check.Same("Schema", schema.Text("meta.resourceType"), $"{id}: meta.resourceType");
            Check.That(schema.Items("attributes").Count > 0, $"{id} has no attributes");
        }
        foreach (var (schema, name, definition) in Attributes.Published(t))
        {
            Check.That(name.Length > 0, $"{schema} has an attribute without a name");
            Check.That(definition.Text("type") is not null, $"{schema}: {name} has no type");
            Check.That(definition.Flag("multiValued") is not null, $"{schema}: {name} does not say whether it is multi-valued");
        }
    }

    [Clause("7643-7-02")]
    public static Task Attribute_types_are_the_eight(Trial t)
    {
        foreach (var (schema, name, definition) in Attributes.Published(t))
        {
            Check.That(
                Types.Contains(definition.Text("type"), StringComparer.Ordinal),
                $"{schema}: {name} has the type {definition.Text("type")}");
            if (definition.Strings("referenceTypes").Count > 0)
                Check.Same("reference", definition.Text("type"), $"{schema}: {name} has referenceTypes, so its type");
            OneOf(definition, "mutability", "readOnly", "readWrite", "immutable", "writeOnly");
            OneOf(definition, "returned", "always", "never", "default", "request");
            OneOf(definition, "uniqueness", "none", "server", "global");
        }
        return Task.CompletedTask;

        static void OneOf(JsonObject definition, string key, params string[] words) =>
            Check.That(
                definition.Text(key) is not { } word || words.Contains(word, StringComparer.Ordinal),
                $"{definition.Text("name")}: {key} is \"{definition.Text(key)}\"");
    }

    [Clause("7643-7-03")]
    public static async Task Published_mutability_is_enforced(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Before"}""");
        var body = user.Body.Copy();
        body["id"] = "another";
        body["displayName"] = "After";
        var now = (await t.Put(user.Path, body)).Is(200).Body;
        Check.Same("After", now.Text("displayName"), "displayName (readWrite) after a PUT");
        Check.Same(user.Id, now.Text("id"), "id (readOnly) after a PUT that names another");
        if (t.Server.Lacks(Feature.Patch) is null)
            (await t.Patch(user.Path, """{"op":"replace","path":"id","value":"another"}""")).IsError(400, "mutability");
    }

    [Clause("7643-7-04")]
    public static async Task Published_returned_is_obeyed(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Returned"}""");
        var narrow = (await t.List(user.Path, ("attributes", "userName"))).Is(200).Body;
        Check.Same(user.Id, narrow.Text("id"), "id (returned always) with attributes=userName");
        Check.That(!narrow.Has("displayName"), "displayName (returned default) must not come with attributes=userName");
        var without = (await t.List(user.Path, ("excludedAttributes", "id,displayName"))).Is(200).Body;
        Check.Same(user.Id, without.Text("id"), "id (returned always) with excludedAttributes=id");
        Check.That(!without.Has("displayName"), "displayName was excluded");
    }

    [Clause("7643-7-05")]
    public static async Task Uniqueness_is_409(Trial t)
    {
        var user = await t.NewUser();
        (await t.Post(t.Users, t.UserBody(userName: user.Name))).IsError(409, "uniqueness");
    }

    [Clause("7643-7-06")]
    public static async Task Letter_case_is_kept(Trial t)
    {
        var name = t.UserName("MiXeD");
        var user = await t.NewUser("""{"displayName":"iPhone McFly"}""", name);
        var now = await t.Read(user.Path);
        Check.Same("iPhone McFly", now.Text("displayName"), "displayName");
        if (t.OwnChoices)
            Check.Same(name, now.Text("userName"), "userName");
        Check.That(name.Equals(now.Text("userName"), StringComparison.OrdinalIgnoreCase), "userName is another");
    }

    [Clause("7643-7-07")]
    public static async Task Discovery_holds_no_nulls(Trial t)
    {
        foreach (var path in new[] { "/ServiceProviderConfig", "/Schemas", "/ResourceTypes" })
            Walk((await t.Get(path)).Is(200).Body, path);

        static void Walk(JsonNode? node, string path)
        {
            if (node is JsonArray array)
            {
                foreach (var item in array)
                    Walk(item, path);
            }
            if (node is not JsonObject value)
                return;
            foreach (var (key, child) in value)
            {
                Check.That(child is not null, $"{path}: {key} is null");
                Check.That(key == "Resources" || CamelCase().IsMatch(key), $"{path}: the key {key} is not camelCase");
                Walk(child, path);
            }
        }
    }

    [GeneratedRegex("^[a-z$][A-Za-z0-9]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CamelCase();
}
