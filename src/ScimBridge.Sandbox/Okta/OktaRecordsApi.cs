using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>
/// What the org keeps of everybody together: API tokens, and the system log.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApiToken/"/>,
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/"/>
/// </summary>
internal sealed class OktaRecordsApi(OktaState state)
{
    public OktaReply Answer(OktaRequest request, OktaStore store) => (request.Method, request.Segments[2..]) switch
    {
        ("GET", ["logs"]) => Log(request, store.Held),
        ("GET", ["api-tokens"]) => OktaReply.Of(new JsonArray([.. store.Held.ApiTokens.Select(t => (JsonNode)ApiToken(t))])),
        ("GET", ["api-tokens", var id]) => store.Held.ApiTokens.Find(t => t.Id == id) is { } token ? OktaReply.Of(ApiToken(token)) : OktaReply.NotFound(id, "ApiToken"),
        ("DELETE", ["api-tokens", var id]) => store.Held.ApiTokens.RemoveAll(t => t.Id == id) > 0 ? OktaReply.Empty(204) : OktaReply.NotFound(id, "ApiToken"),
        _ => OktaReply.Error(405, "E0000022", "The endpoint does not support the provided HTTP method"),
    };

    private static JsonObject ApiToken(OktaApiTokenRow token) => new()
    {
        ["id"] = token.Id,
        ["name"] = token.Name,
        ["userId"] = token.UserId,
        ["clientName"] = "Okta API",
        ["tokenWindow"] = "P30D",
        ["created"] = OktaUsersApi.Time(token.Created),
        ["lastUpdated"] = OktaUsersApi.Time(token.Created),
        ["expiresAt"] = OktaUsersApi.Time((token.Used ?? token.Created).AddDays(30)),
    };

    private static JsonObject Entry(OktaLogRow row)
    {
        var entry = new JsonObject
        {
            ["uuid"] = row.Id,
            ["published"] = OktaUsersApi.Time(row.At),
            ["eventType"] = row.EventType,
            ["version"] = "0",
            ["severity"] = "INFO",
            ["actor"] = new JsonObject { ["id"] = row.ActorId, ["type"] = "User" },
            ["outcome"] = new JsonObject { ["result"] = row.Result },
        };
        if (row.App is not null)
            entry["target"] = new JsonArray(new JsonObject { ["id"] = row.App, ["type"] = "PublicClientApp", ["displayName"] = "Portal" });
        return entry;
    }

    private OktaReply Log(OktaRequest request, OktaHoldings held)
    {
        var (since, until) = (Time(request.Parameter("since")) ?? state.Now.AddDays(-7), Time(request.Parameter("until")) ?? DateTimeOffset.MaxValue);
        Func<Func<string, string?>, bool>? matches = _ => true;
        if (request.Parameter("filter") is { } filter)
            matches = OktaFilter.Parse(filter, isSearch: true);
        if (matches is null)
            return OktaReply.Error(400, "E0000053", "Invalid filter");
        var found = held.Log.Where(row => row.At >= since && row.At < until && matches(path => Value(row, path))).OrderBy(row => row.At);
        return state.Page(request, request.Parameter("sortOrder") == "DESCENDING" ? found.Reverse() : found, Entry);
    }

    private static string? Value(OktaLogRow row, string path) => path switch
    {
        "actor.id" => row.ActorId,
        "eventType" => row.EventType,
        "outcome.result" => row.Result,
        _ => null,
    };

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
