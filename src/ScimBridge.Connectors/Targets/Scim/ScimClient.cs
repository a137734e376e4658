using System.Net.Http.Headers;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Makes one call and says what came of it. It repeats nothing: when to try again is not for a connector to decide.</summary>
internal sealed class ScimClient : IDisposable
{
    private static readonly MediaTypeHeaderValue ScimMediaType = new("application/scim+json");

    private static readonly string Version = typeof(ScimClient).Assembly.GetName().Version!.ToString(3);

    // Servers count the calls of a client, whatever they are about.
    private const string Route = "";

    private readonly HttpClient http;
    private readonly string baseUrl;
    private readonly TimeSpan timeout;
    private readonly TimeProvider clock;
    private readonly CallPace pace;

    public ScimClient(ScimTargetOptions options, CallPace pace, TimeProvider clock)
    {
        this.clock = clock;
        this.pace = pace;
        baseUrl = options.BaseUrl!.TrimEnd('/');
        timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        var handler = DirectHandler.Create(options.InFlight, timeout, options.AllowPrivateAddresses);
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token!.Read());
        http.DefaultRequestHeaders.Accept.ParseAdd("application/scim+json, application/json;q=0.9");
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));
    }

    /// <summary>
    /// Calls a path below the base URL; throws nothing but the cancellation that was asked for. The answer to a success is read only
    /// where <paramref name="wantsAnswer"/> says so: a server may answer the change of one member with a whole group.
    /// </summary>
    public async Task<ScimReply> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, CancellationToken cancel, bool wantsAnswer = true)
    {
        var call = $"{method} {path.AsSpan(0, EndOfCollection(path))}";
        var turn = await pace.EnterAsync(Route, cancel);
        if (turn.HeldFor is { } wait)
            return new ScimReply(0, null, new Outcome.Retry(wait, $"{call}: held back to stay below the target's limit.", Untouched: true, IsHeldBack: true));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        HttpResponseMessage? heard = null;
        try
        {
            using var request = new HttpRequestMessage(method, $"{baseUrl}/{path}");
            if (!body.IsEmpty)
                request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = ScimMediaType } };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            heard = response;
            var status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode && !wantsAnswer)
                return new ScimReply(status, null, null);
            var text = await BoundedBody.ReadAsync(response.Content, limit.Token);
            var answer = text is null ? null : ScimJson.Parse(text.Value.Span);
            return new ScimReply(
                status, answer, response.IsSuccessStatusCode ? null : ScimFailures.Of(call, status, answer, body, response.Headers, clock))
            {
                IsTooLong = text is null,
            };
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Unanswered(call, new Outcome.Retry(null, $"{call}: no answer within {timeout.TotalSeconds:0} s."));
        }
        catch (OperationCanceledException)
        {
            return Unanswered(call, new Outcome.Retry(null, $"{call}: no connection to the target in time.", Untouched: true));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return new ScimReply(0, null, Targets.Unanswered.Of(call, "target", e));
        }
        finally
        {
            pace.Hear(turn, heard);
        }
    }

    public void Dispose() => http.Dispose();

    private static ScimReply Unanswered(string call, Outcome outcome) =>
        new(0, null, outcome with { Failure = Targets.Unanswered.Failure(call, outcome) });

    /// <summary>Messages name the collection and leave out who was looked for.</summary>
    private static int EndOfCollection(string path) => path.AsSpan().IndexOfAny('/', '?') is >= 0 and var end ? end : path.Length;
}
