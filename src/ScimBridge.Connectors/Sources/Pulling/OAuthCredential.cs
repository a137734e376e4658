using System.Net.Http.Headers;
using System.Text.Json;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>
/// A bearer token that is asked for with a form (RFC 6749: 4.4 client credentials, 6 refresh token) and kept until the system refuses it.
/// </summary>
internal sealed class OAuthCredential(Uri tokenUrl, IReadOnlyDictionary<string, string> form) : ICredential
{
    private string? _token;

    public async Task ApplyAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpAnswer>> send, CancellationToken cancel)
    {
        _token ??= await AskAsync(send, cancel);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
    }

    public bool Refused()
    {
        var had = _token is not null;
        _token = null;
        return had;
    }

    private async Task<string> AskAsync(Func<HttpRequestMessage, CancellationToken, Task<HttpAnswer>> send, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, tokenUrl) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.ParseAdd("application/json");
        var answer = await send(request, cancel);
        if (answer.Status is 400 or 401 or 403)
            throw new FeedException($"POST {tokenUrl.AbsolutePath}: {answer.Status}. The credential is refused.");
        if (!answer.IsSuccess)
            throw answer.AsFault();
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("access_token", out var token)
                && token.GetString() is { Length: > 0 } text && text.All(c => c is > ' ' and <= '~'))
                return text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FeedException($"POST {tokenUrl.AbsolutePath}: {answer.Status}, and no token in the answer.", e);
        }

        throw new FeedException($"POST {tokenUrl.AbsolutePath}: {answer.Status}, and no token in the answer.");
    }
}
