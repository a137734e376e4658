using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Authentication;
using ScimBridge.Connectors.Http;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>
/// Calls an HR system. What may pass (429, 408, 5xx, a time-out, a connection that breaks) is tried again a few times, after what
/// <c>Retry-After</c> says or a growing pause with some chance in it; everything else ends the feed.
/// </summary>
internal sealed class SourceClient : IDisposable
{
    private const int MaxBytes = 64 * 1024 * 1024;

    private const int MaxTries = 5;

    /// <summary>Who asks for a longer pause is not waited for: the fetch ends, and says when to come back.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>A connection that neither goes on nor breaks must not hold the source for ever.</summary>
    private static readonly TimeSpan LongestStream = TimeSpan.FromHours(1);

    private static readonly string Version = typeof(SourceClient).Assembly.GetName().Version!.ToString(3);

    private readonly HttpClient _http;
    private readonly ICredential _credential;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;

    public SourceClient(PullOptions options, ICredential credential, TimeProvider clock)
    {
        _credential = credential;
        _clock = clock;
        _timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        _http = new HttpClient(DirectHandler.Create(inFlight: 4, _timeout, options.AllowPrivateAddresses)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ScimBridge", Version));
    }

    /// <summary>Gets a page of JSON.</summary>
    public Task<HttpAnswer> GetAsync(Uri address, CancellationToken cancel) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancel);

    /// <summary>Makes a call whose answer is a page of JSON.</summary>
    public async Task<HttpAnswer> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel) =>
        (await TryAsync(make, BufferAsync, cancel)).AsJson();

    /// <summary>
    /// Makes a call whose answer may be of any length, and has it read as it comes. The reading cannot be tried again: a connection that
    /// breaks then ends the feed.
    /// </summary>
    public Task StreamAsync(Func<HttpRequestMessage> make, Func<Stream, CancellationToken, Task> read, CancellationToken cancel) => TryAsync(
        make,
        async (call, response, limit) =>
        {
            var answer = AnswerOf(call, response, default);
            if (!answer.IsSuccess)
                return answer;
            answer.AsJson();
            using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            whole.CancelAfter(LongestStream);
            try
            {
                await using var body = await response.Content.ReadAsStreamAsync(limit);
                await read(body, whole.Token);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException
                || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                throw new FeedException($"{call}: the answer broke off.", e);
            }

            return answer;
        },
        cancel);

    public void Dispose() => _http.Dispose();

    private async Task<HttpAnswer> TryAsync(
        Func<HttpRequestMessage> make, Func<string, HttpResponseMessage, CancellationToken, Task<HttpAnswer>> read, CancellationToken cancel)
    {
        var renewed = false;
        for (var tries = 1; ; tries++)
        {
            HttpAnswer? answer = null;
            FeedException fault;
            try
            {
                using var request = make();
                request.Headers.Accept.ParseAdd("application/json");
                answer = await _credential.ApplyAsync(request, (token, stop) => OnceAsync(token, BufferAsync, stop), cancel)
                    ?? await OnceAsync(request, read, cancel);
                if (answer.IsSuccess)
                    return answer;
                if (answer.Status == 401 && !renewed && _credential.Refused())
                {
                    renewed = true;
                    continue;
                }

                fault = answer.AsFault();
                if (!answer.IsPassing)
                    throw fault;
            }
            catch (BrokenCallException e)
            {
                fault = new FeedException(e.Message, e);
            }

            var pause = answer?.RetryAfter ?? TimeSpan.FromSeconds(Math.Pow(2, tries - 1) * (0.5 + Random.Shared.NextDouble()));
            if (tries == MaxTries || pause > LongestPause)
                throw fault;
            await Task.Delay(pause, _clock, cancel);
        }
    }

    private async Task<HttpAnswer> OnceAsync(
        HttpRequestMessage request, Func<string, HttpResponseMessage, CancellationToken, Task<HttpAnswer>> read, CancellationToken cancel)
    {
        var call = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_timeout);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return await read(call, response, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new BrokenCallException($"{call}: no answer within {_timeout.TotalSeconds:0} s.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            if (Within<AddressRefusedException>(e))
                throw new FeedException($"{call}: the host resolves to a loopback, private or link-local address, which allowPrivateAddresses would allow.", e);
            if (Within<AuthenticationException>(e))
                throw new FeedException($"{call}: the certificate of the system is not trusted, or TLS cannot be agreed on.", e);
            throw new BrokenCallException($"{call}: no connection, or it broke before the answer was there.", e);
        }
    }

    private async Task<HttpAnswer> BufferAsync(string call, HttpResponseMessage response, CancellationToken cancel)
    {
        if (!response.IsSuccessStatusCode)
            return AnswerOf(call, response, default);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var body = new ArrayBufferWriter<byte>(64 * 1024);
        while (true)
        {
            var count = await stream.ReadAsync(body.GetMemory(1), cancel);
            if (count == 0)
                return AnswerOf(call, response, body.WrittenMemory);
            body.Advance(count);
            if (body.WrittenCount > MaxBytes)
                throw new FeedException($"{call}: the page is longer than 64 MiB: ask for smaller ones.");
        }
    }

    private HttpAnswer AnswerOf(string call, HttpResponseMessage response, ReadOnlyMemory<byte> body) => new(
        call,
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        body,
        response.Headers.TryGetValues("Link", out var links) ? [.. links] : [],
        RetryAfter.Of(response.Headers, _clock));

    private static bool Within<T>(Exception? failure)
        where T : Exception => failure is T || (failure is not null && Within<T>(failure.InnerException));

    /// <summary>A call that got no answer.</summary>
    private sealed class BrokenCallException(string message, Exception inner) : Exception(message, inner);
}
