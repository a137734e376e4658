namespace ScimBridge.Sandbox.Okta;

/// <summary>
/// What people do at an org, and what they are given there beside their accounts: tests and demos sign them in here, and use what they
/// got over HTTP as an application would.
/// </summary>
public sealed class OktaPeople
{
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(2);

    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(90);

    private static readonly TimeSpan AccessLife = TimeSpan.FromHours(1);

    private readonly OktaState _state;

    internal OktaPeople(OktaState state) => _state = state;

    /// <summary>A user signs in and opens an application; null where the account may not.</summary>
    /// <param name="userId">Who.</param>
    /// <param name="clientId">The application.</param>
    public OktaSignIn? SignIn(string userId, string clientId = "0oaportal00000000001") => _state.Do(store =>
    {
        var may = MaySignIn(store, userId);
        Log(store, userId, "user.session.start", app: null, may);
        if (!may)
            return null;
        var now = _state.Now;
        var session = new OktaSessionRow("102" + OktaIds.Tail(), userId, now, now + SessionLife);
        var refresh = new OktaTokenRow("oar" + OktaIds.Tail(), OktaIds.Secret(), IsRefresh: true, userId, clientId, now, now + RefreshLife);
        store.Held.Sessions.Add(session);
        store.Held.Tokens.Add(refresh);
        store.Held.Remembered.Add(userId);
        return new OktaSignIn(session.Id, refresh.Text, Issue(store, userId, clientId).Text);
    });

    /// <summary>A user makes an API token; what is sent behind <c>SSWS</c>.</summary>
    public string AddApiToken(string userId, string name = "script") => MakeApiToken(userId, name).Token;

    /// <summary>The same, with the id of the token.</summary>
    public (string TokenId, string Token) MakeApiToken(string userId, string name) => _state.Do(store =>
    {
        var token = new OktaApiTokenRow("00T" + OktaIds.Tail(), "00" + OktaIds.Secret(), name, userId, _state.Now);
        store.Held.ApiTokens.Add(token);
        Log(store, userId, "system.api_token.create", app: null, succeeded: true);
        return (token.Id, token.Text);
    });

    /// <summary>A user lets an application act for them; the id of the grant.</summary>
    public string Consent(string userId, string scopeId = "offline_access", string clientId = "0oaportal00000000001") => _state.Do(store =>
    {
        var grant = new OktaGrantRow("oag" + OktaIds.Tail(), userId, clientId, scopeId, _state.Now);
        store.Held.Grants.Add(grant);
        return grant.Id;
    });

    /// <summary>An administrator gives a user a role; the id of the assignment.</summary>
    /// <param name="userId">Whom.</param>
    /// <param name="type">Which, such as <c>HELP_DESK_ADMIN</c>.</param>
    /// <param name="throughGroup">The role comes with a group and not to the user.</param>
    public string AssignRole(string userId, string type = "HELP_DESK_ADMIN", bool throughGroup = false) => _state.Do(store =>
    {
        var role = new OktaRoleRow("irb" + OktaIds.Tail(), userId, type, throughGroup ? "GROUP" : "USER", _state.Now);
        store.Held.Roles.Add(role);
        return role.Id;
    });

    /// <summary>A user enrolls a factor; its id.</summary>
    public string Enroll(string userId, string factorType = "push") => _state.Do(store =>
    {
        var factor = new OktaFactorRow("opf" + OktaIds.Tail(), userId, factorType, _state.Now);
        store.Held.Factors.Add(factor);
        return factor.Id;
    });

    /// <summary>What a user holds, as JSON: kinds, ids and nothing that one could sign in with.</summary>
    public string Held(string userId) => _state.Do(store =>
    {
        var all = store.Held.Json();
        all.RemoveAll(item => (string?)item!["userId"] != userId);
        return all.ToJsonString();
    });

    /// <summary>Whether an account is one that may be signed in with now.</summary>
    internal static bool MaySignIn(OktaStore store, string userId) =>
        store.Users.TryGetValue(userId, out var user) && user is { ReadsLeft: null, Status: "ACTIVE" or "PASSWORD_EXPIRED" or "RECOVERY" or "PROVISIONED" };

    /// <summary>An access token for an application.</summary>
    internal OktaTokenRow Issue(OktaStore store, string userId, string clientId)
    {
        var token = new OktaTokenRow("oat" + OktaIds.Tail(), OktaIds.Secret(), IsRefresh: false, userId, clientId, _state.Now, _state.Now + AccessLife);
        store.Held.Tokens.Add(token);
        Log(store, userId, "app.oauth2.token.grant.access_token", clientId, succeeded: true);
        return token;
    }

    internal void Log(OktaStore store, string userId, string eventType, string? app, bool succeeded) =>
        store.Held.Log.Add(new OktaLogRow(Guid.NewGuid().ToString(), _state.Now, userId, eventType, app, succeeded ? "SUCCESS" : "FAILURE"));
}
