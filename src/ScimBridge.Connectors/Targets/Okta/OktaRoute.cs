namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>Where a call goes.</summary>
/// <param name="Name">Without anybody's id: what messages say, and what rate limits are told apart by.</param>
/// <param name="Path">Below <c>/api/v1/</c>.</param>
internal readonly record struct OktaRoute(string Name, string Path)
{
    /// <summary>It names no single object: what is refused here is refused for everybody.</summary>
    public bool IsCollection => !Name.Contains('{', StringComparison.Ordinal);

    public static OktaRoute Users(string query) => new("users", $"users?{query}");

    public static OktaRoute User(string id, string query = "") => new("users/{id}", $"users/{Escaped(id)}{query}");

    public static OktaRoute Lifecycle(string id, string verb, string query = "") =>
        new($"users/{{id}}/lifecycle/{verb}", $"users/{Escaped(id)}/lifecycle/{verb}{query}");

    public static OktaRoute LinkedObject(string id, string relationship, string? primaryId = null) => new(
        "users/{id}/linkedObjects",
        $"users/{Escaped(id)}/linkedObjects/{relationship}{(primaryId is null ? "" : $"/{Escaped(primaryId)}")}");

    public static OktaRoute Groups(string query = "") => new("groups", query.Length == 0 ? "groups" : $"groups?{query}");

    public static OktaRoute Group(string id) => new("groups/{id}", $"groups/{Escaped(id)}");

    public static OktaRoute Member(string group, string user) => new("groups/{id}/users/{id}", $"groups/{Escaped(group)}/users/{Escaped(user)}");

    public static OktaRoute Members(string group, string query) => new("groups/{id}/users", $"groups/{Escaped(group)}/users?{query}");

    public static OktaRoute Rules() => new("groups/rules", "groups/rules?limit=200");

    /// <summary>What a user holds of a kind: <c>sessions</c>, <c>clients</c>, <c>grants</c>, <c>roles</c>, <c>factors</c>, <c>groups</c>.</summary>
    public static OktaRoute Held(string id, string what, string query = "") => new($"users/{{id}}/{what}", $"users/{Escaped(id)}/{what}{query}");

    public static OktaRoute HeldOne(string id, string what, string one) =>
        new($"users/{{id}}/{what}/{{id}}", $"users/{Escaped(id)}/{what}/{Escaped(one)}");

    public static OktaRoute TokensOfClient(string id, string clientId, string query = "") =>
        new("users/{id}/clients/{id}/tokens", $"users/{Escaped(id)}/clients/{Escaped(clientId)}/tokens{query}");

    public static OktaRoute ApiTokens() => new("api-tokens", "api-tokens");

    public static OktaRoute ApiToken(string id) => new("api-tokens/{id}", $"api-tokens/{Escaped(id)}");

    public static OktaRoute Apps() => new("apps", "apps?limit=100");

    public static OktaRoute App(string id) => new("apps/{id}", $"apps/{Escaped(id)}");

    public static OktaRoute AppLifecycle(string id, string verb) => new($"apps/{{id}}/lifecycle/{verb}", $"apps/{Escaped(id)}/lifecycle/{verb}");

    /// <summary>What a client proves itself with: <c>secrets</c> or <c>jwks</c>.</summary>
    public static OktaRoute ClientKeys(string id, string what) => new($"apps/{{id}}/credentials/{what}", $"apps/{Escaped(id)}/credentials/{what}");

    public static OktaRoute ClientKey(string id, string what, string key) =>
        new($"apps/{{id}}/credentials/{what}/{{id}}", $"apps/{Escaped(id)}/credentials/{what}/{Escaped(key)}");

    public static OktaRoute ClientKeyLifecycle(string id, string what, string key, string verb) =>
        new($"apps/{{id}}/credentials/{what}/{{id}}/lifecycle/{verb}", $"apps/{Escaped(id)}/credentials/{what}/{Escaped(key)}/lifecycle/{verb}");

    public static OktaRoute Logs(string query) => new("logs", $"logs?{query}");

    /// <summary>
    /// The next page of this one. Of the link only the query is taken: whatever host it names, the credential goes where it went.
    /// </summary>
    public OktaRoute Next(string link) =>
        this with { Path = Path.Split('?')[0] + (Uri.TryCreate(link, UriKind.Absolute, out var uri) ? uri.Query : "") };

    private static string Escaped(string id) => Uri.EscapeDataString(id);
}
