using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Graph;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Serialization.Json;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Makes one call and says what came of it. Requests are put together by Microsoft.Graph and sent by this: over guarded connections,
/// without the redirects and repetitions of its pipeline. It repeats a call only where Graph refused the token and a new one can be had.
/// </summary>
internal sealed class EntraClient : IDisposable
{
    /// <summary>The most calls in a batch. <see href="https://learn.microsoft.com/en-us/graph/json-batching"/></summary>
    public const int MostInBatch = 20;

    /// <summary>Of a limit that Graph shows, for those who leave.</summary>
    public const int ReservePercent = 3;

    /// <summary>How many tokens a call is tried with.</summary>
    private const int MostTokens = 3;

    private const string BatchCall = "POST $batch";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private static readonly string Version = typeof(EntraClient).Assembly.GetName().Version!.ToString(3);

    private readonly HttpClient _http;
    private readonly HttpClient _unused = new();
    private readonly EntraTokens _tokens;
    private readonly CallPace _pace;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly string _base;

    public EntraClient(EntraConnectionOptions options, CallPace pace, TimeProvider clock)
    {
        _base = (options.BaseUrl ?? EntraEndpoints.Of(options.Cloud).Graph).TrimEnd('/') + "/v1.0";
        _clock = clock;
        _timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        _pace = pace;
        _tokens = new EntraTokens(options);
        _http = new HttpClient(DirectHandler.Create(options.InFlight, _timeout, options.AllowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));

        // With a serializer of its own: those that the package shares between clients are set up without a lock, and clients that are made
        // at the same time then write each property that is cleared twice.
        Graph = new GraphServiceClient(new BaseGraphRequestAdapter(
            new AnonymousAuthenticationProvider(),
            parseNodeFactory: new JsonParseNodeFactory(),
            serializationWriterFactory: new JsonSerializationWriterFactory(),
            httpClient: _unused)
        {
            BaseUrl = _base,
        });
    }

    /// <summary>What requests are put together with; it sends nothing.</summary>
    public GraphServiceClient Graph { get; }

    /// <summary>The address of an object, as references name it.</summary>
    public string AddressOf(string kind, string id) => $"{_base}/{kind}/{Uri.EscapeDataString(id)}";

    /// <summary>The address of what Microsoft.Graph has no builder for, or a roundabout one: a path and a query, escaped.</summary>
    public Uri Address(string path) => new($"{_base}/{path}");

    /// <summary>The address of what there is in the beta version of Graph alone.</summary>
    public Uri BetaAddress(string path) => new($"{_base[..^"v1.0".Length]}beta/{path}");

    /// <summary>Calls; throws nothing but the cancellation that was asked for.</summary>
    /// <param name="call">The call without anybody's id, as messages name it.</param>
    /// <param name="info">The request.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="isUrgent">It shuts somebody out, and goes before all else.</param>
    public async Task<EntraReply> SendAsync(string call, RequestInformation info, CancellationToken cancel, bool isUrgent = false)
    {
        cancel.ThrowIfCancellationRequested();
        var body = await BytesAsync(info.Content, cancel);
        return await SendAsync(call, new HttpMethod(info.HttpMethod.ToString()), info.URI, body, info.Headers, isUrgent, cancel);
    }

    /// <summary>The next page of a list. Of the link only the query is taken: whatever host it names, the token goes where it went.</summary>
    public async Task<EntraReply> NextAsync(string call, Uri first, string link, RequestHeaders headers, CancellationToken cancel)
    {
        var query = Uri.TryCreate(link, UriKind.Absolute, out var uri) ? uri.Query : "";
        return await SendAsync(call, HttpMethod.Get, new Uri(first.GetLeftPart(UriPartial.Path) + query), default, headers, isUrgent: false, cancel);
    }

    /// <summary>
    /// Makes several calls as one, at most <see cref="MostInBatch"/>; each is judged, and throttled, for itself. The replies, in the order
    /// of the requests; or what became of the batch as a whole.
    /// </summary>
    public async Task<(EntraReply[]? Replies, Outcome? Failure)> BatchAsync(
        IReadOnlyList<(string Call, RequestInformation Info)> items, CancellationToken cancel, bool isUrgent = false)
    {
        cancel.ThrowIfCancellationRequested();
        var (requests, bodies) = (new JsonArray(), new List<ReadOnlyMemory<byte>>());
        foreach (var (_, info) in items)
        {
            var body = await BytesAsync(info.Content, cancel);
            var request = new JsonObject
            {
                ["id"] = bodies.Count.ToString(CultureInfo.InvariantCulture),
                ["method"] = info.HttpMethod.ToString(),
                ["url"] = info.URI.AbsoluteUri[new Uri(_base).AbsoluteUri.Length..],
            };
            if (!body.IsEmpty)
            {
                request["headers"] = new JsonObject { ["Content-Type"] = "application/json" };
                request["body"] = JsonNode.Parse(body.Span);
            }

            bodies.Add(body);
            requests.Add(request);
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["requests"] = requests });
        var reply = await SendAsync(BatchCall, HttpMethod.Post, new Uri(_base + "/$batch"), text, headers: null, isUrgent, cancel);
        if (reply.Failure is { } failure)
            return (null, failure);
        var replies = new EntraReply[items.Count];
        try
        {
            foreach (var response in JsonNode.Parse(reply.Body.Span)!["responses"]!.AsArray())
            {
                var at = int.Parse((string)response!["id"]!, CultureInfo.InvariantCulture);
                if (at >= 0 && at < replies.Length)
                    replies[at] = Read(items[at].Call, bodies[at], response);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            return (null, EntraFailures.Unreadable(BatchCall, reply.Status));
        }

        // One that is not answered is one whose answer is lost.
        for (var i = 0; i < replies.Length; i++)
            replies[i] ??= new EntraReply(0, Failure: new Outcome.Retry(null, $"{items[i].Call}: the batch has no answer to it."));
        return (replies, null);
    }

