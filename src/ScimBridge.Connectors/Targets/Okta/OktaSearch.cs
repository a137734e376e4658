using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Finds users and groups. <c>search</c> knows every attribute and lags behind by seconds or more; <c>filter</c> knows logins and is up
/// to date. What comes back is compared again here: Okta compares without regard to case.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers"/>
/// </summary>
internal sealed class OktaSearch(OktaClient client, string correlationAttribute)
{
    private const int MostPages = 50;

    public string? KeyOf(JsonObject? profile) => Text(profile, correlationAttribute);

    /// <summary>The users that carry the key.</summary>
    public Task<(List<OktaUser>? Found, Outcome? Failure)> UsersByKeyAsync(string key, CancellationToken cancel) =>
        UsersAsync("search", correlationAttribute, key, StringComparison.Ordinal, cancel);

    /// <summary>The users that have this login, as of now.</summary>
    public Task<(List<OktaUser>? Found, Outcome? Failure)> UsersByLoginAsync(string login, CancellationToken cancel) =>
        UsersAsync("filter", "login", login, StringComparison.OrdinalIgnoreCase, cancel);

    /// <summary>The users that have this value, as of a while ago.</summary>
    public Task<(List<OktaUser>? Found, Outcome? Failure)> UsersByAttributeAsync(string attribute, string value, CancellationToken cancel) =>
        UsersAsync("search", attribute, value, StringComparison.OrdinalIgnoreCase, cancel);

    /// <summary>The groups that carry the key.</summary>
    public Task<(List<OktaGroup>? Found, Outcome? Failure)> GroupsByKeyAsync(string key, CancellationToken cancel) =>
        GroupsAsync(correlationAttribute, key, cancel);

    /// <summary>The groups of this name, of whatever type.</summary>
    public Task<(List<OktaGroup>? Found, Outcome? Failure)> GroupsByNameAsync(string name, CancellationToken cancel) => GroupsAsync("name", name, cancel);

    /// <summary>All that a list has, page after page.</summary>
    public async Task<(List<T>? Found, Outcome? Failure)> ListAsync<T>(OktaRoute route, JsonTypeInfo<List<T>> shape, CancellationToken cancel)
    {
        var all = new List<T>();
        for (var page = 0; page < MostPages; page++)
        {
            var reply = await client.SendAsync(HttpMethod.Get, route, default, cancel);
            if (reply.Failure is { } failure)
                return (null, failure);
            if (reply.As(shape) is not { } items)
                return (null, OktaFailures.Unreadable($"GET {route.Name}", reply.Status));
            all.AddRange(items);
            if (reply.Next is null)
                return (all, null);
            route = route.Next(reply.Next);
        }

        return (null, new Outcome.Rejected($"GET {route.Name}: more than {MostPages} pages come back for one question."));
    }

    private async Task<(List<OktaUser>? Found, Outcome? Failure)> UsersAsync(
        string by, string attribute, string value, StringComparison comparison, CancellationToken cancel)
    {
        var query = Uri.EscapeDataString($"profile.{attribute} eq {Quoted(value)}");
        var (all, failure) = await ListAsync(OktaRoute.Users($"{by}={query}&limit=20"), OktaJson.Default.ListOktaUser, cancel);
        return (all?.FindAll(user => string.Equals(Text(user.Profile, attribute), value, comparison)), failure);
    }

    private async Task<(List<OktaGroup>? Found, Outcome? Failure)> GroupsAsync(string attribute, string value, CancellationToken cancel)
    {
        var query = Uri.EscapeDataString($"profile.{attribute} eq {Quoted(value)}");
        var (all, failure) = await ListAsync(OktaRoute.Groups($"search={query}&limit=20"), OktaJson.Default.ListOktaGroup, cancel);
        return (all?.FindAll(group => string.Equals(Text(group.Profile, attribute), value, StringComparison.Ordinal)), failure);
    }

    private static string? Text(JsonObject? profile, string name) =>
        profile?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
