using System.Globalization;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Okta;

/// <summary>One call over HTTP to an org: who asks, how often, what goes wrong on purpose, the work, the answer.</summary>
internal sealed class OktaEndpoint(OktaState state, CancellationToken stopping)
{
    private const int DefaultHoldMilliseconds = 100_000;

    public async Task HandleAsync(HttpContext http, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        using var reader = new StreamReader(http.Request.Body);
        var request = new OktaRequest(
            http.Request.Method,
            segments,
            $"{http.Request.Scheme}://{http.Request.Host}/orgs/{state.Name}",
            http.Request.Query,
            form is null ? await reader.ReadToEndAsync(http.RequestAborted) : "");
        var proof = http.Request.Headers.TryGetValue("DPoP", out var proofs) ? proofs.ToString() : null;

        var limit = state.Settings.LimitPerMinute;
        var (left, reset) = state.Limits.Take(OktaLimits.Of(segments), limit);
        var now = state.Now;
        OktaReply? reply;
        var fault = state.Faults.Strike(request.Method, "/" + path);
        if (fault?.Kind == FaultKind.Throttle)
            (left, reset) = (-1, now.ToUnixTimeSeconds() + (fault.RetryAfterSeconds ?? 60));
        var authorization = http.Request.Headers.Authorization.ToString();
        var isSignedIn = OktaSignedIn.Answers(request, form);
        if (!isSignedIn && segments is ["oauth2", "v1", "token"] && fault is null)
            reply = state.Access.HandOut(request, form, proof);
        else if (!isSignedIn && segments is ["api", "v1", _, ..] && state.Access.Refusal(request, authorization, proof) is { } refusal)
            reply = refusal;
        else if (left < 0)
            reply = OktaReply.Error(429, "E0000047", "API call exceeded rate limit due to too many requests.");
        else
            reply = await AnswerAsync(http, fault, Work);

        if (form is null)
            state.Note(new(request.Method, $"/{path}{http.Request.QueryString.Value}", request.Body, reply?.Status ?? 0, reply?.ContentType == "application/json" ? reply.Body ?? "" : ""));
        if (reply is null)
        {
            http.Abort();
            return;
        }

        var response = http.Response;
        response.StatusCode = reply.Status;
        response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["X-Okta-Request-Id"] = "req" + OktaIds.Tail();
        response.Headers["X-Rate-Limit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-Rate-Limit-Remaining"] = Math.Max(0, left).ToString(CultureInfo.InvariantCulture);
        response.Headers["X-Rate-Limit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in reply.Headers)
            response.Headers.Append(name, value);
        if (reply.Status == 204)
            return;
        var bytes = reply.Bytes;
        response.ContentType = reply.ContentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes);

        OktaReply Work(bool pretend) => isSignedIn
            ? state.AnswerSignedIn(request, form, http.Request.Cookies["sid"], authorization)
            : state.Answer(request, pretend);
    }

    /// <summary>Null: no answer, the connection is dropped.</summary>
    private async Task<OktaReply?> AnswerAsync(HttpContext http, FaultRule? fault, Func<bool, OktaReply> work)
    {
        switch (fault?.Kind)
        {
            case FaultKind.Error:
                return OktaReply.Error(fault.Status, "E0000009", "Internal Server Error");
            case FaultKind.Reset:
                return null;
            case FaultKind.Timeout:
                await WaitAsync(http, fault.Milliseconds ?? DefaultHoldMilliseconds);
                return null;
            case FaultKind.LostReply:
                work(false);
                return null;
            case FaultKind.Latency:
                await WaitAsync(http, fault.Milliseconds ?? 0);
                return work(false);
            case FaultKind.Html:
                work(false);
                return new OktaReply(200, "<!doctype html><title>Sign in</title>") { ContentType = "text/html" };
            default:
                return work(fault?.Kind == FaultKind.Lie);
        }
    }

    private async Task WaitAsync(HttpContext http, int milliseconds)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(milliseconds, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
