using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>A service app as the org keeps one.</summary>
internal sealed record OktaAppRow(string Id, string Label, string Status, DateTimeOffset Created);

/// <summary>A client secret, or a public key, of a service app; a key has no text.</summary>
internal sealed record OktaClientKeyRow(string Id, string AppId, string? Text, string Status, DateTimeOffset Created, DateTimeOffset Updated)
{
    public bool IsSecret => Text is not null;
}

/// <summary>
/// Service apps with their secrets and keys. An app's client id is its id.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/"/>,
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/"/>
/// </summary>
internal sealed class OktaAppsApi(OktaState state)
{
    private const int MostSecrets = 2;

    public OktaReply Answer(OktaRequest request, OktaStore store) => (request.Method, request.Segments[3..]) switch
    {
        ("GET", []) => state.Page(request, store.Apps, Json),
        (_, [var id, ..]) when store.Apps.All(a => a.Id != id) => OktaReply.NotFound(id, "AppInstance"),
        ("GET", [var id]) => OktaReply.Of(Json(store.Apps.Find(a => a.Id == id)!)),
        ("POST", [var id, "lifecycle", "activate"]) => Set(store, id, "ACTIVE"),
        ("POST", [var id, "lifecycle", "deactivate"]) => Set(store, id, "INACTIVE"),
        ("DELETE", [var id]) => Delete(store, id),
        ("GET", [var id, "credentials", "secrets" or "jwks"]) => OktaReply.Of(new JsonArray([.. Keys(store, id, request.Segments[5]).Select(k => (JsonNode)Json(k))])),
        ("POST", [var id, "credentials", "secrets"]) => Add(store, id),
        (_, [var id, "credentials", "secrets" or "jwks", var key, ..]) when Keys(store, id, request.Segments[5]).All(k => k.Id != key) => OktaReply.NotFound(key, "ClientSecret"),
        ("POST", [var id, "credentials", var what, var key, "lifecycle", "activate"]) => SetKey(store, Keys(store, id, what), key, "ACTIVE"),
        ("POST", [var id, "credentials", var what, var key, "lifecycle", "deactivate"]) => SetKey(store, Keys(store, id, what), key, "INACTIVE"),
        ("DELETE", [_, "credentials", _, var key]) => DeleteKey(store, key),
        _ => OktaReply.Error(405, "E0000022", "The endpoint does not support the provided HTTP method"),
    };

    /// <summary>Whether a client proves itself with this secret: an app and a secret that are active.</summary>
    public static bool IsProven(OktaStore store, string? clientId, string? secret) =>
        store.Apps.Exists(a => a.Id == clientId && a.Status == "ACTIVE")
        && store.ClientKeys.Exists(k => k.AppId == clientId && k.IsSecret && k.Text == secret && k.Status == "ACTIVE");

    public OktaClientKeyRow Make(OktaStore store, string appId, bool isSecret = true)
    {
        var row = new OktaClientKeyRow((isSecret ? "ocs" : "pks") + OktaIds.Tail(), appId, isSecret ? OktaIds.Secret() : null, "ACTIVE", state.Now, state.Now);
        store.ClientKeys.Add(row);
        return row;
    }

    private static List<OktaClientKeyRow> Keys(OktaStore store, string appId, string what) =>
        store.ClientKeys.FindAll(k => k.AppId == appId && k.IsSecret == (what == "secrets"));

    private static OktaReply Set(OktaStore store, string id, string status)
    {
        var at = store.Apps.FindIndex(a => a.Id == id);
        store.Apps[at] = store.Apps[at] with { Status = status };
        return OktaReply.Of(new JsonObject());
    }

    private static OktaReply Delete(OktaStore store, string id)
    {
        if (store.Apps.Find(a => a.Id == id)!.Status == "ACTIVE")
            return OktaReply.Error(403, "E0000056", "Delete application forbidden.");
        store.Apps.RemoveAll(a => a.Id == id);
        store.ClientKeys.RemoveAll(k => k.AppId == id);
        return OktaReply.Empty(204);
    }

    private OktaReply Add(OktaStore store, string id) => Keys(store, id, "secrets").Count >= MostSecrets
        ? OktaReply.Invalid("client_secret", "You've reached the maximum number of client secrets per client.")
        : OktaReply.Of(Json(Make(store, id))) with { Status = 201 };

    private OktaReply SetKey(OktaStore store, List<OktaClientKeyRow> all, string key, string status)
    {
        if (status == "INACTIVE" && all.TrueForAll(k => k.Id == key || k.Status != "ACTIVE"))
            return OktaReply.Invalid("status", "Inactivating the last active client secret is not allowed.");
        var at = store.ClientKeys.FindIndex(k => k.Id == key);
        store.ClientKeys[at] = store.ClientKeys[at] with { Status = status, Updated = state.Now };
        return OktaReply.Of(Json(store.ClientKeys[at]));
    }

    private static OktaReply DeleteKey(OktaStore store, string key)
    {
        if (store.ClientKeys.Find(k => k.Id == key)!.Status == "ACTIVE")
            return OktaReply.Invalid("status", "Only an inactive client secret can be deleted.");
        store.ClientKeys.RemoveAll(k => k.Id == key);
        return OktaReply.Empty(204);
    }

    private static JsonObject Json(OktaAppRow app) => new()
    {
        ["id"] = app.Id,
        ["name"] = "oidc_client",
        ["label"] = app.Label,
        ["status"] = app.Status,
        ["created"] = OktaUsersApi.Time(app.Created),
        ["lastUpdated"] = OktaUsersApi.Time(app.Created),
        ["signOnMode"] = "OPENID_CONNECT",
        ["credentials"] = new JsonObject
        {
            ["oauthClient"] = new JsonObject { ["autoKeyRotation"] = true, ["client_id"] = app.Id, ["token_endpoint_auth_method"] = "client_secret_basic" },
        },
        ["settings"] = new JsonObject
        {
            ["oauthClient"] = new JsonObject { ["application_type"] = "service", ["grant_types"] = new JsonArray("client_credentials") },
        },
    };

    private static JsonObject Json(OktaClientKeyRow key)
    {
        var shown = new JsonObject
        {
            ["id"] = key.Id,
            ["status"] = key.Status,
            ["created"] = OktaUsersApi.Time(key.Created),
            ["lastUpdated"] = OktaUsersApi.Time(key.Updated),
        };
        if (key.IsSecret)
            shown["client_secret"] = key.Text;
        else
            (shown["kid"], shown["kty"], shown["e"], shown["n"]) = ("kid-" + key.Id, "RSA", "AQAB", "AJncrKuine49");
        return shown;
    }
}
