using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// What was deleted and can be restored. <see href="https://learn.microsoft.com/en-us/graph/api/resources/directory"/>
/// </summary>
internal sealed class GraphDeletedApi(GraphState state)
{
    public GraphReply Answer(GraphRequest request, GraphStore store) => (request.Method, request.Segments[2..]) switch
    {
        ("GET", ["graph.user" or "microsoft.graph.user"]) => state.List(request, store, "user", store.Deleted.Values),
        (_, [var id, ..]) when !store.Deleted.ContainsKey(id) => GraphReply.NotFound(id),
        ("GET", [var id]) => GraphReply.Of(GraphShapes.Show(store.Deleted[id], request.Select, withType: true)),
        ("POST", [var id, "restore"]) => Restore(store, store.Deleted[id]),
        ("DELETE", [var id]) => Purge(store, id),
        _ => GraphReply.NoSegment(string.Join('/', request.Segments)),
    };

    private static GraphReply Purge(GraphStore store, string id)
    {
        store.Deleted.Remove(id);
        return GraphReply.Empty;
    }

    private GraphReply Restore(GraphStore store, GraphRow deleted)
    {
        if (deleted.Kind != "user")
        {
            store.Deleted.Remove(deleted.Id);
            return GraphReply.Of(GraphShapes.Show(state.Put(store, deleted with { Deleted = null }), [], withType: true));
        }

        var properties = (JsonObject)deleted.Properties.DeepClone();
        var name = deleted.Text("userPrincipalName")![deleted.Id.Replace("-", "", StringComparison.Ordinal).Length..];
        if (store.Of("user").Any(u => string.Equals(u.Text("userPrincipalName"), name, StringComparison.OrdinalIgnoreCase)))
            return GraphReply.Taken("userPrincipalName");
        properties["userPrincipalName"] = name;
        store.Deleted.Remove(deleted.Id);
        var row = state.Put(store, deleted with { Properties = properties, Deleted = null });
        return GraphReply.Of(GraphShapes.Show(row, [], withType: true));
    }
}
