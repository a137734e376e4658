using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>What Graph answers.</summary>
internal sealed record GraphReply(int Status, JsonNode? Body)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Instead of a body of JSON: a page.</summary>
    public string? Html { get; init; }

    public static GraphReply Empty => new(204, null);

    public static GraphReply Of(JsonObject body, int status = 200) => new(status, body);

    /// <summary>
    /// An error as Graph writes it. <see href="https://learn.microsoft.com/en-us/graph/errors"/>
    /// </summary>
    public static GraphReply Error(int status, string code, string message, params (string Code, string Target)[] details)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (details.Length > 0)
        {
            error["details"] = new JsonArray([.. details.Select(
                d => (JsonNode)new JsonObject { ["code"] = d.Code, ["message"] = message, ["target"] = d.Target })]);
        }

        var id = Guid.NewGuid().ToString();
        error["innerError"] = new JsonObject
        {
            ["date"] = null,
            ["request-id"] = id,
            ["client-request-id"] = id,
        };
        return new GraphReply(status, new JsonObject { ["error"] = error });
    }

    /// <summary>The same answer, an error with the date of this moment.</summary>
    public GraphReply At(DateTimeOffset now)
    {
        if ((Body as JsonObject)?["error"]?["innerError"] is JsonObject inner)
            inner["date"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return this;
    }

    public static GraphReply NotFound(string id) => Error(
        404, "Request_ResourceNotFound", $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");

    public static GraphReply NoSegment(string segment) => Error(400, "BadRequest", $"Resource not found for the segment '{segment}'.");

    public static GraphReply BadIdentifier(string id) => Error(400, "Request_BadRequest", $"Invalid object identifier '{id}'.");

    public static GraphReply Bad(string message) => Error(400, "Request_BadRequest", message);

    public static GraphReply Invalid(string property, string resource) =>
        Error(400, "Request_BadRequest", $"Invalid value specified for property '{property}' of resource '{resource}'.", ("InvalidValue", property));

    public static GraphReply Taken(string property) => Error(
        400, "Request_BadRequest", $"Another object with the same value for property {property} already exists.", ("ObjectConflict", property));

    /// <summary>https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge</summary>
    public static GraphReply Challenged() => Error(
        401,
        "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp") with
    {
        Headers = [("WWW-Authenticate", "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", error=\"insufficient_claims\"")],
    };

    public static GraphReply Denied() => Error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

    public static GraphReply Synchronised() => Error(
        400,
        "Request_BadRequest",
        "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.");

    public static GraphReply Throttled(int? retryAfterSeconds) =>
        Error(429, "TooManyRequests", "Too many requests.") with { Headers = RetryAfter(retryAfterSeconds) };

    public static GraphReply Broken(int status, int? retryAfterSeconds) =>
        Error(status, status == 503 ? "serviceNotAvailable" : "UnknownError", "") with { Headers = RetryAfter(retryAfterSeconds) };

    private static (string, string)[] RetryAfter(int? seconds) =>
        seconds is { } s ? [("Retry-After", s.ToString(CultureInfo.InvariantCulture))] : [];
}
