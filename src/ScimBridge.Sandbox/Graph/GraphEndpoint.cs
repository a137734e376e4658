using System.Globalization;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Graph;

/// <summary>One call over HTTP to Graph: who asks, what goes wrong on purpose, the work, the answer.</summary>
internal sealed class GraphEndpoint(GraphState state, CancellationToken stopping)
{
    private const int DefaultHoldMilliseconds = 100_000;

    private static readonly string[] Heeded = ["ConsistencyLevel", "Prefer", "OData-Version", "Content-Type"];

    /// <summary>A call to the token endpoint.</summary>
    public async Task HandleTokenAsync(HttpContext http)
    {
        var fault = state.Faults.Strike(http.Request.Method, http.Request.Path);
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        switch (fault?.Kind)
        {
            case FaultKind.Error:
                await WriteAsync(http, GraphReply.Broken(fault.Status, fault.RetryAfterSeconds).At(state.Now));
                break;
            case FaultKind.Throttle:
                await WriteAsync(http, GraphReply.Throttled(fault.RetryAfterSeconds).At(state.Now));
                break;
            case FaultKind.Reset or FaultKind.Timeout or FaultKind.LostReply:
                http.Abort();
                break;
            case FaultKind.Html:
                await WriteAsync(http, new GraphReply(200, null) { Html = "<!doctype html><title>Sign in</title>" });
                break;
            default:
                await WriteAsync(http, state.Tokens.HandOut(form, http.Request.Path.Value!));
                break;
        }
    }

