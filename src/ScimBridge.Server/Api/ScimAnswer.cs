using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;

namespace ScimBridge.Server.Api;

/// <summary>Writes SCIM answers: <c>application/scim+json</c> without a charset, which some clients compare to the letter.</summary>
internal static class ScimAnswer
{
    public const string ContentType = "application/scim+json";

    public static Task WriteAsync(HttpContext http, ScimError error) => WriteAsync(http, error.Status, error.ToJson());

    public static Task WriteAsync(HttpContext http, int status, JsonNode body) =>
        WriteAsync(http, status, ScimJson.ToUtf8(body));

    public static async Task WriteAsync(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
