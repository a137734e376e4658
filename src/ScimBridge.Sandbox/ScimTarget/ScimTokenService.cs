using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>Hands out bearer tokens for client credentials (RFC 6749 sections 4.4 and 5).</summary>
internal sealed class ScimTokenService(ScimTokenClient? client, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private int asked;

    /// <summary>How many requests for a token there were.</summary>
    public int Asked => Volatile.Read(ref asked);

    public bool Knows(string token) => tokens.TryGetValue(token, out var until) && until > clock.GetUtcNow();

    /// <summary>Takes every token back that was handed out.</summary>
    public void Revoke() => tokens.Clear();

    public void Clear()
    {
        tokens.Clear();
        Volatile.Write(ref asked, 0);
    }

    public async Task HandleAsync(HttpContext http)
    {
        Interlocked.Increment(ref asked);
        if (client is null || http.Request.Method != HttpMethods.Post || !http.Request.HasFormContentType)
        {
            await WriteAsync(http, client is null ? 404 : 400, new { error = "invalid_request" });
            return;
        }

        var form = await http.Request.ReadFormAsync();
        if (!IsClient(http.Request, form))
            await WriteAsync(http, 401, new { error = "invalid_client", error_description = "The client is not known." });
        else if (form["grant_type"] != "client_credentials")
            await WriteAsync(http, 400, new { error = "unsupported_grant_type" });
        else if (client.Scope is { } scope && form["scope"] != scope)
            await WriteAsync(http, 400, new { error = "invalid_scope" });
        else
            await WriteAsync(http, 200, new { access_token = NewToken(), token_type = "Bearer", expires_in = client.LifeSeconds });
    }

    private string NewToken()
    {
        var token = Guid.NewGuid().ToString("N");
        tokens[token] = clock.GetUtcNow().AddSeconds(client!.LifeSeconds);
        return token;
    }

    private bool IsClient(HttpRequest request, IFormCollection form)
    {
        if (client!.InBody)
            return form["client_id"] == client.Id && form["client_secret"] == client.Secret && request.Headers.Authorization.Count == 0;
        return request.Headers.Authorization.ToString() is ['B', 'a', 's', 'i', 'c', ' ', .. var encoded]
            && Encoding.ASCII.GetString(Convert.FromBase64String(encoded)).Split(':') is [var id, var secret]
            && Uri.UnescapeDataString(id.Replace('+', ' ')) == client.Id && Uri.UnescapeDataString(secret.Replace('+', ' ')) == client.Secret;
    }

    private static Task WriteAsync(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(JsonSerializer.Serialize(body));
    }
}
