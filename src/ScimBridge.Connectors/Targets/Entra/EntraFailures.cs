using Microsoft.Graph.Models.ODataErrors;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// What a refusal of Graph comes to. <see href="https://learn.microsoft.com/en-us/graph/errors"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/throttling"/>
/// </summary>
internal static class EntraFailures
{
    /// <summary>What it comes to.</summary>
    /// <param name="call">The call without anybody's id, as messages name it: <c>PATCH users/{id}</c>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">What Graph says.</param>
    /// <param name="request">What was sent.</param>
    /// <param name="after">How long Graph asks to wait.</param>
    /// <param name="requestId">Graph's name of the call, for those who ask Microsoft.</param>
    public static Outcome Of(string call, int status, MainError? error, ReadOnlyMemory<byte> request, TimeSpan? after, string? requestId)
    {
        var reason = Reason(call, status, error, request, requestId);
        return (status, error?.Code) switch
        {
            (>= 300 and < 400, _) => new Outcome.Stop($"{reason}. Graph redirects, and redirects are not followed: correct baseUrl."),
            (401, _) => new Outcome.Stop($"{reason}. Graph refuses the token: check cloud, tenantId and the app."),
            (429, _) => new Outcome.Retry(after, $"{reason}. The limit of the app or the tenant is used up.", Untouched: true),
            (404 or 410, null) => new Outcome.Stop($"{reason}. There is no Microsoft Graph at baseUrl."),
            (404 or 410, _) => new Outcome.Gone(),
            (400, _) when Says(error, "Invalid object identifier") => new Outcome.Gone(),
            (400 or 403, _) when Says(error, "on-premises mastered") => new Outcome.Rejected(
                $"{reason}. The object comes from an on-premises directory (onPremisesSyncEnabled), and is changed there alone."),
            (403, _) when error is not null && call.Contains("{id}", StringComparison.Ordinal) => new Outcome.Rejected(
                $"{reason}. The app may not do this to this one: it lacks the permission, or the account has an administrator's role, "
                + "for which the app needs a higher one."),
            (403, _) => new Outcome.Stop($"{reason}. The app may not do this: consent to the permission that it needs."),
            (409 or 412 or 423, _) => new Outcome.Retry(after, $"{reason}. Somebody else is changing it.", Untouched: true),
            (400, "Directory_QuotaExceeded" or "Directory_ObjectThresholdExceeded") => new Outcome.Rejected($"{reason}. The tenant's quota of objects is used up."),
            (408 or 425 or 501 or >= 500, _) => new Outcome.Retry(after, reason),
            _ => new Outcome.Rejected(reason),
        };
    }

    /// <summary>Of a success whose answer is not what it should be: a page of a proxy, half an object.</summary>
    public static Outcome Unreadable(string call, int status) => new Outcome.Retry(null, $"{call}: {status}, and the answer is not what Graph answers.");

    /// <summary>What has been done before stays done: whatever comes of the rest, the target was touched.</summary>
    public static Outcome AfterOthers(this Outcome outcome) => outcome is Outcome.Retry retry ? retry with { Untouched = false } : outcome;

    private static bool Says(MainError? error, string text) => error?.Message?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    private static string Reason(string call, int status, MainError? error, ReadOnlyMemory<byte> request, string? requestId) =>
        $"{call}: {status}"
        + (error?.Code is { Length: > 0 } code ? $" {Word(code)}" : "")
        + (error?.Message is { Length: > 0 } message ? $", {ScimComplaint.Of(message, request).TrimEnd('.')}" : "")
        + (requestId is null ? "" : $" (request {Word(requestId)})");

    private static string Word(string text) => new([.. text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(64)]);
}
