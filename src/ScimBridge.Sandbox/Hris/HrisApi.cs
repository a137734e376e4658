using System.Text.Json;
using System.Text.Json.Serialization;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Hris;

/// <summary>What tests and people do to an HR system beside reading it: put, alter and remove records, break, mend, reset. Open to this machine.</summary>
internal static class HrisApi
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static void Map(WebApplication app, Dictionary<string, HrisState> sources)
    {
        Add("GET", "calls", (http, source) => WriteAsync(http, 200, source.Calls));
        Add("GET", "workers", (http, source) => WriteAsync(http, 200, source.Workers().ToDictionary(worker => worker.Key, worker => worker.Content)));
        Add("PUT", "workers/{key}", PutAsync);
        Add("DELETE", "workers/{key}", (http, source) => WriteAsync(http, source.Remove(Key(http)) ? 200 : 404, new { removed = Key(http) }));
        Add("GET", "faults", (http, source) => WriteAsync(http, 200, source.Faults.Rules));
        Add("POST", "faults", AddFaultAsync);
        Add("DELETE", "faults", (http, source) =>
        {
            source.Faults.Clear();
            return WriteAsync(http, 200, source.Faults.Rules);
        });
        Add("GET", "settings", (http, source) => WriteAsync(http, 200, source.Settings));
        Add("PUT", "settings", ChangeSettingsAsync);
        Add("POST", "reset", (http, source) =>
        {
            source.Reset();
            return WriteAsync(http, 200, new { reset = source.Name });
        });

        void Add(string method, string what, Func<HttpContext, HrisState, Task> handle) =>
            app.MapMethods($"/sandbox/sources/{{name}}/{what}", [method], (RequestDelegate)(http =>
                sources.TryGetValue((string)http.GetRouteValue("name")!, out var source) ? handle(http, source) : NoSuchSourceAsync(http)));
    }

    public static Task NoSuchSourceAsync(HttpContext http) =>
        WriteAsync(http, 404, new { error = $"The sandbox has no source {http.GetRouteValue("name")}." });

    private static string Key(HttpContext http) => (string)http.GetRouteValue("key")!;

    private static async Task PutAsync(HttpContext http, HrisState source)
    {
        using var reader = new StreamReader(http.Request.Body);
        try
        {
            source.Put(Key(http), await reader.ReadToEndAsync());
            await WriteAsync(http, 200, new { put = Key(http) });
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            await WriteAsync(http, 400, new { error = e.Message });
        }
    }

    private static async Task AddFaultAsync(HttpContext http, HrisState source)
    {
        try
        {
            var rule = await JsonSerializer.DeserializeAsync<FaultRule>(http.Request.Body, Json);
            source.Faults.Add(rule!);
            await WriteAsync(http, 200, source.Faults.Rules);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            await WriteAsync(http, 400, new { error = e.Message });
        }
    }

    /// <summary>What is not named goes back to its default.</summary>
    private static async Task ChangeSettingsAsync(HttpContext http, HrisState source)
    {
        try
        {
            source.Settings = await JsonSerializer.DeserializeAsync<HrisSettings>(http.Request.Body, Json) ?? new();
            await WriteAsync(http, 200, source.Settings);
        }
        catch (JsonException e)
        {
            await WriteAsync(http, 400, new { error = e.Message });
        }
    }

    private static Task WriteAsync<T>(HttpContext http, int status, T body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(JsonSerializer.Serialize(body, Json));
    }
}
