using System.Text;
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
        ("GET", ["api", "v1", "sessions" or "users", "me"]) or ("GET", ["oauth2", "v1", "userinfo"]) or ("POST", ["oauth2", "v1", "introspect"])
            or ("POST", ["oauth2", "default", "v1", "token"]) => true,
        ("POST", ["oauth2", "v1", "token"]) => form?["grant_type"].ToString() == "refresh_token",
        _ => false,
    };

    /// <summary>Whose API token this is, of an account that may sign in; null where it is good for nothing.</summary>
    public static string? Holder(OktaStore store, string authorization, DateTimeOffset now)
    {
        var at = authorization.StartsWith(Ssws, StringComparison.Ordinal) ? store.Held.ApiTokens.FindIndex(t => t.Text == authorization[Ssws.Length..]) : -1;
        if (at < 0 || !OktaPeople.MaySignIn(store, store.Held.ApiTokens[at].UserId))
            return null;
        // Each use lets it live for its whole time again.
        store.Held.ApiTokens[at] = store.Held.ApiTokens[at] with { Used = now };
        return store.Held.ApiTokens[at].UserId;
    }

    public OktaReply Answer(OktaRequest request, OktaStore store, IFormCollection? form, string? sid, string authorization) => request.Segments[^1] switch
    {
        "token" when request.Segments[1] == "default" => Proven(store, form, authorization) ? OfClient(store, Client(form, authorization).Id!) : Unproven(),
        "token" => Refresh(store, form!),
        "introspect" when Client(form, authorization) is { Secret: not null } && !Proven(store, form, authorization) => Unproven(),
        "introspect" => Introspect(store, form?["token"].ToString()),
        "userinfo" => UserInfo(store, authorization),
        _ when request.Segments[2] == "sessions" => Session(store, sid),
        _ => Me(request, store, sid, authorization),
    };

    /// <summary>What a client says it is, and what it proves that with, in the header or in the body (RFC 6749 section 2.3.1).</summary>
    private static (string? Id, string? Secret) Client(IFormCollection? form, string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.Ordinal))
            return (form?["client_id"].FirstOrDefault(), form?["client_secret"].FirstOrDefault());
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..]));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return (text[..colon], text[(colon + 1)..]);
    }

    private static bool Proven(OktaStore store, IFormCollection? form, string authorization) =>
        Client(form, authorization) is var (id, secret) && OktaAppsApi.IsProven(store, id, secret);

    private static OktaReply Unproven() => OktaReply.Of(new JsonObject
    {
        ["error"] = "invalid_client",
        ["error_description"] = "The client secret supplied for a confidential client is invalid.",
    }) with { Status = 401 };

    /// <summary>A token of a custom authorization server: those of the org's take no client secret for client credentials.</summary>
    private OktaReply OfClient(OktaStore store, string clientId)
    {
        state.People.Log(store, clientId, "app.oauth2.as.token.grant.access_token", app: null, succeeded: true);
        return OktaReply.Of(new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = 3600, ["access_token"] = OktaIds.Secret(), ["scope"] = "jobs" });
    }

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
            return Holder(store, authorization, state.Now) is { } holder
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
