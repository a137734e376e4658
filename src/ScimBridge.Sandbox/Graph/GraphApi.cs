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
        Add("POST", "sessions", SignInAsync);
        Add("POST", "reset", (http, tenant) =>
        {
            tenant.Reset();
            return SandboxApi.WriteAsync(http, 200, new { reset = tenant.Name });
        });

        void Add(string method, string what, Func<HttpContext, GraphState, Task> handle) =>
            app.MapMethods($"/sandbox/tenants/{{name}}/{what}", [method], (RequestDelegate)(http =>
                tenants.TryGetValue((string)http.GetRouteValue("name")!, out var tenant) ? handle(http, tenant) : SandboxApi.NoSuchTargetAsync(http)));
    }

    private static Task SignInAsync(HttpContext http, GraphState tenant)
    {
        var userId = http.Request.Query["userId"].ToString();
        return tenant.Property(userId, "userPrincipalName") is null
            ? SandboxApi.WriteAsync(http, 404, new { error = $"No user {userId}." })
            : SandboxApi.WriteAsync(http, 200, new { refreshToken = tenant.SignIn(userId) });
    }
}
