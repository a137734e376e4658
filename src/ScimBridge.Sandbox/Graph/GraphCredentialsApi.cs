using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>A client secret of an application; the tenant keeps it beside what it shows of it.</summary>
internal sealed record GraphSecretRow(string KeyId, string ApplicationId, string Text)
{
    /// <summary>Since when it is removed, and only good where the news has not come to yet; null while it is good.</summary>
    public DateTimeOffset? Removed { get; init; }

    /// <summary>When it was last used; null where it never was.</summary>
    public DateTimeOffset? Used { get; init; }
}

/// <summary>
/// The client secrets of applications: made, removed, and used at the token endpoint.
/// <see href="https://learn.microsoft.com/en-us/graph/api/application-addpassword"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/application-removepassword"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/reportroot-list-appcredentialsigninactivities"/>
/// </summary>
internal sealed class GraphCredentialsApi(GraphState state)
{
    /// <summary>Makes a secret; the answer is the only one that shows it.</summary>
    public GraphReply Add(GraphRequest request, GraphStore store, GraphRow row)
    {
        var wanted = request.Object()?["passwordCredential"] as JsonObject ?? [];
        if (wanted.FirstOrDefault(p => p.Key is not ("displayName" or "startDateTime" or "endDateTime")).Key is { } unknown)
            return GraphReply.Bad($"Property '{unknown}' cannot be set on type 'microsoft.graph.passwordCredential'.");
        var (credential, secret) = Make(store, row, (string?)wanted["displayName"], Time(wanted["endDateTime"]) ?? state.Now.AddYears(2));
        var shown = (JsonObject)credential.DeepClone();
        shown["secretText"] = secret.Text;
        return GraphReply.Of(shown);
    }

    /// <summary>Makes a secret, as an administrator would at the portal.</summary>
    public (JsonObject Credential, GraphSecretRow Secret) Make(GraphStore store, GraphRow row, string? name, DateTimeOffset ends)
    {
        var text = "Q~" + Convert.ToHexString(RandomNumberGenerator.GetBytes(19));
        var credential = new JsonObject
        {
            ["customKeyIdentifier"] = null,
            ["displayName"] = name,
            ["endDateTime"] = Text(ends),
            ["hint"] = text[..3],
            ["keyId"] = Guid.NewGuid().ToString(),
            ["secretText"] = null,
            ["startDateTime"] = Text(state.Now),
        };
        var secret = new GraphSecretRow((string)credential["keyId"]!, row.Id, text);
        store.Secrets.Add(secret);
        var properties = (JsonObject)row.Properties.DeepClone();
        if (properties["passwordCredentials"] is not JsonArray all)
            properties["passwordCredentials"] = all = [];
        all.Add(credential.DeepClone());
        state.Put(store, row with { Properties = properties });
        return (credential, secret);
    }

    public GraphReply Remove(GraphRequest request, GraphStore store, GraphRow row)
    {
        var keyId = request.Object()?["keyId"]?.ToString();
        var properties = (JsonObject)row.Properties.DeepClone();
        if ((properties["passwordCredentials"] as JsonArray)?.FirstOrDefault(c => c!["keyId"]?.ToString() == keyId) is not { } credential)
            return GraphReply.Bad("No password credential found with keyId.");
        properties["passwordCredentials"]!.AsArray().Remove(credential);
        state.Put(store, row with { Properties = properties });
        Change(store, s => s.KeyId == keyId, s => s with { Removed = state.Now });
        return GraphReply.Empty;
    }

    /// <summary>
    /// What an application with this client id proves with this secret: whether the tenant knows the application, whether it may ask for
    /// tokens, and whether the secret is one of its own that has not run out. A use is noted.
    /// </summary>
    public (bool IsKnown, bool IsEnabled, bool IsProven) Use(GraphStore store, string clientId, string secret)
    {
        if (store.Of("application").FirstOrDefault(a => Same(a.Text("appId"), clientId)) is not { } application)
            return default;
        var isEnabled = store.Of("servicePrincipal").Where(p => Same(p.Text("appId"), clientId))
            .All(p => p.Properties["accountEnabled"] is not JsonValue value || value.GetValue<bool>());
        var lingers = TimeSpan.FromSeconds(state.Settings.SecretLingerSeconds);
        var row = store.Secrets.Find(s => s.ApplicationId == application.Id && s.Text == secret && (s.Removed is null || state.Now < s.Removed + lingers));
        if (row is null || (row.Removed is null && Ends(application, row.KeyId) <= state.Now))
            return (true, isEnabled, false);
        if (isEnabled)
            Change(store, s => s == row, s => s with { Used = state.Now });
        return (true, isEnabled, true);
    }

    /// <summary>When each secret of an application was last used.</summary>
    public GraphReply Activities(GraphRequest request, GraphStore store)
    {
        var filter = request.Query.GetValueOrDefault("$filter");
        var appId = filter?.StartsWith("appId eq '", StringComparison.Ordinal) == true ? filter["appId eq '".Length..^1] : null;
        if (filter is not null && appId is null)
            return GraphReply.Error(400, "BadRequest", "Invalid filter clause.");
        return state.Page(request, [.. store.Secrets.Where(s => s.Used is not null && store.Objects.ContainsKey(s.ApplicationId))
            .Select(s => (Secret: s, AppId: store.Objects[s.ApplicationId].Text("appId")))
            .Where(s => appId is null || Same(s.AppId, appId))
            .Select(s => new JsonObject
            {
                ["id"] = s.Secret.KeyId,
                ["keyId"] = s.Secret.KeyId,
                ["keyType"] = "clientSecret",
                ["keyUsage"] = "sign",
                ["appId"] = s.AppId,
                ["appObjectId"] = s.Secret.ApplicationId,
                ["credentialOrigin"] = "application",
                ["signInActivity"] = new JsonObject { ["lastSignInDateTime"] = Text(s.Secret.Used!.Value) },
            })]);
    }

    private static DateTimeOffset? Ends(GraphRow application, string keyId) => Time(
        (application.Properties["passwordCredentials"] as JsonArray)?.FirstOrDefault(c => c!["keyId"]?.ToString() == keyId)?["endDateTime"]);

    private static void Change(GraphStore store, Predicate<GraphSecretRow> which, Func<GraphSecretRow, GraphSecretRow> change)
    {
        if (store.Secrets.FindIndex(which) is >= 0 and var at)
            store.Secrets[at] = change(store.Secrets[at]);
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static DateTimeOffset? Time(JsonNode? text) =>
        DateTimeOffset.TryParse(text?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
