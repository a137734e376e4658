using System.Net.Http.Headers;
using System.Text.Json;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>
/// A bearer token that is asked for with a form (RFC 6749: 4.4 client credentials, 6 refresh token) and kept until the system refuses it.
/// </summary>
internal sealed class OAuthCredential(Uri tokenUrl, IReadOnlyDictionary<string, string> form) : ICredential
{
    private string? _token;

    public async Task<HttpAnswer?> ApplyAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpAnswer>> send, CancellationToken cancel)
    {
        if (_token is null)
        {
            using var asking = new HttpRequestMessage(HttpMethod.Post, tokenUrl) { Content = new FormUrlEncodedContent(form) };
            asking.Headers.Accept.ParseAdd("application/json");
            var answer = await send(asking, cancel);
            if (answer.IsPassing)
                return answer;
            _token = TokenOf(answer);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return null;
    }

    public bool Refused()
    {
        var had = _token is not null;
        _token = null;
        return had;
    }

    private static string TokenOf(HttpAnswer answer)
    {
        if (answer.Status is 400 or 401 or 403)
            throw new FeedException($"{answer.Call}: {answer.Status}. The credential is refused.");
        try
        {
            using var json = JsonDocument.Parse(answer.AsJson().Body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("access_token", out var token)
                && token.GetString() is { Length: > 0 } text && text.All(c => c is > ' ' and <= '~'))
                return text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FeedException($"{answer.Call}: {answer.Status}, and no token in the answer.", e);
        }

        throw new FeedException($"{answer.Call}: {answer.Status}, and no token in the answer.");
    }
}
