using System.Globalization;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>One SCIM call over HTTP: who asks, whether it may, what goes wrong on purpose, the work, the answer.</summary>
internal sealed class ScimEndpoint(ScimTargetState target, CancellationToken stopping)
{
    private const int DefaultHoldMilliseconds = 100_000;

    public async Task HandleAsync(HttpContext http, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        FaultRule? fault = null;
        ScimReply? reply;
        if (target.Settings.WantsUserAgent && http.Request.Headers.UserAgent.Count == 0)
        {
            reply = new(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."u8.ToArray()) { ContentType = "text/html" };
        }
        else if (!target.Admits(http.Request.Headers.Authorization.ToString()))
        {
            reply = Error(401, "A valid bearer token is required.");
        }
        else if (!target.Limit.TryTake(target.Settings.LimitPerSecond))
        {
            reply = Error(429, "Too many calls in this second.") with { RetryAfter = "1" };
        }
        else
        {
            fault = target.Faults.Strike(http.Request.Method, "/" + path, isNamedOnly: Discovery.IsAsked(segments));
            reply = await AnswerAsync(http, segments, fault);
        }

        target.CountCall(http.Request.Method, ResourceOf(segments), reply?.Status ?? 0, fault?.Kind);
        if (reply is null)
            http.Abort();
        else
            await WriteAsync(http.Response, reply);
    }

    /// <summary>Null: no answer, the connection is dropped.</summary>
    private async Task<ScimReply?> AnswerAsync(HttpContext http, string[] segments, FaultRule? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.Throttle:
                return Error(429, "Too many calls.") with { RetryAfter = RetryAfter(fault) };
            case FaultKind.Error:
                return Error(fault.Status, "This target is out of order.") with { RetryAfter = RetryAfter(fault) };
            case FaultKind.Reset:
                return null;
            case FaultKind.Timeout:
                await WaitAsync(http, fault.Milliseconds ?? DefaultHoldMilliseconds);
                return null;
            case FaultKind.LostReply:
                await WorkAsync(http, segments, pretend: false);
                return null;
            case FaultKind.Latency:
                await WaitAsync(http, fault.Milliseconds ?? 0);
                return await WorkAsync(http, segments, pretend: false);
            case FaultKind.Lie:
                return await WorkAsync(http, segments, pretend: true);
            case FaultKind.Html:
                return AsHtml(await WorkAsync(http, segments, pretend: false));
            default:
                return await WorkAsync(http, segments, pretend: false);
        }
    }

    private async Task<ScimReply> WorkAsync(HttpContext http, string[] segments, bool pretend)
    {
        var request = http.Request;
        var content = await ReadAsync(request);
        if (content.Length > target.Settings.MaxRequestBytes)
            return Error(413, "The request is too large.");
        if (content.Length > 0 && target.Settings.ContentType is { } type && request.ContentType?.Split(';')[0] != type)
            return Error(415, $"The body must be {type}.");
        return target.Router.Answer(new(
            request.Method,
            segments,
            $"{request.Scheme}://{request.Host}/targets/{target.Name}/scim/v2",
            request.Query,
            content)
        {
            IfMatch = request.Headers.IfMatch.Count > 0 ? request.Headers.IfMatch.ToString() : null,
            IfNoneMatch = request.Headers.IfNoneMatch.Count > 0 ? request.Headers.IfNoneMatch.ToString() : null,
            Pretend = pretend,
        });
    }

    private ScimReply Error(int status, string detail) => ScimErrors.Of(target.Settings.Errors, status, null, detail);

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength is { } length and <= 1_000_000)
        {
            var content = new byte[length];
            await request.Body.ReadExactlyAsync(content);
            return content;
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private async Task WaitAsync(HttpContext http, int milliseconds)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(milliseconds, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string? RetryAfter(FaultRule fault)
    {
        if (fault.RetryAfterSeconds is not { } seconds)
            return null;
        return fault.RetryAfterAsDate
            ? target.Now.AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture)
            : seconds.ToString(CultureInfo.InvariantCulture);
    }

    private static ScimReply AsHtml(ScimReply reply) => reply.IsSuccess
        ? new(200, "<!doctype html><title>Done</title><p>Your request was processed.</p>"u8.ToArray()) { ContentType = "text/html" }
        : reply;

    private static async Task WriteAsync(HttpResponse response, ScimReply reply)
    {
        response.StatusCode = reply.Status;
        if (reply.ETag is not null)
            response.Headers.ETag = reply.ETag;
        if (reply.Location is not null)
            response.Headers.Location = reply.Location;
        if (reply.RetryAfter is not null)
            response.Headers.RetryAfter = reply.RetryAfter;
        if (reply.Status == 401)
            response.Headers.WWWAuthenticate = "Bearer";
        if (reply.Body.IsEmpty)
            return;
        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        await response.Body.WriteAsync(reply.Body);
    }

    private static string ResourceOf(string[] segments) => segments switch
    {
        ["Users" or "users", ..] => "Users",
        ["Groups" or "groups", ..] => "Groups",
        _ when Discovery.IsAsked(segments) => segments[0],
        _ => "other",
    };
}
