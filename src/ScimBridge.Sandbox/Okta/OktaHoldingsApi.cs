using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>
/// What a user holds, listed and taken away: <c>users/{id}/sessions</c>, <c>clients</c>, <c>grants</c>, <c>roles</c>, <c>factors</c>, <c>groups</c>.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserSessions/"/>,
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserGrant/"/>
/// </summary>
internal sealed class OktaHoldingsApi(OktaState state)
{
    public static bool Answers(string[] segments) =>
        segments is ["api", "v1", "users", _, "sessions" or "clients" or "grants" or "roles" or "factors" or "groups", ..];

    public OktaReply Answer(OktaRequest request, OktaStore store, OktaUserRow user)
    {
        // Of one who is deactivated: https://github.com/okta/okta-sdk-java/issues/646
        var isHidden = request.Segments[4] == "factors" || state.Settings.HidesDeactivated;
        if (isHidden && user.Status == "DEPROVISIONED")
            return OktaReply.NotFound(user.Id, "User");
        var held = store.Held;
        return (request.Method, request.Segments[4..]) switch
        {
            ("DELETE", ["sessions"]) => EndSessions(request, held, user.Id),
            ("GET", ["clients"]) => state.Page(request, RefreshTokens(held, user.Id).Select(t => t.ClientId).Distinct(StringComparer.Ordinal), Client),
            ("GET", ["clients", var client, "tokens"]) => state.Page(request, RefreshTokens(held, user.Id).Where(t => t.ClientId == client), t => Token(t, request.BaseUrl)),
            ("DELETE", ["clients", var client, "tokens"]) => Gone(held.Tokens.RemoveAll(t => t.UserId == user.Id && t.ClientId == client) >= 0),
            ("GET", ["grants"]) => state.Page(request, held.Grants.Where(g => g.UserId == user.Id), g => Grant(g, request.BaseUrl)),
            ("DELETE", ["grants"]) => Gone(held.Grants.RemoveAll(g => g.UserId == user.Id) >= 0),
            ("GET", ["roles"]) => state.Page(request, held.Roles.Where(r => r.UserId == user.Id), Role),
            ("DELETE", ["roles", var role]) => Gone(held.Roles.RemoveAll(r => r.UserId == user.Id && r.Id == role && r.AssignmentType == "USER") > 0, role, "RoleAssignment"),
            ("GET", ["factors"]) => state.Page(request, held.Factors.Where(f => f.UserId == user.Id), Factor),
            ("DELETE", ["factors", var factor]) => Gone(held.Factors.RemoveAll(f => f.UserId == user.Id && f.Id == factor) > 0, factor, "UserFactor"),
            ("GET", ["groups"]) => state.Page(
                request, store.Groups.Values.Where(g => g.Type == "BUILT_IN" || store.Members.Contains((g.Id, user.Id))), g => OktaGroupsApi.Json(g, request.BaseUrl)),
            _ => OktaReply.Error(405, "E0000022", "The endpoint does not support the provided HTTP method"),
        };
    }

    private static IEnumerable<OktaTokenRow> RefreshTokens(OktaHoldings held, string userId) => held.Tokens.Where(t => t.IsRefresh && t.UserId == userId);

    private static OktaReply Gone(bool done, string id = "", string type = "") => done ? OktaReply.Empty(204) : OktaReply.NotFound(id, type);

    private static OktaReply EndSessions(OktaRequest request, OktaHoldings held, string userId)
    {
        held.Sessions.RemoveAll(s => s.UserId == userId);
        if (request.Parameter("oauthTokens") == "true")
            held.Tokens.RemoveAll(t => t.UserId == userId);
        if (request.Parameter("forgetDevices") != "false")
            held.Remembered.Remove(userId);
        return OktaReply.Empty(204);
    }

    private static JsonObject Client(string clientId) => new() { ["client_id"] = clientId, ["client_name"] = "Portal" };

    private static JsonObject Token(OktaTokenRow token, string baseUrl) => new()
    {
        ["id"] = token.Id,
        ["status"] = "ACTIVE",
        ["created"] = OktaUsersApi.Time(token.Created),
        ["lastUpdated"] = OktaUsersApi.Time(token.Created),
        ["expiresAt"] = OktaUsersApi.Time(token.Ends),
        ["issuer"] = baseUrl,
        ["clientId"] = token.ClientId,
        ["userId"] = token.UserId,
        ["scopes"] = new JsonArray("offline_access"),
    };

    private static JsonObject Grant(OktaGrantRow grant, string baseUrl) => new()
    {
        ["id"] = grant.Id,
        ["status"] = "ACTIVE",
        ["created"] = OktaUsersApi.Time(grant.Created),
        ["lastUpdated"] = OktaUsersApi.Time(grant.Created),
        ["issuer"] = baseUrl,
        ["clientId"] = grant.ClientId,
        ["userId"] = grant.UserId,
        ["scopeId"] = grant.ScopeId,
        ["source"] = "END_USER",
    };

    private static JsonObject Role(OktaRoleRow role) => new()
    {
        ["id"] = role.Id,
        ["label"] = role.Type,
        ["type"] = role.Type,
        ["status"] = "ACTIVE",
        ["created"] = OktaUsersApi.Time(role.Created),
        ["lastUpdated"] = OktaUsersApi.Time(role.Created),
        ["assignmentType"] = role.AssignmentType,
    };

    private static JsonObject Factor(OktaFactorRow factor) => new()
    {
        ["id"] = factor.Id,
        ["factorType"] = factor.FactorType,
        ["provider"] = factor.FactorType == "webauthn" ? "FIDO" : "OKTA",
        ["vendorName"] = factor.FactorType == "webauthn" ? "FIDO" : "OKTA",
        ["status"] = "ACTIVE",
        ["created"] = OktaUsersApi.Time(factor.Created),
        ["lastUpdated"] = OktaUsersApi.Time(factor.Created),
    };
}
