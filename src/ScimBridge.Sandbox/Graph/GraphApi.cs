namespace ScimBridge.Sandbox.Graph;

/// <summary>What tests and people do to a tenant beside calling Graph: look, break, mend, reset, sign somebody in. Open to this machine.</summary>
internal static class GraphApi
{
    public static void Map(WebApplication app, Dictionary<string, GraphState> tenants)
    {
        Add("GET", "calls", (http, tenant) => SandboxApi.WriteAsync(http, 200, tenant.Calls));
        Add("GET", "state", (http, tenant) => SandboxApi.TextAsync(http, 200, tenant.StateJson()));
        Add("GET", "faults", (http, tenant) => SandboxApi.WriteAsync(http, 200, tenant.Faults.Rules));
        Add("POST", "faults", (http, tenant) => SandboxApi.AddFaultsAsync(http, tenant.Faults));
        Add("DELETE", "faults", (http, tenant) =>
        {
            tenant.Faults.Clear();
            return SandboxApi.WriteAsync(http, 200, tenant.Faults.Rules);
        });
        Add("GET", "held", Of((http, tenant, user) => SandboxApi.TextAsync(http, 200, tenant.People.Held(user))));
        Add("POST", "sessions", Of((http, tenant, user) => tenant.People.SignIn(user) is { } token
            ? SandboxApi.WriteAsync(http, 200, new { refreshToken = token })
            : SandboxApi.WriteAsync(http, 403, new { error = "This account may not sign in." })));
        Add("POST", "reset", (http, tenant) =>
        {
            tenant.Reset();
            return SandboxApi.WriteAsync(http, 200, new { reset = tenant.Name });
        });

        void Add(string method, string what, Func<HttpContext, GraphState, Task> handle) =>
            app.MapMethods($"/sandbox/tenants/{{name}}/{what}", [method], (RequestDelegate)(http =>
                tenants.TryGetValue((string)http.GetRouteValue("name")!, out var tenant) ? handle(http, tenant) : SandboxApi.NoSuchTargetAsync(http)));
    }

    /// <summary>What is asked of one user: <c>?userId=</c>.</summary>
    private static Func<HttpContext, GraphState, Task> Of(Func<HttpContext, GraphState, string, Task> handle) => (http, tenant) =>
    {
        var userId = http.Request.Query["userId"].ToString();
        return tenant.Property(userId, "userPrincipalName") is null
            ? SandboxApi.WriteAsync(http, 404, new { error = $"No user {userId}." })
            : handle(http, tenant, userId);
    };
}
