using System.Globalization;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Hris;

/// <summary>One call over HTTP to an HR system: what goes wrong on purpose, the work, the answer.</summary>
internal sealed class HrisEndpoint(HrisState state, IHrisSystem system, CancellationToken stopping)
{
    private const int DefaultHoldMilliseconds = 100_000;

    public async Task HandleAsync(HttpContext http, string path)
    {
        var fault = state.Faults.Strike(http.Request.Method, "/" + path);
        var reply = await AnswerAsync(http, path, fault);
        if (reply is { Status: 200 } && state.Settings.Truncate)
            reply = reply with { Body = reply.Body[..(reply.Body.Length / 2)] };
        state.Note(new(
            http.Request.Method, "/" + path, Uri.UnescapeDataString(http.Request.QueryString.Value?.TrimStart('?') ?? ""), reply?.Status ?? 0));
        if (reply is null)
            http.Abort();
        else
            await WriteAsync(http.Response, reply);
    }

    /// <summary>Null: no answer, the connection is dropped.</summary>
    private async Task<HrisReply?> AnswerAsync(HttpContext http, string path, FaultRule? fault)
    {
        if (state.Settings.SignInPage)
            return HrisReply.Html(302) with { Headers = [("Location", "https://login.example/")] };
        switch (fault?.Kind)
        {
            case FaultKind.Throttle:
                return WithRetryAfter(system.Error(429, "Too many calls."), fault);
            case FaultKind.Error:
                return WithRetryAfter(system.Error(fault.Status, "The system is out of order."), fault);
            case FaultKind.Html:
                return HrisReply.Html(200);
            case FaultKind.Timeout:
                await WaitAsync(http, fault.Milliseconds ?? DefaultHoldMilliseconds);
                return null;
            case FaultKind.Reset or FaultKind.LostReply:
                return null;
            case FaultKind.Latency:
                await WaitAsync(http, fault.Milliseconds ?? 0);
                break;
        }

        var request = http.Request;
        var form = request.HasFormContentType ? await request.ReadFormAsync(http.RequestAborted) : null;
        return system.Answer(new(
            request.Method,
            path.Split('/', StringSplitOptions.RemoveEmptyEntries),
            $"{request.Scheme}://{request.Host}/sources/{state.Name}",
            request.Query,
            form,
            request.Headers.Authorization.ToString(),
            request.Headers["X-Api-Key"].ToString()));
    }

    private async Task WaitAsync(HttpContext http, int milliseconds)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(milliseconds, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private HrisReply WithRetryAfter(HrisReply reply, FaultRule fault)
    {
        if (fault.RetryAfterSeconds is not { } seconds)
            return reply;
        var text = fault.RetryAfterAsDate
            ? state.Now.AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture)
            : seconds.ToString(CultureInfo.InvariantCulture);
        return reply with { Headers = [.. reply.Headers, ("Retry-After", text)] };
    }

    private static async Task WriteAsync(HttpResponse response, HrisReply reply)
    {
        response.StatusCode = reply.Status;
        response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers)
            response.Headers.Append(name, value);
        response.ContentLength = reply.Body.Length;
        await response.Body.WriteAsync(reply.Body);
    }
}
