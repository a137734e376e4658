using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>Something that a user holds: an oauth2PermissionGrant, an appRoleAssignment, a roleAssignment, an authentication method.</summary>
internal sealed record GraphHeldRow(string Kind, string Id, string UserId, JsonObject Properties);

/// <summary>A sign-in as the tenant logs it; error code 0 is a success.</summary>
internal sealed record GraphSignInRow(string Id, DateTimeOffset At, string UserId, bool IsInteractive, int ErrorCode);

/// <summary>
/// What people do in a tenant, and what they are given there beside their accounts: tests and demos sign them in here, and use what they
/// got over HTTP as an application would.
/// </summary>
public sealed class GraphPeople
{
    private readonly GraphState _state;

    internal GraphPeople(GraphState state) => _state = state;

    /// <summary>A user signs in: the refresh token of the session; null where the account may not.</summary>
    public string? SignIn(string userId)
    {
        var error = _state.CanSignIn(userId, _state.Now) switch
        {
            null => 50034,
            (false, _) => 50057,
            _ => 0,
        };
        Log(userId, isInteractive: true, error);
        return error == 0 ? _state.Tokens.Begin(userId) : null;
    }

    /// <summary>A user lets an application act for them; the id of the grant.</summary>
    public string Consent(string userId, string scope = "Mail.Read") => Add("oauth2PermissionGrant", userId, new JsonObject
    {
        ["clientId"] = Guid.NewGuid().ToString(),
        ["consentType"] = "Principal",
        ["principalId"] = userId,
        ["resourceId"] = Guid.NewGuid().ToString(),
        ["scope"] = scope,
    });

    /// <summary>An administrator assigns a role of an application; the id of the assignment.</summary>
    /// <param name="userId">Whom.</param>
    /// <param name="throughGroup">The assignment is that of a group which the user is in.</param>
    public string AssignAppRole(string userId, bool throughGroup = false) => Add("appRoleAssignment", userId, new JsonObject
    {
        ["appRoleId"] = Guid.Empty.ToString(),
        ["principalId"] = throughGroup ? Guid.NewGuid().ToString() : userId,
        ["principalType"] = throughGroup ? "Group" : "User",
        ["resourceDisplayName"] = "Portal",
        ["resourceId"] = Guid.NewGuid().ToString(),
    });

    /// <summary>An administrator assigns a role of the directory; the id of the assignment.</summary>
    public string AssignDirectoryRole(string userId) => Add("roleAssignment", userId, new JsonObject
    {
        ["principalId"] = userId,
        ["roleDefinitionId"] = "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        ["directoryScopeId"] = "/",
    });

    /// <summary>A user registers an authentication method; its id.</summary>
    /// <param name="userId">Who.</param>
    /// <param name="type">Its type, such as <c>phone</c>, <c>fido2</c>, <c>microsoftAuthenticator</c>.</param>
    /// <param name="isDefault">It is what is asked for first, and may only go when there is no other.</param>
    public string Enroll(string userId, string type = "microsoftAuthenticator", bool isDefault = false) => Add("method", userId, new JsonObject
    {
        ["@odata.type"] = $"#microsoft.graph.{type}AuthenticationMethod",
        ["isDefault"] = isDefault,
    });

    /// <summary>A user registers a device; its id.</summary>
    public string RegisterDevice(string userId, string operatingSystem = "Windows")
    {
        var id = _state.Add("device", new JsonObject
        {
            ["accountEnabled"] = true,
            ["deviceId"] = Guid.NewGuid().ToString(),
            ["displayName"] = "LAPTOP-1",
            ["operatingSystem"] = operatingSystem,
        }.ToJsonString());
        _state.Link("registeredDevices", userId, id);
        return id;
    }

    /// <summary>What a user holds, as JSON: kinds and ids.</summary>
    public string Held(string userId) => _state.Do(store => new JsonArray([.. store.Held.Where(h => h.UserId == userId)
        .Select(h => (JsonNode)new JsonObject { ["kind"] = h.Kind, ["id"] = h.Id })]).ToJsonString());

    internal void Log(string userId, bool isInteractive, int errorCode) => _state.Do(store =>
    {
        store.SignIns.Add(new GraphSignInRow(Guid.NewGuid().ToString(), _state.Now, userId, isInteractive, errorCode));
        return true;
    });

    private string Add(string kind, string userId, JsonObject properties) => _state.Do(store =>
    {
        var number = (store.Held.Count + 1).ToString("D4", CultureInfo.InvariantCulture);
        var id = $"{number}-{Guid.NewGuid()}";
        store.Held.Add(new GraphHeldRow(kind, id, userId, properties));
        return id;
    });
}
