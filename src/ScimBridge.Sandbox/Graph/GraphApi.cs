using System.Text.Json;
using System.Text.Json.Serialization;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Graph;

/// <summary>What tests and people do to a tenant beside calling Graph: look, break, mend, reset, sign somebody in. Open to this machine.</summary>
internal static class GraphApi
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static void Map(WebApplication app, Dictionary<string, GraphState> tenants)
    {
        Add("GET", "calls", (http, tenant) => WriteAsync(http, 200, tenant.Calls));
        Add("GET", "state", (http, tenant) => TextAsync(http, 200, tenant.StateJson()));
        Add("GET", "faults", (http, tenant) => WriteAsync(http, 200, tenant.Faults.Rules));
        Add("POST", "faults", AddFaultAsync);
        Add("DELETE", "faults", (http, tenant) =>
        {
            tenant.Faults.Clear();
            return WriteAsync(http, 200, tenant.Faults.Rules);
        });
        Add("POST", "sessions", SignInAsync);
        Add("POST", "reset", (http, tenant) =>
        {
            tenant.Reset();
            return WriteAsync(http, 200, new { reset = tenant.Name });
        });

        void Add(string method, string what, Func<HttpContext, GraphState, Task> handle) =>
            app.MapMethods($"/sandbox/tenants/{{name}}/{what}", [method], (RequestDelegate)(http =>
                tenants.TryGetValue((string)http.GetRouteValue("name")!, out var tenant) ? handle(http, tenant) : SandboxApi.NoSuchTargetAsync(http)));
    }

    private static Task SignInAsync(HttpContext http, GraphState tenant)
    {
        var userId = http.Request.Query["userId"].ToString();
        return tenant.Property(userId, "userPrincipalName") is null
            ? WriteAsync(http, 404, new { error = $"No user {userId}." })
            : WriteAsync(http, 200, new { refreshToken = tenant.SignIn(userId) });
    }

    private static async Task AddFaultAsync(HttpContext http, GraphState tenant)
    {
        try
        {
            var rule = await JsonSerializer.DeserializeAsync<FaultRule>(http.Request.Body, Json);
            if (rule?.Fault() is { } fault)
            {
                await WriteAsync(http, 400, new { error = fault });
                return;
            }

            tenant.Faults.Add(rule!);
            await WriteAsync(http, 200, tenant.Faults.Rules);
        }
        catch (JsonException e)
        {
            await WriteAsync(http, 400, new { error = e.Message });
        }
    }

    private static Task WriteAsync<T>(HttpContext http, int status, T body) => TextAsync(http, status, JsonSerializer.Serialize(body, Json));

    private static Task TextAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }
}
