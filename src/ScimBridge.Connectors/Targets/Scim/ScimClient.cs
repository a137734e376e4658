using System.Net.Http.Headers;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Makes one call and says what came of it. It repeats a call only where the token was refused and a new one can be had; when else to try
/// again is not for a connector to decide.
/// </summary>
internal sealed class ScimClient : IDisposable
{
    private static readonly MediaTypeHeaderValue ScimMediaType = new("application/scim+json");

    private static readonly MediaTypeHeaderValue JsonMediaType = new("application/json");

    private static readonly string Version = typeof(ScimClient).Assembly.GetName().Version!.ToString(3);

    // Servers count the calls of a client, whatever they are about.
    private const string Route = "";

    private readonly HttpClient http;
    private readonly string baseUrl;
    private readonly TimeSpan timeout;
    private readonly TimeProvider clock;
    private readonly CallPace pace;
    private readonly MediaTypeHeaderValue mediaType;
    private readonly IScimCredential credential;

    /// <summary>Makes the client; of the switches, those that nobody can discover.</summary>
    public ScimClient(ScimTargetOptions options, ScimSwitches switches, CallPace pace, TimeProvider clock)
    {
        this.clock = clock;
        this.pace = pace;
        baseUrl = options.BaseUrl!.TrimEnd('/');
        timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        var handler = DirectHandler.Create(options.InFlight, timeout, options.AllowPrivateAddresses);
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));
        foreach (var (name, value) in switches.Headers)
        {
            http.DefaultRequestHeaders.Remove(name);
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        mediaType = switches.ContentType == ScimMedia.Json ? JsonMediaType : ScimMediaType;
        credential = options.OAuth is { } oauth
            ? new ScimClientCredentials(oauth, timeout, options.AllowPrivateAddresses, clock)
            : new ScimBearerToken(options.Token!.Read()!);
    }

    /// <summary>
    /// Calls a path below the base URL; throws nothing but the cancellation that was asked for. The answer to a success is read only
    /// where <paramref name="wantsAnswer"/> says so: a server may answer the change of one member with a whole group.
    /// </summary>
    public async Task<ScimReply> SendAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte> body,
        CancellationToken cancel,
        bool wantsAnswer = true,
        string? ifMatch = null,
        TimeSpan? longest = null)
    {
        var call = $"{method} {path.AsSpan(0, EndOfCollection(path))}";
        var turn = await pace.EnterAsync(Route, cancel);
        if (turn.HeldFor is { } wait)
            return new ScimReply(0, null, new Outcome.Retry(wait, $"{call}: held back to stay below the target's limit.", Untouched: true, IsHeldBack: true));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var patience = longest < timeout ? longest.Value : timeout;
        HttpResponseMessage? heard = null;
        try
        {
            for (var isRenewed = false; ; isRenewed = true)
            {
                using var request = Request(method, path, body, ifMatch);
                if (await credential.ApplyAsync(request, cancel) is { } refused)
                    return new ScimReply(0, null, refused);
                limit.CancelAfter(patience);
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if ((int)response.StatusCode == 401 && !isRenewed && credential.Drop(request))
                {
                    limit.CancelAfter(Timeout.InfiniteTimeSpan);
                    continue;
                }

                heard = response;
                return await ReadAsync(call, body, response, wantsAnswer, limit.Token);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Unanswered(call, new Outcome.Retry(null, $"{call}: no answer within {patience.TotalSeconds:0} s."));
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
            CallNotes.Take(call, heard);
            pace.Hear(turn, heard);
        }
    }

    public void Dispose()
    {
        credential.Dispose();
        http.Dispose();
    }

    private HttpRequestMessage Request(HttpMethod method, string path, ReadOnlyMemory<byte> body, string? ifMatch)
    {
        var request = new HttpRequestMessage(method, $"{baseUrl}/{path}");
        if (!body.IsEmpty)
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = mediaType } };

        // Nothing comes back of a deletion, and Entra's SCIM interface refuses one that would like to see it as SCIM.
        if (method != HttpMethod.Delete && !http.DefaultRequestHeaders.Contains("Accept"))
            request.Headers.Accept.ParseAdd("application/scim+json, application/json;q=0.9");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return request;
    }

    private async Task<ScimReply> ReadAsync(
        string call, ReadOnlyMemory<byte> request, HttpResponseMessage response, bool wantsAnswer, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode && !wantsAnswer)
            return new ScimReply(status, null, null);
        var text = await BoundedBody.ReadAsync(response.Content, cancel);
        var answer = text is { } read ? ScimJson.Parse(read.Span) : null;
        return new ScimReply(
            status,
            answer,
            response.IsSuccessStatusCode ? null : ScimFailures.Of(call, status, answer, request, response.Headers, clock),
            response.Headers.TryGetValues("ETag", out var tags) ? tags.FirstOrDefault() : null,
            IsTooLong: text is null);
    }

    private static ScimReply Unanswered(string call, Outcome outcome) =>
        new(0, null, outcome with { Failure = Targets.Unanswered.Failure(call, outcome) });

    /// <summary>Messages name the collection and leave out who was looked for.</summary>
    private static int EndOfCollection(string path) => path.AsSpan().IndexOfAny('/', '?') is >= 0 and var end ? end : path.Length;
}
