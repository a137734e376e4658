using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// What users hold, listed and taken away, and how they signed in.
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/oauth2permissiongrant"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/authenticationmethods-overview"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/signin-list"/>
/// </summary>
internal sealed partial class GraphHoldingsApi(GraphState state)
{
    private static readonly JsonObject Password = new()
    {
        ["@odata.type"] = "#microsoft.graph.passwordAuthenticationMethod",
        ["id"] = "28c10230-6103-485e-b985-444c60001490",
    };

    public static bool Answers(string[] segments) => segments is
        ["users", _, "appRoleAssignments" or "authentication" or "memberOf" or "registeredDevices", ..]
        or ["oauth2PermissionGrants", ..] or ["roleManagement", "directory", "roleAssignments", ..] or ["devices", _] or ["auditLogs", "signIns"];

    public GraphReply Answer(GraphRequest request, GraphStore store)
    {
        if (request.Segments[0] == "users")
        {
            var name = request.Segments[1];
            return store.Objects.TryGetValue(name, out var user) && user.Kind == "user" ? OfUser(request, store, user.Id) : GraphReply.NotFound(name);
        }

        return (request.Method, request.Segments) switch
        {
            ("GET", ["oauth2PermissionGrants"]) => Filtered(request, store, "oauth2PermissionGrant"),
            ("DELETE", ["oauth2PermissionGrants", var id]) => Remove(store, "oauth2PermissionGrant", id),
            ("GET", ["roleManagement", _, _]) => Filtered(request, store, "roleAssignment"),
            ("DELETE", ["roleManagement", _, _, var id]) => Remove(store, "roleAssignment", id),
            ("PATCH", ["devices", var id]) => UpdateDevice(request, store, id),
            ("GET", ["auditLogs", _]) => SignIns(request, store),
            _ => GraphReply.NoSegment(string.Join('/', request.Segments)),
        };
    }

    private GraphReply OfUser(GraphRequest request, GraphStore store, string userId) => (request.Method, request.Segments[2..]) switch
    {
        ("GET", ["appRoleAssignments"]) => state.Page(request, Of(store, "appRoleAssignment", userId)),
        ("DELETE", ["appRoleAssignments", var id]) => Remove(store, "appRoleAssignment", id),
        ("GET", ["memberOf"]) => state.Page(request, [.. Memberships(store, userId)]),
        ("GET", ["registeredDevices"]) => state.Page(request, store.Objects.Values.Where(o => store.IsLinked("registeredDevices", userId, o.Id)), withType: true),
        ("GET", ["authentication", "methods"]) => state.Page(request, [(JsonObject)Password.DeepClone(), .. Of(store, "method", userId).Select(Method)]),
        ("DELETE", ["authentication", var type, var id]) => RemoveMethod(store, userId, type, id),
        _ => GraphReply.NoSegment(string.Join('/', request.Segments[2..])),
    };

    private static List<JsonObject> Of(GraphStore store, string kind, string userId) =>
        [.. store.Held.Where(h => h.Kind == kind && h.UserId == userId).Select(Show)];

    private static JsonObject Show(GraphHeldRow row)
    {
        var shown = (JsonObject)row.Properties.DeepClone();
        shown["id"] = row.Id;
        return shown;
    }

    /// <summary>Which one is the default, methods do not show.</summary>
    private static JsonObject Method(JsonObject method)
    {
        method.Remove("isDefault");
        return method;
    }

    private static IEnumerable<JsonObject> Memberships(GraphStore store, string userId) => store.Of("group").Where(g => store.IsLinked("members", g.Id, userId))
        .Select(g => GraphShapes.Show(g, [], withType: true))
        .Concat(store.Held.Where(h => h.Kind == "roleAssignment" && h.UserId == userId)
            .Select(h => new JsonObject { ["@odata.type"] = "#microsoft.graph.directoryRole", ["id"] = h.Id, ["displayName"] = "Helpdesk Administrator" }));

    private static GraphReply Remove(GraphStore store, string kind, string id) =>
        store.Held.RemoveAll(h => h.Kind == kind && h.Id == id) > 0 ? GraphReply.Empty : GraphReply.NotFound(id);

