using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// Users, who manages them, and their sessions. <see href="https://learn.microsoft.com/en-us/graph/api/resources/user"/>
/// </summary>
internal sealed class GraphUsersApi(GraphState state)
{
    private static readonly string[] Required = ["accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"];

    public GraphReply Answer(GraphRequest request, GraphStore store)
    {
        switch (request.Method, request.Segments[1..])
        {
            case ("GET", []):
                return state.List(request, store, "user");
            case ("GET", ["delta" or "delta()" or "microsoft.graph.delta()"]):
                return state.Delta(request, store, "user");
            case ("POST", []):
                return Create(request, store);
        }

        var name = request.Segments[1];
        if (Find(store, name) is not { } user || state.IsHidden(store, user.Id))
            return GraphReply.NotFound(name);
        return (request.Method, request.Segments[2..]) switch
        {
            ("GET", []) => Get(request, store, user),
            ("PATCH", []) => Update(request, store, user),
            ("DELETE", []) => Delete(store, user),
            ("GET", ["manager"]) => store.Managers.GetValueOrDefault(user.Id) is { } manager
                ? GraphReply.Of(GraphShapes.Show(store.Objects[manager], request.Select, withType: true))
                : GraphReply.NotFound("manager"),
            ("PUT", ["manager", "$ref"]) => SetManager(request, store, user),
            ("DELETE", ["manager", "$ref"]) => RemoveManager(store, user),
            ("POST", ["revokeSignInSessions"]) => Revoke(store, user),
            _ => GraphReply.NoSegment(string.Join('/', request.Segments[2..])),
        };
    }

    private static GraphRow? Find(GraphStore store, string idOrName) => store.Objects.TryGetValue(idOrName, out var row) && row.Kind == "user"
        ? row
        : store.Of("user").FirstOrDefault(u => string.Equals(u.Text("userPrincipalName"), idOrName, StringComparison.OrdinalIgnoreCase));

    private static GraphReply? Conflict(GraphStore store, JsonObject changes, string? self)
    {
        var others = store.Of("user").Where(u => u.Id != self);
        if (changes["userPrincipalName"]?.ToString() is { } upn
            && others.Any(u => string.Equals(u.Text("userPrincipalName"), upn, StringComparison.OrdinalIgnoreCase)))
            return GraphReply.Taken("userPrincipalName");
        return changes["mail"]?.ToString() is { } mail && others.Any(u => string.Equals(u.Text("mail"), mail, StringComparison.OrdinalIgnoreCase))
            ? GraphReply.Taken("proxyAddresses")
            : null;
    }

    private static bool IsStrong(string? password) => password is { Length: >= 8 and <= 256 }
        && new[]
        {
            password.Any(char.IsAsciiLetterLower), password.Any(char.IsAsciiLetterUpper), password.Any(char.IsAsciiDigit), !password.All(char.IsAsciiLetterOrDigit),
        }.Count(c => c) >= 3;

    private static GraphReply Get(GraphRequest request, GraphStore store, GraphRow user)
    {
        var isExpanded = request.Query.GetValueOrDefault("$expand")?.StartsWith("manager", StringComparison.Ordinal) == true;
        return GraphReply.Of(isExpanded ? ShowWithManager(request, store, user) : GraphShapes.Show(user, request.Select));
    }

    public static JsonObject ShowWithManager(GraphRequest request, GraphStore store, GraphRow user)
    {
        var shown = GraphShapes.Show(user, request.Select);
        if (store.Managers.GetValueOrDefault(user.Id) is { } manager)
            shown["manager"] = GraphShapes.Show(store.Objects[manager], ["id"], withType: true);
        return shown;
    }

