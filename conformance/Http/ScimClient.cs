using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ScimBridge.Conformance.Http;

/// <summary>
/// Sends a <see cref="Call"/> and gives an <see cref="Answer"/>. It follows no redirects, keeps no cookies and repeats nothing:
/// the suite judges what the server said the first time.
/// </summary>
internal sealed class ScimClient : IDisposable
{
    private const int Kept = 6000;
    private readonly HttpClient _http;
    private readonly Settings _settings;
    private readonly SemaphoreSlim _gate;

    public ScimClient(Settings settings)
    {
        _settings = settings;
        _gate = new SemaphoreSlim(settings.Connections);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = settings.Connections,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            // The time-out is kept per request with a token, so that it can be told from a cancelled run.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 256 * 1024 * 1024,
        };
    }

    public Uri Resolve(string path) =>
        Uri.TryCreate(path, UriKind.Absolute, out var absolute) && absolute.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? absolute
            : new Uri(_settings.Url + path);

    public async Task<Answer> SendAsync(Call call, CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            return await SendNowAsync(call, stop);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private async Task<Answer> SendNowAsync(Call call, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_settings.Timeout);
        using var request = Build(call);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(limit.Token));
            return Answered(
                call, request, (int)response.StatusCode, Flatten(response.Headers, response.Content.Headers), text, clock.Elapsed, null);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            var fault = string.Create(CultureInfo.InvariantCulture, $"nothing within {_settings.Timeout.TotalSeconds:0} s");
            return Answered(call, request, 0, [], "", clock.Elapsed, fault);
        }
        catch (HttpRequestException broken)
        {
            return Answered(call, request, 0, [], "", clock.Elapsed, broken.InnerException?.Message ?? broken.Message);
        }
    }

    private HttpRequestMessage Build(Call call)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), Resolve(call.Path));
        if (call.Accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        if (Token(call.Credential) is { } token)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in _settings.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in call.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body);
            if (call.ContentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
            if (call.ExpectContinue)
                request.Headers.ExpectContinue = true;
        }
        return request;
    }

    private string? Token(Credential credential) => credential switch
    {
        Credential.Own => _settings.Token,
        Credential.Forged => "conformance-forged-token-that-nobody-issued",
        Credential.Other => _settings.OtherToken,
        Credential.Client => _settings.ClientToken ?? _settings.OtherToken,
        Credential.ReadOnly => _settings.ReadOnlyToken,
        _ => null,
    };

    private Answer Answered(
        Call call, HttpRequestMessage request, int status, List<KeyValuePair<string, string>> headers, string text, TimeSpan took, string? fault)
    {
        var sent = Flatten(request.Headers, request.Content?.Headers);
        var body = call.Body is null ? "" : Cut(Encoding.UTF8.GetString(call.Body, 0, Math.Min(call.Body.Length, Kept)), call.Body.Length);
        var exchange = new Exchange(
            call.Method,
            Mask(Cut(call.Path.Length > Kept ? call.Path[..Kept] : call.Path, call.Path.Length)),
            [.. sent.Select(h => new KeyValuePair<string, string>(h.Key, Secret(h.Key) ? "****" : Mask(h.Value)))],
            Mask(body),
            status,
            headers,
            Mask(Cut(text.Length > Kept ? text[..Kept] : text, text.Length)),
            took,
            fault);
        return new Answer(exchange, text);
    }

    private bool Secret(string header) =>
        header.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        || _settings.Headers.Any(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase));

    private string Mask(string text)
    {
        foreach (var token in new[] { _settings.Token, _settings.OtherToken, _settings.ClientToken, _settings.ReadOnlyToken })
        {
            if (!string.IsNullOrEmpty(token))
                text = text.Replace(token, "****", StringComparison.Ordinal);
        }
        return text;
    }

    private static string Cut(string text, int length) =>
        length <= Kept ? text : string.Create(CultureInfo.InvariantCulture, $"{text} … ({length} in all)");

    private static List<KeyValuePair<string, string>> Flatten(HttpHeaders headers, HttpHeaders? content)
    {
        var all = new List<KeyValuePair<string, string>>();
        foreach (var source in new[] { headers, content })
        {
            if (source is not null)
                all.AddRange(source.NonValidated.Select(h => new KeyValuePair<string, string>(h.Key, h.Value.ToString())));
        }
        return all;
    }
}