    private static GraphReply RemoveMethod(GraphStore store, string userId, string type, string id)
    {
        var methods = store.Held.FindAll(h => h.Kind == "method" && h.UserId == userId);
        if (!type.EndsWith("Methods", StringComparison.Ordinal)
            || methods.Find(m => m.Id == id && (string?)m.Properties["@odata.type"] == $"#microsoft.graph.{type[..^"Methods".Length]}AuthenticationMethod") is not { } method)
            return GraphReply.Error(404, "resourceNotFound", "Resource not found.");
        if ((bool)method.Properties["isDefault"]! && methods.Count > 1)
            return GraphReply.Error(400, "badRequest", "Cannot delete default method with other methods configured. Please change default method before deletion.");
        store.Held.Remove(method);
        return GraphReply.Empty;
    }

    /// <summary>An app may change nothing but Windows: https://learn.microsoft.com/en-us/graph/api/device-update#permissions</summary>
    private GraphReply UpdateDevice(GraphRequest request, GraphStore store, string id)
    {
        if (!store.Objects.TryGetValue(id, out var device) || device.Kind != "device")
            return GraphReply.NotFound(id);
        if (device.Text("operatingSystem") != "Windows")
            return GraphReply.Denied();
        if (request.Object() is not { } changes || changes.Any(c => c.Key is not ("accountEnabled" or "@odata.type")))
            return GraphReply.Bad("Unable to update the specified properties of the device.");
        var properties = (JsonObject)device.Properties.DeepClone();
        properties["accountEnabled"] = changes["accountEnabled"]?.DeepClone();
        state.Put(store, device with { Properties = properties });
        return GraphReply.Empty;
    }

    private GraphReply Filtered(GraphRequest request, GraphStore store, string kind)
    {
        if (Terms(request) is not { } terms || terms.Exists(t => t is not ("principalId", "eq", _)))
            return GraphReply.Error(400, "Request_UnsupportedQuery", "Unsupported query.");
        return state.Page(request, [.. store.Held.Where(h => h.Kind == kind && terms.TrueForAll(t => h.UserId.Equals(t.Value, StringComparison.OrdinalIgnoreCase))).Select(Show)]);
    }

    /// <summary>Newest first; in v1.0 those that a person took part in.</summary>
    private GraphReply SignIns(GraphRequest request, GraphStore store)
    {
        if (Terms(request) is not { } terms || terms.Exists(t => t is not (("userId", "eq", _) or ("createdDateTime", "ge" or "le", _))))
            return GraphReply.Error(400, "BadRequest", "Invalid filter clause");
        var found = store.SignIns.Where(s => s.IsInteractive && terms.TrueForAll(t => t.Property switch
        {
            "userId" => s.UserId.Equals(t.Value, StringComparison.OrdinalIgnoreCase),
            _ when t.Operator == "ge" => s.At >= DateTimeOffset.Parse(t.Value, CultureInfo.InvariantCulture),
            _ => s.At <= DateTimeOffset.Parse(t.Value, CultureInfo.InvariantCulture),
        }));
        return state.Page(request, [.. found.OrderByDescending(s => s.At).Select(s => new JsonObject
        {
            ["id"] = s.Id,
            ["createdDateTime"] = s.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
            ["userId"] = s.UserId,
            ["appDisplayName"] = "Portal",
            ["resourceDisplayName"] = "Microsoft Graph",
            ["isInteractive"] = true,
            ["status"] = new JsonObject { ["errorCode"] = s.ErrorCode },
        })]);
    }

    private static List<(string Property, string Operator, string Value)>? Terms(GraphRequest request)
    {
        var terms = new List<(string, string, string)>();
        foreach (var text in request.Query.GetValueOrDefault("$filter")?.Split(" and ") ?? [])
        {
            var match = Term().Match(text.Trim());
            if (!match.Success)
                return null;
            terms.Add((match.Groups["property"].Value, match.Groups["operator"].Value, match.Groups["value"].Value.Trim('\'')));
        }

        return terms;
    }

    [GeneratedRegex("^(?<property>[A-Za-z]+) (?<operator>eq|ge|le) (?<value>'[^']*'|[0-9TZ:.+-]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Term();
}
