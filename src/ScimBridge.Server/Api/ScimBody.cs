using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;

namespace ScimBridge.Server.Api;

/// <summary>Reads the body of a request (RFC 7644, 3.8): JSON in UTF-8, up to the limit that the service publishes.</summary>
internal static class ScimBody
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxSize = 10_485_760;

    /// <summary>Reads and parses the body.</summary>
    /// <exception cref="ScimException">415, 413 or invalidSyntax.</exception>
    public static async Task<JsonObject> ReadAsync(HttpContext http)
    {
        CheckType(http.Request);
        if (http.Request.ContentLength > MaxSize)
            throw TooLarge();
        // The limit is ours, so that the answer can name it; chunked bodies have no length to look at.
        using var buffer = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        var chunk = new byte[16_384];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxSize)
                throw TooLarge();
            buffer.Write(chunk, 0, read);
        }

        return JsonBody.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    private static void CheckType(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            throw ScimError.UnsupportedMediaType("The body must not be encoded.").AsException();
        if (string.IsNullOrEmpty(request.ContentType))
            return;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || type.MediaType.Value?.ToUpperInvariant() is not ("APPLICATION/SCIM+JSON" or "APPLICATION/JSON")
            || (type.Charset.HasValue && !type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
            throw ScimError.UnsupportedMediaType("The body must be application/scim+json or application/json, in UTF-8.").AsException();
    }

    private static ScimException TooLarge() => ScimError.PayloadTooLarge(
        string.Create(CultureInfo.InvariantCulture, $"The body is larger than maxPayloadSize ({MaxSize}).")).AsException();
}
