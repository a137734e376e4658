using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ScimBridge.Server.Api;

/// <summary>The scopes of a JSON Web Token, wherever issuers put them.</summary>
internal static class TokenScopes
{
    // RFC 8693, 4.2; Okta's list and Microsoft's text of delegated permissions; Microsoft's permissions of applications.
    private static readonly string[] Claims = ["scope", "scp", "roles"];

    /// <summary>Every scope once.</summary>
    public static IReadOnlyList<string> Of(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
        return [.. Claims.SelectMany(c => payload.RootElement.TryGetProperty(c, out var value) ? In(value) : []).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> In(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        JsonValueKind.Array => value.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!),
        _ => [],
    };
}
