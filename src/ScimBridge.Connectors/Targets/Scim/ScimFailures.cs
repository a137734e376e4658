using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>What a call that did not succeed comes to: by its status (RFC 7644 section 3.12), or by how the connection failed.</summary>
internal static class ScimFailures
{
    private static readonly string[] RequestIdHeaders =
        ["X-Request-Id", "X-Amzn-RequestId", "X-GitHub-Request-Id", "X-Correlation-Id", "Request-Id"];

    /// <summary>Of an answer that is not 2xx.</summary>
    public static Outcome Of(
        string call, int status, JsonObject? error, ReadOnlyMemory<byte> request, HttpResponseHeaders headers, TimeProvider clock)
    {
        var reason = Reason(call, status, error, request, headers);
        return status switch
        {
            401 => new Outcome.Stop($"{reason}. The target refuses the token."),
            403 => new Outcome.Stop($"{reason}. The token may not do this."),
            >= 300 and < 400 => new Outcome.Stop($"{reason}. The target redirects, and redirects are not followed: correct baseUrl."),
            404 or 410 => new Outcome.Gone(),
            429 => new Outcome.Retry(RetryAfter.Of(headers, clock), reason, Untouched: true),
            408 or 425 => new Outcome.Retry(RetryAfter.Of(headers, clock), reason),
            501 => new Outcome.Rejected(reason),
            >= 500 => new Outcome.Retry(RetryAfter.Of(headers, clock), reason),
            _ => new Outcome.Rejected(reason),
        };
    }

    /// <summary>Of a collection that is not there. A target without groups may still take every user.</summary>
    public static Outcome NoCollection(string call, int status, AccountKind kind) => kind == AccountKind.Group
        ? new Outcome.Rejected($"{call}: {status}. The target has no such collection: if it takes no groups, set groups to false.")
        : new Outcome.Stop($"{call}: {status}. There is no SCIM service at baseUrl.");

    private static string Reason(string call, int status, JsonObject? error, ReadOnlyMemory<byte> request, HttpResponseHeaders headers)
    {
        var type = ScimJson.Text(error, "scimType");
        var detail = ScimJson.Text(error, "detail");
        var requestId = RequestIdHeaders.Select(name => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null)
            .FirstOrDefault(value => value is not null);
        return $"{call}: {status}"
            + (type is null ? "" : $" {ScimComplaint.Of(type, request)}")
            + (detail is null ? "" : $", {ScimComplaint.Of(detail, request)}")
            + (requestId is null ? "" : $" (request {ScimComplaint.Of(requestId, request)})");
    }
}
