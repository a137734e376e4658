using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// Applications, service principals and agent identities: owners, sponsors, credentials, and whether they may ask for tokens.
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/application"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/serviceprincipal"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/agentidentity"/>
/// </summary>
internal sealed class GraphApplicationsApi(GraphState state, GraphCredentialsApi credentials)
{
    private const string Agent = "microsoft.graph.agentIdentity";

    public GraphReply Answer(GraphRequest request, GraphStore store)
    {
        var kind = request.Segments[0] == "applications" ? "application" : "servicePrincipal";
        if (request.Segments.Length == 1)
            return request.IsRead ? state.List(request, store, kind) : GraphReply.NoSegment(request.Segments[0]);
        var id = request.Segments[1];
        if (id == Agent && request is { IsRead: true, Segments.Length: 2 })
            return state.List(request, store, kind, store.Of(kind).Where(IsAgent));
        if (!store.Objects.TryGetValue(id, out var row) || row.Kind != kind)
            return GraphReply.NotFound(id);
        return (request.Method, request.Segments[2..]) switch
        {
            ("GET", []) => GraphReply.Of(GraphShapes.Show(row, request.Select)),
            ("PATCH", []) => Update(request, store, row),
            ("DELETE", []) => Delete(store, row),
            ("POST", ["addPassword"]) => credentials.Add(request, store, row),
            ("POST", ["removePassword"]) => credentials.Remove(request, store, row),
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

    /// <summary>An application takes its service principals in the tenant with it.</summary>
    private GraphReply Delete(GraphStore store, GraphRow row)
    {
        var gone = row.Kind == "application" ? store.Of("servicePrincipal").Where(p => row.Text("appId") is { } id && p.Text("appId") == id).Append(row) : [row];
        foreach (var one in gone.ToList())
        {
            store.Objects.Remove(one.Id);
            store.Deleted[one.Id] = one with { Deleted = state.Now, Change = ++store.Changes };
        }

        return GraphReply.Empty;
    }

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
        if (relationship == "sponsors" && store.Links.Count(l => l.Relationship == relationship && l.From == row.Id) == 1 && store.IsLinked(relationship, row.Id, id))
            return GraphReply.Bad("The last sponsor of an agent identity cannot be removed.");
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
}
