using System.Net.Http.Headers;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// What a call that did not succeed comes to, and what a person can do about it.
/// <see href="https://developer.okta.com/docs/reference/error-codes/"/>
/// </summary>
internal static class OktaFailures
{
    /// <summary>Of an answer that is not 2xx.</summary>
    public static Outcome Of(
        OktaRoute route, string call, int status, OktaError? error, ReadOnlyMemory<byte> request, HttpResponseHeaders headers, TimeProvider clock)
    {
        var reason = Reason(call, status, error, request, headers);
        Outcome outcome = (status, error?.ErrorCode) switch
        {
            (>= 300 and < 400, _) => new Outcome.Stop($"{reason}. Okta redirects, and redirects are not followed: correct baseUrl."),
            (401, _) => new Outcome.Stop($"{reason}. Okta refuses the credential: it is wrong, revoked or expired, or its administrator was deactivated."),
            (429, _) => new Outcome.Retry(
                RetryAfter.Of(headers, clock) ?? OktaRateHeaders.UntilReset(headers, clock),
                OktaRateHeaders.IsConcurrency(headers)
                    ? $"{reason}. Too many calls of the org are under way at once: lower inFlight."
                    : $"{reason}. The rate limit is used up.",
                Untouched: true),
            (404 or 410, null) => new Outcome.Stop($"{reason}. There is no Okta org at baseUrl."),
            (404 or 410, _) => new Outcome.Gone(),
            (403, _) when IsMissingScope(headers) => new Outcome.Stop($"{reason}. The app was not granted the scope of this call."),
            (403, "E0000015") => new Outcome.Rejected($"{reason}. The org does not have the feature that this needs."),
            (403, "E0000038") => new Outcome.Rejected($"{reason}. Okta does not allow this for the status or the origin of the account or group."),
            (403, _) when error is not null && !route.IsCollection => new Outcome.Rejected(
                $"{reason}. The credential may not do this to this one: give it a role that covers it, or leave administrators out."),
            (403, _) => new Outcome.Stop($"{reason}. The credential may not do this: give it the scope and a role that covers it."),
            (409, _) => new Outcome.Retry(null, $"{reason}. Okta is still at work on this one.", Untouched: true),
            (412, _) => new Outcome.Retry(null, $"{reason}. It was changed meanwhile.", Untouched: true),
            (408 or 425, _) => new Outcome.Retry(RetryAfter.Of(headers, clock), reason),
            (503, "E0000010") => new Outcome.Retry(RetryAfter.Of(headers, clock), $"{reason}. The org can be read only, for maintenance.", Untouched: true),
            (501, _) => new Outcome.Rejected(reason),
            (>= 500, _) => new Outcome.Retry(RetryAfter.Of(headers, clock), reason),
            _ => new Outcome.Rejected(reason),
        };
        return outcome with
        {
            Failure = new CallFailure(
                call, status, error?.ErrorCode is { } code ? Word(code) : null, Ids(error, headers) is [var id, ..] ? id : null, reason, Advice(outcome, status)),
        };
    }

    /// <summary>Of a success whose answer is not what it should be: a page of a proxy, half an object.</summary>
    public static Outcome Unreadable(string call, int status) =>
        new Outcome.Retry(null, $"{call}: {status}, and the answer is not what Okta answers.");

    /// <summary>What has been done before stays done: whatever comes of the rest, the target was touched.</summary>
    public static Outcome AfterOthers(this Outcome outcome) => outcome is Outcome.Retry retry ? retry with { Untouched = false } : outcome;

    /// <summary>
    /// A call that is no part of delivering accounts: that the credential may not make it stops nobody else, and a person has to look.
    /// </summary>
    public static Outcome OfThisAlone(this Outcome outcome) =>
        outcome is Outcome.Stop stop && stop.Failure?.Status == 403 ? new Outcome.Rejected(stop.Reason) { Failure = stop.Failure } : outcome;

    private static bool IsMissingScope(HttpResponseHeaders headers) =>
        headers.WwwAuthenticate.Any(challenge => challenge.Parameter?.Contains("insufficient_scope", StringComparison.Ordinal) == true);

    private static string Reason(string call, int status, OktaError? error, ReadOnlyMemory<byte> request, HttpResponseHeaders headers)
    {
        var causes = string.Join("; ", (error?.ErrorCauses ?? []).Select(cause => cause.ErrorSummary).OfType<string>());
        var summary = causes.Length > 0 ? causes : error?.ErrorSummary;
        var ids = new[] { error?.ErrorId, RequestId(headers) };
        var trace = string.Join(", ", ids.Zip(["error", "request"], (id, what) => id is null ? null : $"{what} {Word(id)}").OfType<string>());
        return $"{call}: {status}"
            + (error?.ErrorCode is { } code ? $" {Word(code)}" : "")
            + (summary is null ? "" : $", {ScimComplaint.Of(summary, request).TrimEnd('.')}")
            + (trace.Length == 0 ? "" : $" ({trace})");
    }

    private static string[] Ids(OktaError? error, HttpResponseHeaders headers) =>
        [.. new[] { RequestId(headers), error?.ErrorId }.OfType<string>().Select(Word)];

    private static string? RequestId(HttpResponseHeaders headers) =>
        headers.TryGetValues("X-Okta-Request-Id", out var values) ? values.FirstOrDefault() : null;

    private static string Advice(Outcome outcome, int status) => (outcome, status) switch
    {
        (Outcome.Stop, 401) => "Give the target a credential that is valid, of an administrator or an app that is active.",
        (Outcome.Stop, 403) => "Grant the app the scope, and give it a role that covers the users and groups.",
        (Outcome.Stop, _) => "Correct baseUrl.",
        (Outcome.Retry, 429) => "Nothing: it is tried again. If it lasts, other clients of the org use up the limit.",
        (Outcome.Retry, _) => "Nothing: it is tried again. If it lasts, give Okta's support the request id.",
        (Outcome.Gone, _) => "Nothing: it is made again if it should be there.",
        (_, 403) => "Give the credential a role that covers this one, or protect the account, then try again.",
        (_, 501) => "Turn off what the org does not have.",
        _ => "Correct the value where it comes from, or take the attribute out of profile, then try again.",
    };

    private static string Word(string text) => new([.. text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(64)]);
}
