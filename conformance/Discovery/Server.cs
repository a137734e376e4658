using System.Text.Json.Nodes;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Discovery;

/// <summary>A resource type as the server publishes it.</summary>
internal sealed record TypeFacts(
    string Name, string Endpoint, string Schema, IReadOnlyList<(string Schema, bool Required)> Extensions, JsonObject Document);

/// <summary>What the server says about itself, read once before the cases run.</summary>
internal sealed class Server
{
    private readonly Dictionary<string, JsonObject> _schemas = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>ServiceProviderConfig, or null when it cannot be read.</summary>
    public JsonObject? Config { get; private init; }

    public IReadOnlyList<TypeFacts> Types { get; private init; } = [];

    public IReadOnlyDictionary<string, JsonObject> Schemas => _schemas;

    /// <summary>Why no user can be created, when even the plainest is refused.</summary>
    public string? NoUsers { get; set; }

    public string Users => TypeOf(Urn.User)?.Endpoint ?? "/Users";

    public string Groups => TypeOf(Urn.Group)?.Endpoint ?? "/Groups";

    public int MaxResults => Config.Number("filter.maxResults") is { } most and > 0 ? most : 100;

    public int MaxOperations => Config.Number("bulk.maxOperations") is { } most and > 0 ? most : 1000;

    public int MaxPayload => Config.Number("bulk.maxPayloadSize") is { } most and > 0 ? most : 1048576;

    public int MaxPage => Config.Number("pagination.maxPageSize") is { } most and > 0 ? most : MaxResults;

    public static async Task<Server> DiscoverAsync(ScimClient client, CancellationToken stop)
    {
        var config = await client.SendAsync(new Call("GET", "/ServiceProviderConfig"), stop);
        if (config.Exchange.Fault is { } fault)
            throw new HttpRequestException(fault);
        if (config.Status is 401 or 403)
        {
            // Some servers guard discovery less than data and some more: only data tells whether the credential works.
            var users = await client.SendAsync(new Call("GET", "/Users?count=1"), stop);
            if (users.Status is 401 or 403)
                throw new HttpRequestException($"the server refuses the credential ({users.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)})");
        }
        var types = await client.SendAsync(new Call("GET", "/ResourceTypes"), stop);
        var schemas = await client.SendAsync(new Call("GET", "/Schemas"), stop);

        var server = new Server
        {
            Config = config.Status == 200 ? config.Json as JsonObject : null,
            Types = types.Status == 200 ? [.. Listed(types.Json).Select(Type).OfType<TypeFacts>()] : [],
        };
        foreach (var schema in schemas.Status == 200 ? Listed(schemas.Json) : [])
        {
            if (schema.Text("id") is { } id)
                server._schemas.TryAdd(id, schema);
        }
        return server;
    }

    public TypeFacts? TypeOf(string schema) => Types.FirstOrDefault(t => string.Equals(
        t.Schema,
        schema,
        StringComparison.OrdinalIgnoreCase));

    /// <summary>The sentence that says which needed feature the server declares not to have; null when it has all.</summary>
    public string? Lacks(Feature needs)
    {
        foreach (var feature in Enum.GetValues<Feature>())
        {
            if (feature != Feature.None && needs.HasFlag(feature) && LacksOne(feature) is { } reason)
                return reason;
        }
        return null;
    }

    /// <summary>The definition of an attribute such as `emails.type`; null when the schema does not have it.</summary>
    public JsonObject? Attribute(string schema, string path)
    {
        JsonNode? node = _schemas.GetValueOrDefault(schema);
        var children = "attributes";
        foreach (var name in path.Split('.'))
        {
            node = node.Items(children).FirstOrDefault(a => string.Equals(a.Text("name"), name, StringComparison.OrdinalIgnoreCase));
            children = "subAttributes";
        }
        return node as JsonObject;
    }

    /// <summary>Whether an attribute may be used; yes when the server publishes no schema to look it up in.</summary>
    public bool Knows(string schema, string path) => !_schemas.ContainsKey(schema) || Attribute(schema, path) is not null;

    /// <summary>A writable single-valued attribute of that type in an extension of User (or User itself), for types that core lacks.</summary>
    public (string Schema, string Name)? WritableOf(string type) => UserAttribute(type, m => m is null or "readWrite");

    /// <summary>A single-valued string of User, or an extension of it, that can be written once.</summary>
    public (string Schema, string Name)? Immutable => UserAttribute("string", m => m == "immutable");

    private (string Schema, string Name)? UserAttribute(string type, Func<string?, bool> mutability)
    {
        var holders = new[] { Urn.User }.Concat(TypeOf(Urn.User)?.Extensions.Select(e => e.Schema) ?? []);
        foreach (var schema in holders)
        {
            foreach (var attribute in _schemas.GetValueOrDefault(schema).Items("attributes"))
            {
                if (attribute.Text("type") == type && attribute.Flag("multiValued") != true
                    && mutability(attribute.Text("mutability")) && attribute.Text("name") is { } name)
                    return (schema, name);
            }
        }
        return null;
    }

    private string? LacksOne(Feature feature) => feature switch
    {
        Feature.Users => Types.Count > 0 && TypeOf(Urn.User) is null ? "no resource type has the User schema" : null,
        Feature.Groups => Types.Count > 0 && TypeOf(Urn.Group) is null ? "no resource type has the Group schema" : null,
        Feature.Enterprise => TypeOf(Urn.User) is { } user && !user.Extensions.Any(e => Same(e.Schema, Urn.Enterprise))
            ? "the User resource type does not have the enterprise extension" : null,
        Feature.Patch => Declared("patch.supported"),
        Feature.Filter => Declared("filter.supported"),
        Feature.Sort => Declared("sort.supported"),
        Feature.Bulk => Declared("bulk.supported"),
        Feature.ETag => Declared("etag.supported"),
        Feature.ChangePassword => Declared("changePassword.supported"),
        Feature.Index => Declared("pagination.index"),
        // Cursors came with RFC 9865: a server of RFC 7644 says nothing about them and has none.
        Feature.Cursor => Config is not null && Config.Flag("pagination.cursor") != true ? "ServiceProviderConfig does not declare pagination.cursor" : null,
        _ => null,
    };

    private string? Declared(string path) =>
        Config is not null && Config.Flag(path) == false ? $"ServiceProviderConfig declares {path} false" : null;

    /// <summary>The entries of a ListResponse; some servers answer a bare array, which the clause's own case faults.</summary>
    private static IEnumerable<JsonObject> Listed(JsonNode? body) =>
        body is JsonArray bare ? bare.OfType<JsonObject>() : body.Items("Resources");

    private static TypeFacts? Type(JsonObject document)
    {
        if (document.Text("endpoint") is not { } endpoint || document.Text("schema") is not { } schema)
            return null;
        var path = Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? "/" + url.Segments[^1].Trim('/')
            : "/" + endpoint.Trim('/');
        var extensions = document.Items("schemaExtensions").Select(e => (e.Text("schema") ?? "", e.Flag("required") == true));
        return new TypeFacts(document.Text("name") ?? "", path, schema, [.. extensions], document);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
