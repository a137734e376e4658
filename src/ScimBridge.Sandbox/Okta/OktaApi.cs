namespace ScimBridge.Sandbox.Okta;

/// <summary>
/// What tests and people do to an org beside calling Okta: look, break, mend, reset, sign somebody in and see what they hold. Open to this
/// machine, no token.
/// </summary>
internal static class OktaApi
{
    public static void Map(WebApplication app, Dictionary<string, OktaState> orgs)
    {
        Add("GET", "calls", (http, org) => SandboxApi.WriteAsync(http, 200, org.Calls));
        Add("GET", "state", (http, org) => SandboxApi.TextAsync(http, 200, org.StateJson()));
        Add("GET", "faults", (http, org) => SandboxApi.WriteAsync(http, 200, org.Faults.Rules));
        Add("POST", "faults", (http, org) => SandboxApi.AddFaultsAsync(http, org.Faults));
        Add("DELETE", "faults", (http, org) =>
        {
            org.Faults.Clear();
            return SandboxApi.WriteAsync(http, 200, org.Faults.Rules);
        });
        Add("GET", "held", Of((http, org, user) => SandboxApi.TextAsync(http, 200, org.People.Held(user))));
        Add("POST", "sessions", Of((http, org, user) => org.People.SignIn(user) is { } signIn
            ? SandboxApi.WriteAsync(http, 200, signIn)
            : SandboxApi.WriteAsync(http, 403, new { error = "This account may not sign in." })));
        Add("POST", "api-tokens", Of((http, org, user) => SandboxApi.WriteAsync(http, 200, new { apiToken = org.People.AddApiToken(user) })));
        Add("POST", "reset", (http, org) =>
        {
            org.Reset();
            return SandboxApi.WriteAsync(http, 200, new { reset = org.Name });
        });

        void Add(string method, string what, Func<HttpContext, OktaState, Task> handle) =>
            app.MapMethods($"/sandbox/orgs/{{name}}/{what}", [method], (RequestDelegate)(http =>
                orgs.TryGetValue((string)http.GetRouteValue("name")!, out var org) ? handle(http, org) : SandboxApi.NoSuchTargetAsync(http)));
    }

    /// <summary>What is asked of one user: <c>?userId=</c>.</summary>
    private static Func<HttpContext, OktaState, Task> Of(Func<HttpContext, OktaState, string, Task> handle) => (http, org) =>
    {
        var userId = http.Request.Query["userId"].ToString();
        return org.User(userId) is null ? SandboxApi.WriteAsync(http, 404, new { error = $"No user {userId}." }) : handle(http, org, userId);
    };
}
