using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Conformance.Discovery;

namespace ScimBridge.Conformance.Running;

/// <summary>Names that are this run's alone, and the plainest bodies that the server takes.</summary>
internal sealed class Fixtures(Server server, Settings settings)
{
    private int _next;

    /// <summary>Begins every userName and displayName that the run makes.</summary>
    public string Prefix { get; } = "sb" + Guid.NewGuid().ToString("N")[..7];

    /// <summary>What a user must have beside userName, learned by trying.</summary>
    public JsonObject Plain { get; set; } = [];

    /// <summary>A name that no other case uses.</summary>
    public string Name(string label) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Interlocked.Increment(ref _next)}-{label}");

    /// <summary>Shaped like a mail address: servers that want one get it, the others do not mind.</summary>
    public string UserName(string label) => $"{Name(label)}@{settings.UserDomain}";

    public JsonObject User(string userName, JsonObject? with = null)
    {
        var body = new JsonObject { ["schemas"] = new JsonArray(Urn.User), ["userName"] = userName };
        Merge(body, Plain);
        if (with is not null)
            Merge(body, with);
        if (body.ContainsKey(Urn.Enterprise))
            body["schemas"]!.AsArray().Add(Urn.Enterprise);
        return body;
    }

    public static JsonObject Group(string displayName, IEnumerable<string> members) => new()
    {
        ["schemas"] = new JsonArray(Urn.Group),
        ["displayName"] = displayName,
        ["members"] = new JsonArray([.. members.Select(id => new JsonObject { ["value"] = id })]),
    };

    /// <summary>The bodies to try, the plainest first, until the server takes one.</summary>
    public IEnumerable<JsonObject> Candidates()
    {
        var required = new JsonObject();
        foreach (var attribute in server.Schemas.GetValueOrDefault(Urn.User).Items("attributes"))
        {
            if (attribute.Flag("required") == true && attribute.Text("mutability") != "readOnly"
                && attribute.Text("name") is { } name and not "userName")
                required[name] = Sample(attribute);
        }
        yield return required;

        var rich = required.Copy();
        Merge(rich, Json.Object("""{"name":{"givenName":"Conny","familyName":"Formance"},"displayName":"Conny Formance","active":true}"""));
        rich["emails"] = new JsonArray(new JsonObject { ["value"] = UserName("mail"), ["type"] = "work", ["primary"] = true });
        yield return rich;
    }

    private static JsonNode? Sample(JsonObject attribute)
    {
        JsonNode value = attribute.Text("type") switch
        {
            "boolean" => true,
            "integer" => 1,
            "decimal" => 1.5,
            "dateTime" => "2026-01-05T10:00:00Z",
            "binary" => "AAAA",
            "reference" => "https://conformance.example/",
            "complex" => new JsonObject([.. attribute.Items("subAttributes").Where(s => s.Text("type") == "string")
                .Select(s => KeyValuePair.Create(s.Text("name")!, (JsonNode?)"Sample"))]),
            _ => attribute.Strings("canonicalValues").FirstOrDefault() ?? "Sample",
        };
        return attribute.Flag("multiValued") == true ? new JsonArray(value) : value;
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
            into[name] = value?.DeepClone();
    }
}
