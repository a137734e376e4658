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
        var type = ScimJson.Text(error, "scimType") is { } word ? ScimComplaint.Of(word, request) : null;
        var detail = Sentence(error) is { } sentence ? ScimComplaint.Of(sentence, request) : null;
        var requestId = RequestId(headers, request);
        var reason = $"{call}: {status}"
            + (type is null ? "" : $" {type}")
            + (detail is null ? "" : $", {detail}")
            + (requestId is null ? "" : $" (request {requestId})");
        Outcome outcome = status switch
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
        var (meaning, advice) = Explained(status, type);
        return outcome with { Failure = new CallFailure(call, status, type, requestId, detail is null ? meaning : $"{meaning} It says: {detail}", advice) };
    }

    /// <summary>Of a collection that is not there. A target without groups may still take every user.</summary>
    public static Outcome NoCollection(string call, int status, AccountKind kind) => kind == AccountKind.Group
        ? new Outcome.Rejected($"{call}: {status}. The target has no such collection: if it takes no groups, set groups to false.")
        : new Outcome.Stop($"{call}: {status}. There is no SCIM service at baseUrl.");

    /// <summary>What an error says in a sentence: its detail, or the description of version 1.1. It may repeat personal data.</summary>
    public static string? Sentence(JsonObject? error)
    {
        var old = ScimJson.Get(error, "Errors") is JsonArray list ? list.FirstOrDefault() : ScimJson.Get(error, "Errors");
        return ScimJson.Text(error, "detail") ?? ScimJson.Text(old as JsonObject, "description");
    }

    /// <summary>Of what the target does not take, as the configuration or its dialect says: refused before anything is called.</summary>
    public static Outcome Uncalled(string call, string meaning, string advice) => new Outcome.Rejected($"{call}: not called. {meaning}")
    {
        Failure = new CallFailure(call, 0, null, null, meaning, advice),
    };

    /// <summary>Of groups at a target that has none.</summary>
    public static Outcome NoGroups(string call) => Uncalled(
        call, "The target says that it has no groups.", "Set groups to false, or to true if that is wrong.");

    private static (string Meaning, string Advice) Explained(int status, string? type) => (status, type) switch
    {
        (401, _) => ("The target refuses the token.", "Give the target a token that is valid."),
        (403, _) => ("The token may not do this.", "Give the token's client the right to read and write users and groups."),
        (>= 300 and < 400, _) => ("The target redirects, and redirects are not followed.", "Correct baseUrl."),
        (404 or 410, _) => ("The target has no such account.", "Nothing: it is made again if it should be there."),
        (429, _) => ("The target throttles.", "Nothing: it is tried again. If it lasts, another client uses up the limit."),
        (413, _) => ("The request is too big for the target.", "Lower membersPerCall."),
        (501, _) => ("The target does not do this.", "Turn off what it cannot do, such as groups."),
        (408 or 425 or >= 500, _) => ("The target has trouble of its own.", "Nothing: it is tried again. If it lasts, give its vendor the request id."),
        (_, "mutability") => ("The target does not let this attribute be changed.", "Take the attribute out of what is delivered to this target, then try again."),
        (_, "uniqueness") => ("Another account holds a value that must be unique.", "Free the value at the target or correct it in HR, then try again."),
        (_, "invalidPath" or "noTarget") => ("The target does not know an attribute of the request.", "Take the attribute out of what is delivered to this target, then try again."),
        _ => ("The target refuses what the account is to be.", "Correct the value where it comes from, or leave it out for this target, then try again."),
    };

    private static string? RequestId(HttpResponseHeaders headers, ReadOnlyMemory<byte> request) =>
        RequestIdHeaders.Select(name => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null)
            .FirstOrDefault(value => value is not null) is { } id ? ScimComplaint.Of(id, request) : null;
}