    private GraphReply Create(GraphRequest request, GraphStore store)
    {
        if (request.Object() is not { } body)
            return GraphReply.Error(400, "BadRequest", "Unable to read JSON request payload.");
        foreach (var name in Required)
        {
            if (body[name] is null)
                return GraphReply.Error(400, "Request_BadRequest", $"A value is required for property '{name}' of resource 'User'.", ("MissingValue", name));
        }

        if (!IsStrong((string?)body["passwordProfile"]!["password"]))
            return GraphReply.Bad("The specified password does not comply with password complexity requirements. Please provide a different password.");
        if (GraphShapes.FaultOfUser(body, state.Settings, state.Domains) is { } fault)
            return fault;
        if (Conflict(store, body, self: null) is { } conflict)
            return conflict;
        var id = Guid.NewGuid().ToString();
        var properties = Applied([], body);
        properties["userType"] ??= "Member";
        var row = state.Put(store, new GraphRow("user", id, properties, state.Now, 0));
        state.Hide(store, id);
        state.CountCreate(store, row.Text("userPrincipalName")!);
        return GraphReply.Of(GraphShapes.Show(row, []), 201);
    }

    private GraphReply Update(GraphRequest request, GraphStore store, GraphRow user)
    {
        if (request.Object() is not { } changes)
            return GraphReply.Error(400, "BadRequest", "Unable to read JSON request payload.");
        if (user.IsSynchronised)
            return GraphReply.Synchronised();
        if (user.Text("sandboxRole") is not null)
            return GraphReply.Denied();
        if (GraphShapes.FaultOfUser(changes, state.Settings, state.Domains) is { } fault)
            return fault;
        if (Conflict(store, changes, user.Id) is { } conflict)
            return conflict;
        state.Put(store, user with { Properties = Applied(user.Properties, changes) });
        return GraphReply.Empty;
    }

    private GraphReply Delete(GraphStore store, GraphRow user)
    {
        store.Objects.Remove(user.Id);
        store.Links.RemoveWhere(l => l.To == user.Id);
        store.Held.RemoveAll(h => h.UserId == user.Id);
        store.Managers.Remove(user.Id);
        foreach (var report in store.Managers.Where(m => m.Value == user.Id).Select(m => m.Key).ToList())
            store.Managers.Remove(report);

        // The name of one who was deleted is free for others.
        var properties = (JsonObject)user.Properties.DeepClone();
        properties["userPrincipalName"] = user.Id.Replace("-", "", StringComparison.Ordinal) + user.Text("userPrincipalName");
        store.Deleted[user.Id] = user with { Properties = properties, Deleted = state.Now, Change = ++store.Changes };
        return GraphReply.Empty;
    }

    private GraphReply SetManager(GraphRequest request, GraphStore store, GraphRow user)
    {
        if (GraphState.Referred(request.Object()) is not { } manager)
            return GraphReply.Bad("Invalid object identifier.");
        if (!store.Objects.ContainsKey(manager) || state.IsHidden(store, manager))
            return GraphReply.NotFound(manager);
        if (user.IsSynchronised)
            return GraphReply.Synchronised();
        store.Managers[user.Id] = manager;
        state.Touch(store, user);
        return GraphReply.Empty;
    }

    private GraphReply RemoveManager(GraphStore store, GraphRow user)
    {
        if (!store.Managers.Remove(user.Id))
            return GraphReply.NotFound("manager");
        state.Touch(store, user);
        return GraphReply.Empty;
    }

    private GraphReply Revoke(GraphStore store, GraphRow user)
    {
        var properties = (JsonObject)user.Properties.DeepClone();
        properties["signInSessionsValidFromDateTime"] =
            state.Now.AddSeconds(state.Settings.RevocationSeconds).ToString("o", CultureInfo.InvariantCulture);
        state.Put(store, user with { Properties = properties });
        return GraphReply.Of(new JsonObject { ["@odata.context"] = "https://graph.microsoft.com/v1.0/$metadata#Edm.Boolean", ["value"] = true });
    }

    private static JsonObject Applied(JsonObject properties, JsonObject changes)
    {
        var applied = (JsonObject)properties.DeepClone();
        foreach (var (name, value) in changes)
        {
            // What is never shown is not kept either.
            if (name is "@odata.type" or "passwordProfile")
                continue;
            if (value is JsonObject parts && applied[name] is JsonObject there)
            {
                foreach (var (part, partValue) in parts)
                    there[part] = partValue?.DeepClone();
            }
            else
            {
                applied[name] = value?.DeepClone();
            }
        }

        return applied;
    }
}
