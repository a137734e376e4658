using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Sandbox;

/// <summary>What tests and people do to a target beside SCIM: look, break, mend, reset. Open to this machine, no token.</summary>
internal static class SandboxApi
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static void Map(WebApplication app, Dictionary<string, ScimTargetState> targets)
    {
        Add("GET", "calls", (http, target) => WriteAsync(http, 200, target.Calls));
        Add("GET", "state", (http, target) => TextAsync(http, 200, target.StateJson()));
        Add("GET", "users", FindUserAsync);
        Add("POST", "sessions", (http, target) => GiveAsync(http, "session", target.SignIn));
        Add("POST", "personal-tokens", (http, target) => GiveAsync(http, "personalToken", target.AddPersonalToken));
        Add("GET", "held", (http, target) => WriteAsync(http, 200, target.TokensOf(http.Request.Query["userName"].ToString())));
        Add("GET", "faults", (http, target) => WriteAsync(http, 200, target.Faults.Rules));
        Add("POST", "faults", (http, target) => AddFaultsAsync(http, target.Faults));
        Add("DELETE", "faults", (http, target) =>
        {
            target.Faults.Clear();
            return WriteAsync(http, 200, target.Faults.Rules);
        });
        Add("GET", "settings", (http, target) => WriteAsync(http, 200, target.Settings));
        Add("PUT", "settings", ChangeSettingsAsync);
        Add("POST", "reset", (http, target) =>
        {
            target.Reset();
            return WriteAsync(http, 200, new { reset = target.Name });
        });

        void Add(string method, string what, Func<HttpContext, ScimTargetState, Task> handle) =>
            app.MapMethods($"/sandbox/targets/{{name}}/{what}", [method], (RequestDelegate)(http =>
                targets.TryGetValue((string)http.GetRouteValue("name")!, out var target) ? handle(http, target) : NoSuchTargetAsync(http)));
    }

    public static Task NoSuchTargetAsync(HttpContext http) =>
        WriteAsync(http, 404, new { error = $"The sandbox has no target {http.GetRouteValue("name")}." });

    public static Task WriteAsync<T>(HttpContext http, int status, T body) =>
        TextAsync(http, status, JsonSerializer.Serialize(body, Json));

    public static Task TextAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }

    /// <summary>Somebody who may signs in, or makes a token: <c>?userName=</c>.</summary>
    private static Task GiveAsync(HttpContext http, string what, Func<string, string?> give) =>
        give(http.Request.Query["userName"].ToString()) is { } token
            ? WriteAsync(http, 200, new Dictionary<string, string> { [what] = token })
            : WriteAsync(http, 403, new { error = "There is no such account, or it is disabled." });

    private static Task FindUserAsync(HttpContext http, ScimTargetState target)
    {
        var userName = http.Request.Query["userName"].FirstOrDefault();
        if (userName is null)
            return WriteAsync(http, 400, new { error = "Say which: ?userName=" });
        return target.FindUser(userName) is { } user
            ? WriteAsync(http, 200, new
            {
                user.Id,
                user.UserName,
                user.ExternalId,
                user.Active,
                user.Version,
                user.LastModified,
                user.Groups,
                Resource = JsonNode.Parse(user.Json),
            })
            : WriteAsync(http, 404, new { error = $"No user {userName}." });
    }

    /// <summary>One rule or an array of rules; all of them or none.</summary>
    public static async Task AddFaultsAsync(HttpContext http, FaultScript faults)
    {
        try
        {
            var json = await JsonNode.ParseAsync(http.Request.Body);
            var rules = json is JsonArray array
                ? array.Deserialize<List<FaultRule?>>(Json)!
                : [json.Deserialize<FaultRule>(Json)];
            var fault = rules.Select(rule => rule is null ? "A rule is an object." : rule.Fault()).FirstOrDefault(text => text is not null);
            if (fault is not null)
            {
                await WriteAsync(http, 400, new { error = fault });
                return;
            }

            foreach (var rule in rules)
                faults.Add(rule!);
            await WriteAsync(http, 200, faults.Rules);
        }
        catch (JsonException e)
        {
            await WriteAsync(http, 400, new { error = e.Message });
        }
    }

    /// <summary>What is not named goes back to its default.</summary>
    private static async Task ChangeSettingsAsync(HttpContext http, ScimTargetState target)
    {
        try
        {
            var settings = await JsonSerializer.DeserializeAsync<ScimTargetSettings>(http.Request.Body, Json);
            if (settings is null || settings.Fault() is not null)
            {
                await WriteAsync(http, 400, new { error = settings?.Fault() ?? "Settings are an object." });
                return;
            }

            target.Settings = settings;
            await WriteAsync(http, 200, settings);
        }
        catch (JsonException e)
        {
            await WriteAsync(http, 400, new { error = e.Message });
        }
    }
}
