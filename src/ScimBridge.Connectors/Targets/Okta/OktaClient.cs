using System.Net.Http.Headers;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Makes one call and says what came of it. It repeats a call only where Okta refused the token and a new one can be had; when else to
/// try again is not for a connector to decide.
/// </summary>
internal sealed class OktaClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private static readonly string Version = typeof(OktaClient).Assembly.GetName().Version!.ToString(3);

    private readonly HttpClient _http;
    private readonly string _api;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly CallPace _pace;
    private readonly IOktaCredential _credential;

    public OktaClient(OktaTargetOptions options, CallPace pace, TimeProvider clock)
    {
        var org = options.BaseUrl!.TrimEnd('/');
        _api = org + "/api/v1/";
        _clock = clock;
        _timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        _pace = pace;
        _http = new HttpClient(DirectHandler.Create(options.InFlight, _timeout, options.AllowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));
        _credential = options.ApiToken is { } token ? new OktaApiToken(token.Read()!) : new OktaServiceApp(options, org, _http, clock);
    }

    /// <summary>Calls; throws nothing but the cancellation that was asked for.</summary>
    public async Task<OktaReply> SendAsync(
        HttpMethod method, OktaRoute route, ReadOnlyMemory<byte> body, CancellationToken cancel, bool respondAsync = false)
    {
        cancel.ThrowIfCancellationRequested();
        var call = $"{method} {route.Name}";
        var turn = await _pace.EnterAsync(route.Name, cancel);
        if (turn.HeldFor is { } wait)
            return new OktaReply(0, Failure: new Outcome.Retry(wait, $"{call}: held back to stay below its rate limit.", Untouched: true, IsHeldBack: true));

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_timeout);
        HttpResponseMessage? heard = null;
        try
        {
            while (true)
            {
                using var request = new HttpRequestMessage(method, _api + route.Path);
                if (!body.IsEmpty)
                    request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = Json } };
                if (respondAsync)
                    request.Headers.Add("Prefer", "respond-async");
                if (await _credential.ApplyAsync(request, limit.Token) is { } refused)
                    return new OktaReply(0, Failure: refused);
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (_credential.IsWorthAnother(request, response))
                    continue;
                heard = response;
                return await ReadAsync(route, call, body, response, limit.Token);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Unanswered(call, new Outcome.Retry(null, $"{call}: no answer within {_timeout.TotalSeconds:0} s."));
        }
        catch (OperationCanceledException)
        {
            return Unanswered(call, new Outcome.Retry(null, $"{call}: no connection to the org in time.", Untouched: true));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return new OktaReply(0, Failure: Targets.Unanswered.Of(call, "org", e));
        }
        finally
        {
            CallNotes.Take(call, heard);
            _pace.Hear(turn, heard);
        }
    }

    public void Dispose()
    {
        _credential.Dispose();
        _http.Dispose();
    }

    private static OktaReply Unanswered(string call, Outcome outcome) =>
        new(0, Failure: outcome with { Failure = Targets.Unanswered.Failure(call, outcome) });

    private async Task<OktaReply> ReadAsync(
        OktaRoute route, string call, ReadOnlyMemory<byte> request, HttpResponseMessage response, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        var body = await BoundedBody.ReadAsync(response.Content, cancel) ?? default;
        if (response.IsSuccessStatusCode)
            return new OktaReply(status, body, Next: NextOf(response.Headers));
        var error = OktaJson.Read(body, OktaJson.Default.OktaError) is { ErrorCode: not null } said ? said : null;
        return new OktaReply(status, body, error, OktaFailures.Of(route, call, status, error, request, response.Headers, _clock));
    }

    /// <summary>
    /// The link with <c>rel="next"</c> (RFC 8288). Its cursor is opaque: a page is asked for as Okta says and in no other way.
    /// </summary>
    private static string? NextOf(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Link", out var values))
            return null;
        foreach (var value in values)
        {
            for (var start = value.IndexOf('<', StringComparison.Ordinal); start >= 0;)
            {
                var end = value.IndexOf('>', start);
                if (end < 0)
                    break;
                var following = value.IndexOf('<', end);
                var parameters = value[end..(following < 0 ? value.Length : following)];
                if (parameters.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
                    return value[(start + 1)..end];
                start = following;
            }
        }

        return null;
    }
}
