using System.Buffers.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ScimBridge.Server.Api;

/// <summary>The bearer token of a request (RFC 6750, 2.1), before anybody has said that it is good.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The token, or null where the request brings none.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    /// <summary>What a JSON Web Token claims, or null where it is none: three parts of base64url (RFC 7515, 3.1).</summary>
    public static JsonWebToken? TryRead(string token)
    {
        var parts = token.Split('.', 4);
        if (parts.Length != 3 || parts[0].Length == 0 || !Array.TrueForAll(parts, p => Base64Url.IsValid(p)))
            return null;
        try
        {
            return new JsonWebToken(token);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
