using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// Applications, service principals and agent identities: owners, sponsors, credentials, and whether they may ask for tokens.
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/application"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/serviceprincipal"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/agentidentity"/>
/// </summary>
internal sealed class GraphApplicationsApi(GraphState state)
{
    private const string Agent = "microsoft.graph.agentIdentity";

    public GraphReply Answer(GraphRequest request, GraphStore store)
    {
        var kind = request.Segments[0] == "applications" ? "application" : "servicePrincipal";
        if (request.Segments.Length == 1)
            return request.IsRead ? state.List(request, store, kind) : GraphReply.NoSegment(request.Segments[0]);
        var id = request.Segments[1];
        if (!store.Objects.TryGetValue(id, out var row) || row.Kind != kind)
            return GraphReply.NotFound(id);
        return (request.Method, request.Segments[2..]) switch
        {
            ("GET", []) => GraphReply.Of(GraphShapes.Show(row, request.Select)),
            ("PATCH", []) => Update(request, store, row),
            ("POST", ["removePassword"]) => RemovePassword(request, store, row),
            ("GET", ["owners"]) => Linked(request, store, "owners", row),
            ("POST", ["owners", "$ref"]) => Link(request, store, "owners", row),
            ("DELETE", ["owners", var owner, "$ref"]) => Unlink(store, "owners", row, owner),
            ("GET", [Agent, "sponsors"]) when IsAgent(row) => Linked(request, store, "sponsors", row),
            ("POST", [Agent, "sponsors", "$ref"]) when IsAgent(row) => Link(request, store, "sponsors", row),
            ("DELETE", [Agent, "sponsors", var sponsor, "$ref"]) when IsAgent(row) => Unlink(store, "sponsors", row, sponsor),
            _ => GraphReply.NoSegment(string.Join('/', request.Segments[2..])),
        };
    }

    private static bool IsAgent(GraphRow row) => row.Text("servicePrincipalType") == "ServiceIdentity";

    private GraphReply Linked(GraphRequest request, GraphStore store, string relationship, GraphRow row) =>
        state.Page(request, store.Objects.Values.Where(o => store.IsLinked(relationship, row.Id, o.Id)), withType: true);

    private GraphReply Link(GraphRequest request, GraphStore store, string relationship, GraphRow row)
    {
        if (GraphState.Referred(request.Object()) is not { } id)
            return GraphReply.Bad("Invalid object identifier.");
        if (!store.Objects.ContainsKey(id))
            return GraphReply.NotFound(id);
        if (!store.Links.Add((relationship, row.Id, id)))
            return GraphReply.Bad($"One or more added object references already exist for the following modified properties: '{relationship}'.");
        state.Touch(store, row);
        return GraphReply.Empty;
    }

    private GraphReply Unlink(GraphStore store, string relationship, GraphRow row, string id)
    {
        if (!store.Links.Remove((relationship, row.Id, id)))
            return GraphReply.NotFound(id);
        state.Touch(store, row);
        return GraphReply.Empty;
    }

    private GraphReply Update(GraphRequest request, GraphStore store, GraphRow row)
    {
        if (request.Object() is not { } changes)
            return GraphReply.Error(400, "BadRequest", "Unable to read JSON request payload.");
        var allowed = row.Kind == "application" ? new[] { "displayName", "keyCredentials", "tags" } : ["accountEnabled", "displayName", "tags"];
        if (changes.FirstOrDefault(c => c.Key != "@odata.type" && !allowed.Contains(c.Key)).Key is { } unknown)
            return GraphReply.Bad($"Property '{unknown}' cannot be updated on type 'microsoft.graph.{row.Kind}'.");
        var properties = (JsonObject)row.Properties.DeepClone();
        foreach (var (name, value) in changes.Where(c => c.Key != "@odata.type"))
            properties[name] = value?.DeepClone();
        state.Put(store, row with { Properties = properties });
        return GraphReply.Empty;
    }

    private GraphReply RemovePassword(GraphRequest request, GraphStore store, GraphRow row)
    {
        var keyId = request.Object()?["keyId"]?.ToString();
        var properties = (JsonObject)row.Properties.DeepClone();
        if ((properties["passwordCredentials"] as JsonArray)?.FirstOrDefault(c => c!["keyId"]?.ToString() == keyId) is not { } credential)
            return GraphReply.Bad("No password credential found with keyId.");
        properties["passwordCredentials"]!.AsArray().Remove(credential);
        state.Put(store, row with { Properties = properties });
        return GraphReply.Empty;
    }
}