    public void Dispose()
    {
        Graph.Dispose();
        _unused.Dispose();
        _tokens.Dispose();
        _http.Dispose();
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(Stream? content, CancellationToken cancel)
    {
        if (content is null)
            return default;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancel);
        return copy.ToArray();
    }

    private static MediaTypeHeaderValue TypeOf(RequestHeaders? headers) =>
        headers is not null && headers.TryGetValue("Content-Type", out var types) ? new MediaTypeHeaderValue(types.First()) : Json;

    private static EntraReply Read(string call, ReadOnlyMemory<byte> request, JsonNode response)
    {
        var status = (int)response["status"]!;
        var body = response["body"] is { } said ? JsonSerializer.SerializeToUtf8Bytes(said) : default(ReadOnlyMemory<byte>);
        if (status is >= 200 and < 300)
            return new EntraReply(status, body);
        var error = EntraReply.Read(body, ODataError.CreateFromDiscriminatorValue)?.Error;
        var seconds = (response["headers"] as JsonObject)?.FirstOrDefault(h => h.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.ToString();
        TimeSpan? after = int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var wait)
            ? TimeSpan.FromSeconds(Math.Min(wait, 86_400))
            : null;
        return new EntraReply(status, body, error, EntraFailures.Of(call, status, error, request, after, error?.InnerError?.RequestId));
    }

    private async Task<EntraReply> SendAsync(
        string call, HttpMethod method, Uri address, ReadOnlyMemory<byte> body, RequestHeaders? headers, bool isUrgent, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (isUrgent)
            CallPace.Urge(isUrgent: true);
        var turn = await _pace.EnterAsync(LimitOf(address), cancel);
        if (turn.HeldFor is { } wait)
            return new EntraReply(0, Failure: new Outcome.Retry(wait, $"{call}: held back to stay below the tenant's limit.", Untouched: true, IsHeldBack: true));
        HttpResponseMessage? heard = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_timeout);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                using var request = new HttpRequestMessage(method, address);
                if (!body.IsEmpty)
                    request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = TypeOf(headers) } };
                foreach (var (name, values) in headers ?? [])
                {
                    if (!name.Equals("Accept", StringComparison.OrdinalIgnoreCase) && !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                        request.Headers.TryAddWithoutValidation(name, values);
                }

                request.Headers.Add("client-request-id", Guid.NewGuid().ToString());
                if (isUrgent)
                    request.Headers.Add("x-ms-throttle-priority", "high");
                if (await _tokens.ApplyAsync(request, limit.Token) is { } refused)
                    return new EntraReply(0, Failure: refused);
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (_tokens.IsWorthAnother(request, response) && attempt < MostTokens)
                    continue;
                heard = response;
                return await ReadAsync(call, body, response, limit.Token);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new EntraReply(0, Failure: new Outcome.Retry(null, $"{call}: no answer within {_timeout.TotalSeconds:0} s."));
        }
        catch (OperationCanceledException)
        {
            return new EntraReply(0, Failure: new Outcome.Retry(null, $"{call}: no connection to Graph in time.", Untouched: true));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return new EntraReply(0, Failure: Unanswered.Of(call, "Microsoft Graph", e));
        }
        finally
        {
            CallNotes.Take(call, heard);
            _pace.Hear(turn, heard);
        }
    }

    /// <summary>
    /// What is limited by itself: the directory in resource units, and the logs in calls.
    /// <see href="https://learn.microsoft.com/en-us/graph/throttling-limits#identity-and-access-service-limits"/>
    /// </summary>
    private string LimitOf(Uri address) =>
        address.AbsoluteUri.StartsWith(new Uri(_base).AbsoluteUri + "/auditLogs", StringComparison.Ordinal) ? "auditLogs" : "directory";

    private async Task<EntraReply> ReadAsync(string call, ReadOnlyMemory<byte> request, HttpResponseMessage response, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        var body = await BoundedBody.ReadAsync(response.Content, cancel) ?? default;
        if (response.IsSuccessStatusCode)
            return new EntraReply(status, body);
        var error = EntraReply.Read(body, ODataError.CreateFromDiscriminatorValue)?.Error;
        var id = response.Headers.TryGetValues("request-id", out var values) ? values.FirstOrDefault() : null;
        return new EntraReply(status, body, error, EntraFailures.Of(call, status, error, request, RetryAfter.Of(response.Headers, _clock), id));
    }
}