    /// <summary>A call to <c>/v1.0</c> or <c>/beta</c>; the path as it is on the wire, with its query.</summary>
    public async Task HandleAsync(HttpContext http, string rawAddress, bool isBeta = false)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = Heeded.Where(http.Request.Headers.ContainsKey).ToDictionary(h => h, h => http.Request.Headers[h].ToString(), StringComparer.OrdinalIgnoreCase);
        var request = GraphRequest.Of(http.Request.Method, rawAddress, headers, await reader.ReadToEndAsync(http.RequestAborted)) with { IsBeta = isBeta };
        var bearer = state.Tokens.Bearer(http.Request.Headers.Authorization.ToString());
        var items = new List<GraphExchange>();
        GraphReply? reply;
        var used = state.Settings.LimitUsed ?? 0;
        if (bearer is not { } caller)
        {
            reply = GraphReply.Error(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.") with
            {
                Headers = [("WWW-Authenticate", "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"")],
            };
        }
        else if (caller.UserId is { } user)
        {
            reply = state.Settings.EvaluatesContinuously && state.CanSignIn(user, caller.Issued) is not (true, true)
                ? GraphReply.Challenged()
                : request.Segments is ["me"] ? state.Me(user) : GraphReply.Denied();
        }
        else
        {
            // The calls of a batch are judged one by one.
            var (taken, retryAfter) = request.Segments is ["$batch"] ? default : Take(request);
            used = Math.Max(used, taken);
            reply = retryAfter is null ? await AnswerAsync(http, request, caller.App!, items) : GraphReply.Throttled(retryAfter);
        }

        reply = reply?.At(state.Now);
        state.Note(Exchange(request, rawAddress, reply));
        items.ForEach(state.Note);
        if (reply is null)
            http.Abort();
        else
            await WriteAsync(http, reply, request, used);
    }

    private static GraphExchange Exchange(GraphRequest request, string address, GraphReply? reply) =>
        new(request.Method, "/" + address.TrimStart('/'), request.Body, reply?.Status ?? 0, reply?.Html ?? reply?.Body?.ToJsonString() ?? "");

    /// <summary>Null: no answer, the connection is dropped.</summary>
    private async Task<GraphReply?> AnswerAsync(HttpContext http, GraphRequest request, GraphApp app, List<GraphExchange> items)
    {
        var fault = state.Faults.Strike(request.Method, request.Path);
        switch (fault?.Kind)
        {
            case FaultKind.Throttle:
                return GraphReply.Throttled(fault.RetryAfterSeconds);
            case FaultKind.Error:
                return GraphReply.Broken(fault.Status, fault.RetryAfterSeconds);
            case FaultKind.Reset:
                return null;
            case FaultKind.Timeout:
                await WaitAsync(http, fault.Milliseconds ?? DefaultHoldMilliseconds);
                return null;
            case FaultKind.LostReply:
                Work(request, app, pretend: false, items);
                return null;
            case FaultKind.Latency:
                await WaitAsync(http, fault.Milliseconds ?? 0);
                break;
            case FaultKind.Html:
                Work(request, app, pretend: false, items);
                return new GraphReply(200, null) { Html = "<!doctype html><title>Sign in</title>" };
        }

        return Work(request, app, pretend: fault?.Kind == FaultKind.Lie, items);
    }

    private GraphReply Work(GraphRequest request, GraphApp app, bool pretend, List<GraphExchange> items)
    {
        if (request is not { Method: "POST", Segments: ["$batch"] })
            return GraphPermissions.Allow(request, app.Roles) ? state.Answer(request, pretend) : GraphReply.Denied();
        return GraphBatch.Answer(request, item =>
        {
            var fault = state.Faults.Strike(item.Method, item.Path);
            var reply = fault?.Kind switch
            {
                FaultKind.Throttle => GraphReply.Throttled(fault.RetryAfterSeconds),
                FaultKind.Error => GraphReply.Broken(fault.Status, fault.RetryAfterSeconds),
                FaultKind.Reset or FaultKind.Timeout => GraphReply.Broken(504, null),
                _ when Take(item).RetryAfter is { } wait => GraphReply.Throttled(wait),
                _ => GraphPermissions.Allow(item, app.Roles) ? state.Answer(item, pretend || fault?.Kind == FaultKind.Lie) : GraphReply.Denied(),
            };

            // Inside a batch no reply is lost by itself: the item says that it took too long.
            if (fault?.Kind is FaultKind.LostReply)
                reply = GraphReply.Broken(504, null);
            reply = reply.At(state.Now);
            items.Add(Exchange(item, string.Join('/', item.Segments), reply));
            return reply;
        });
    }

    private (double Used, int? RetryAfter) Take(GraphRequest request) => state.Limit.Take(state.Settings.UnitsPer10Seconds, Cost(request));

    private async Task WriteAsync(HttpContext http, GraphReply reply, GraphRequest? request = null, double used = 0)
    {
        var response = http.Response;
        response.StatusCode = reply.Status;
        response.Headers.Date = state.Now.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["request-id"] = Guid.NewGuid().ToString();
        if (http.Request.Headers.TryGetValue("client-request-id", out var asked))
            response.Headers["client-request-id"] = asked;
        if (request is not null)
        {
            response.Headers["x-ms-resource-unit"] = Cost(request).ToString(CultureInfo.InvariantCulture);
            if (used >= 0.8)
                response.Headers["x-ms-throttle-limit-percentage"] = used.ToString("0.##", CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in reply.Headers)
            response.Headers.Append(name, value);
        if (reply.Status == 204)
            return;
        response.ContentType = reply.Html is null ? "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8" : "text/html";
        await response.WriteAsync(reply.Html ?? reply.Body?.ToJsonString() ?? "");
    }

    /// <summary>Resource units. <see href="https://learn.microsoft.com/en-us/graph/throttling-limits#identity-and-access-service-limits"/></summary>
    private static int Cost(GraphRequest request)
    {
        var cost = (request.IsRead, request.Segments) switch
        {
            (true, ["users", ..]) => 2,
            (true, [var groups, ..]) when groups.StartsWith("groups", StringComparison.Ordinal) => 3,
            (true, ["applications", ..]) => 2,
            _ => 1,
        };
        if (request.IsRead && request.Query.ContainsKey("$select"))
            cost--;
        if (request.Query.ContainsKey("$expand"))
            cost++;
        return Math.Max(1, cost);
    }

    private async Task WaitAsync(HttpContext http, int milliseconds)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(milliseconds, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
