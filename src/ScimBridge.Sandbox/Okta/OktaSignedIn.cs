using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>
/// The calls of those who have signed in, and of their applications: with the session's cookie, an API token, a refresh or an access token.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Session/"/>,
/// <see href="https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/"/>
/// </summary>
internal sealed class OktaSignedIn(OktaState state)
{
    private const string Ssws = "SSWS ";

    public static bool Answers(OktaRequest request, IFormCollection? form) => (request.Method, request.Segments) switch
    {
        ("GET", ["api", "v1", "sessions" or "users", "me"]) or ("GET", ["oauth2", "v1", "userinfo"]) or ("POST", ["oauth2", "v1", "introspect"]) => true,
        ("POST", ["oauth2", "v1", "token"]) => form?["grant_type"].ToString() == "refresh_token",
        _ => false,
    };

    /// <summary>Whose API token this is, of an account that may sign in; null where it is good for nothing.</summary>
    public static string? Holder(OktaStore store, string authorization) =>
        authorization.StartsWith(Ssws, StringComparison.Ordinal) && store.Held.ApiTokens.Find(t => t.Text == authorization[Ssws.Length..]) is { } token
        && OktaPeople.MaySignIn(store, token.UserId)
            ? token.UserId
            : null;

    public OktaReply Answer(OktaRequest request, OktaStore store, IFormCollection? form, string? sid, string authorization) => request.Segments[^1] switch
    {
        "token" => Refresh(store, form!),
        "introspect" => Introspect(store, form?["token"].ToString()),
        "userinfo" => UserInfo(store, authorization),
        _ when request.Segments[2] == "sessions" => Session(store, sid),
        _ => Me(request, store, sid, authorization),
    };

    private OktaReply Session(OktaStore store, string? sid)
    {
        if (Live(store, sid) is not { } session)
            return OktaReply.Error(404, "E0000007", "Not found: Resource not found: me (Session)");
        state.People.Log(store, session.UserId, "user.authentication.sso", app: null, succeeded: true);
        return OktaReply.Of(new JsonObject
        {
            ["id"] = session.Id,
            ["login"] = store.Users[session.UserId].Profile["login"]?.DeepClone(),
            ["userId"] = session.UserId,
            ["createdAt"] = OktaUsersApi.Time(session.Created),
            ["expiresAt"] = OktaUsersApi.Time(session.Ends),
            ["status"] = "ACTIVE",
            ["amr"] = new JsonArray("pwd"),
            ["mfaActive"] = false,
        });
    }

    private OktaReply Me(OktaRequest request, OktaStore store, string? sid, string authorization)
    {
        if (authorization.Length > 0)
        {
            return Holder(store, authorization) is { } holder
                ? OktaReply.Of(OktaUsersApi.Json(store.Users[holder], request.BaseUrl))
                : OktaReply.Error(401, "E0000011", "Invalid token provided");
        }

        if (Live(store, sid) is not { } session)
            return OktaReply.Error(403, "E0000005", "Invalid session");
        state.People.Log(store, session.UserId, "user.authentication.sso", app: null, succeeded: true);
        return OktaReply.Of(OktaUsersApi.Json(store.Users[session.UserId], request.BaseUrl));
    }

    private OktaReply Refresh(OktaStore store, IFormCollection form)
    {
        if (Live(store, form["refresh_token"].ToString(), isRefresh: true) is not { } token || token.ClientId != form["client_id"].ToString())
            return new OktaReply(400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "The refresh token is invalid or expired." }.ToJsonString());
        var access = state.People.Issue(store, token.UserId, token.ClientId);
        return OktaReply.Of(new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)(access.Ends - access.Created).TotalSeconds,
            ["access_token"] = access.Text,
            ["refresh_token"] = token.Text,
            ["scope"] = "openid offline_access",
        });
    }

    /// <summary>RFC 7662: of a token that is good for nothing, nothing is told but that.</summary>
    private OktaReply Introspect(OktaStore store, string? text)
    {
        var token = Live(store, text, isRefresh: true) ?? Live(store, text, isRefresh: false);
        return OktaReply.Of(token is null
            ? new JsonObject { ["active"] = false }
            : new JsonObject
            {
                ["active"] = true,
                ["client_id"] = token.ClientId,
                ["uid"] = token.UserId,
                ["exp"] = token.Ends.ToUnixTimeSeconds(),
                ["token_type"] = token.IsRefresh ? "refresh_token" : "Bearer",
            });
    }

    private OktaReply UserInfo(OktaStore store, string authorization)
    {
        const string Bearer = "Bearer ";
        var text = authorization.StartsWith(Bearer, StringComparison.Ordinal) ? authorization[Bearer.Length..] : null;
        return Live(store, text, isRefresh: false) is { } token
            ? OktaReply.Of(new JsonObject { ["sub"] = token.UserId })
            : OktaReply.Empty(401) with
            {
                Headers = [("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"The access token is invalid.\"")],
            };
    }

    private OktaSessionRow? Live(OktaStore store, string? sid) =>
        store.Held.Sessions.Find(s => s.Id == sid && s.Ends > state.Now && OktaPeople.MaySignIn(store, s.UserId));

    private OktaTokenRow? Live(OktaStore store, string? text, bool isRefresh) =>
        store.Held.Tokens.Find(t => t.Text == text && t.IsRefresh == isRefresh && t.Ends > state.Now && OktaPeople.MaySignIn(store, t.UserId));
}
