using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// Groups and their members. <see href="https://learn.microsoft.com/en-us/graph/api/resources/group"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/group-upsert"/>, <see href="https://learn.microsoft.com/en-us/graph/api/group-post-members"/>
/// </summary>
internal sealed class GraphGroupsApi(GraphState state)
{
    private const int MostBound = 20;

    private static readonly string[] Required = ["displayName", "mailEnabled", "mailNickname", "securityEnabled"];

    public GraphReply Answer(GraphRequest request, GraphStore store)
    {
        if (request.Segments[0] != "groups")
            return ByName(request, store);
        switch (request.Method, request.Segments[1..])
        {
            case ("GET", []):
                return state.List(request, store, "group");
            case ("GET", ["delta" or "delta()" or "microsoft.graph.delta()"]):
                return state.Delta(request, store, "group");
            case ("POST", []):
                return Create(request, store, uniqueName: null);
            case (_, []):
                return GraphReply.NoSegment("groups");
        }

        var id = request.Segments[1];
        if (!Guid.TryParse(id, out _))
            return GraphReply.BadIdentifier(id);
        if (!store.Objects.TryGetValue(id, out var group) || group.Kind != "group" || state.IsHidden(store, id))
            return GraphReply.NotFound(id);
        return (request.Method, request.Segments[2..]) switch
        {
            ("GET", []) => GraphReply.Of(GraphShapes.Show(group, request.Select)),
            ("PATCH", []) => Update(request, store, group),
            ("DELETE", []) => Delete(store, group),
            ("GET", ["members"]) => state.Page(request, store.Objects.Values.Where(o => store.IsLinked("members", group.Id, o.Id)), withType: true),
            ("POST", ["members", "$ref"]) => AddOne(request, store, group),
            ("DELETE", ["members", var member, "$ref"]) => Remove(store, group, member),
            _ => GraphReply.NoSegment(string.Join('/', request.Segments[2..])),
        };
    }

    /// <summary>By the alternate key: <c>groups(uniqueName='hr-eu-sales')</c>.</summary>
    private GraphReply ByName(GraphRequest request, GraphStore store)
    {
        var key = request.Segments[0];
        if (!key.StartsWith("groups(uniqueName='", StringComparison.Ordinal) || !key.EndsWith("')", StringComparison.Ordinal) || request.Segments.Length > 1)
            return GraphReply.NoSegment(key);
        var name = key["groups(uniqueName='".Length..^2].Replace("''", "'", StringComparison.Ordinal);
        var group = store.Of("group").FirstOrDefault(g => g.Text("uniqueName") == name);
        switch (request.Method)
        {
            case "GET":
                return group is null || state.IsHidden(store, group.Id) ? GraphReply.NotFound(name) : GraphReply.Of(GraphShapes.Show(group, request.Select));
            case "PATCH" when group is not null:
                return Update(request, store, group);
            case "PATCH" when request.Headers.GetValueOrDefault("Prefer")?.Contains("create-if-missing", StringComparison.Ordinal) == true:
                return Create(request, store, name);
            default:
                return GraphReply.NotFound(name);
        }
    }

    private static GraphReply Delete(GraphStore store, GraphRow group)
    {
        store.Objects.Remove(group.Id);
        store.Links.RemoveWhere(l => l.From == group.Id || l.To == group.Id);
        return GraphReply.Empty;
    }

    private GraphReply Create(GraphRequest request, GraphStore store, string? uniqueName)
    {
        if (request.Object() is not { } body)
            return GraphReply.Error(400, "BadRequest", "Unable to read JSON request payload.");
        foreach (var name in Required)
        {
            if (body[name] is null)
                return GraphReply.Error(400, "Request_BadRequest", $"A value is required for property '{name}' of resource 'Group'.", ("MissingValue", name));
        }

        if (GraphShapes.FaultOfGroup(body) is { } fault)
            return fault;
        var id = Guid.NewGuid().ToString();
        var properties = (JsonObject)body.DeepClone();
        foreach (var annotation in properties.Where(p => p.Key.Contains('@', StringComparison.Ordinal)).Select(p => p.Key).ToList())
            properties.Remove(annotation);
        if (uniqueName is not null)
            properties["uniqueName"] = uniqueName;
        var row = new GraphRow("group", id, properties, state.Now, 0);
        if (Bind(store, row, body, out var bound) is { } unbound)
            return unbound;
        row = state.Put(store, row);
        store.Links.UnionWith(bound);
        state.Hide(store, id);
        return GraphReply.Of(GraphShapes.Show(row, []), 201);
    }

    private GraphReply Update(GraphRequest request, GraphStore store, GraphRow group)
    {
        if (request.Object() is not { } changes)
            return GraphReply.Error(400, "BadRequest", "Unable to read JSON request payload.");
        if (group.IsSynchronised)
            return GraphReply.Synchronised();
        if (GraphShapes.FaultOfGroup(changes) is { } fault)
            return fault;
        if (Bind(store, group, changes, out var bound) is { } unbound)
            return unbound;
        store.Links.UnionWith(bound);
        var properties = (JsonObject)group.Properties.DeepClone();
        foreach (var (name, value) in changes.Where(c => !c.Key.Contains('@', StringComparison.Ordinal)))
            properties[name] = value?.DeepClone();
        state.Put(store, group with { Properties = properties });
        return GraphReply.Empty;
    }

    /// <summary>All that are named or none.</summary>
    private GraphReply? Bind(GraphStore store, GraphRow group, JsonObject body, out List<(string, string, string)> bound)
    {
        bound = [];
        if (body["members@odata.bind"] is not JsonArray members)
            return null;
        if (members.Count > MostBound)
            return GraphReply.Bad($"The number of references in the request exceeds the limit of {MostBound}.");
        foreach (var member in members)
        {
            var id = member!.ToString().Split('/')[^1];
            if (FaultOfMember(store, group, id) is { } fault)
                return fault;
            bound.Add(("members", group.Id, id));
        }

        return null;
    }

    private GraphReply? FaultOfMember(GraphStore store, GraphRow group, string id)
    {
        if (group.IsSynchronised)
            return GraphReply.Synchronised();
        if (group.Properties["groupTypes"] is JsonArray types && types.Any(t => (string?)t == "DynamicMembership"))
            return GraphReply.Bad("Insufficient privileges to complete the operation: membership of a dynamic group cannot be changed.");
        if (!Guid.TryParse(id, out _))
            return GraphReply.BadIdentifier(id);
        if (!store.Objects.ContainsKey(id) || state.IsHidden(store, id))
            return GraphReply.NotFound(id);
        return store.IsLinked("members", group.Id, id)
            ? GraphReply.Bad("One or more added object references already exist for the following modified properties: 'members'.")
            : null;
    }

    private GraphReply AddOne(GraphRequest request, GraphStore store, GraphRow group)
    {
        if (GraphState.Referred(request.Object()) is not { } id)
            return GraphReply.Bad("Invalid object identifier.");
        if (FaultOfMember(store, group, id) is { } fault)
            return fault;
        store.Links.Add(("members", group.Id, id));
        state.Touch(store, group);
        return GraphReply.Empty;
    }

    private GraphReply Remove(GraphStore store, GraphRow group, string member)
    {
        if (group.IsSynchronised)
            return GraphReply.Synchronised();
        if (!Guid.TryParse(member, out _))
            return GraphReply.BadIdentifier(member);
        if (!store.Links.Remove(("members", group.Id, member)))
            return GraphReply.NotFound(member);
        state.Touch(store, group);
        return GraphReply.Empty;
    }
}
