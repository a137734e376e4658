using System.Globalization;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Api;

/// <summary>What requests to the HR endpoints have in common.</summary>
internal static class HrisRequest
{
    /// <summary>The source that the address names.</summary>
    /// <exception cref="ScimException">404.</exception>
    public static ConfiguredSource SourceOf(HttpContext http, BridgeConfiguration configuration) =>
        configuration.Sources.FirstOrDefault(s => s.Name == http.GetRouteValue("source") as string)
        ?? throw ScimError.NotFound($"There is no source '{http.GetRouteValue("source")}'.").AsException();

    /// <summary>What the sender says of the batch, in the query and the headers of the request.</summary>
    /// <exception cref="ScimException">invalidValue.</exception>
    public static Manifest ManifestOf(HttpRequest request, string mode)
    {
        var said = Query(request, "mode") ?? mode;
        if (said is not ("full" or "delta"))
            throw Invalid("mode must be full or delta.");
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 200)
            throw Invalid("The Idempotency-Key is longer than 200 characters.");
        return new Manifest(said)
        {
            Format = FormatOf(request.ContentType),
            AsOf = AsOf(Query(request, "asOf")),
            ExpectedRows = Rows(Query(request, "expectedRows")),
            Checksum = Checksum(Query(request, "sha256"), request.Headers["Content-Digest"].ToString()),
            IdempotencyKey = key.Length == 0 ? null : key,
            Partial = Truth(request, "partial"),
            DryRun = Truth(request, "dryRun"),
        };
    }

    /// <summary>A parameter of the query, or null.</summary>
    public static string? Query(HttpRequest request, string name) =>
        request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The size of a page.</summary>
    /// <exception cref="ScimException">invalidValue.</exception>
    public static int Count(HttpRequest request)
    {
        const int usual = 100, most = 1_000;
        return Query(request, "count") is not { } text ? usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= most ? count
            : throw Invalid($"count must be from 1 to {most}.");
    }

    /// <summary>A place in a list, as the answer before gave it; 0 for the beginning.</summary>
    /// <exception cref="ScimException">invalidValue.</exception>
    public static long After(HttpRequest request, string name = "after") =>
        Query(request, name) is not { } text ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after) ? after
            : throw Invalid($"{name} is what an answer before gave.");

    /// <summary>An instant of the query, or null.</summary>
    /// <exception cref="ScimException">invalidValue.</exception>
    public static Instant? AsOf(string? text) => text is null ? null
        : OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } parsed ? parsed.Value.ToInstant()
        : throw Invalid($"'{text[..Math.Min(text.Length, 40)]}' is no instant, as 2026-03-01T00:00:00Z is.");

    /// <summary>An error about a value.</summary>
    public static ScimException Invalid(string detail) => ScimError.InvalidValue(detail).AsException();

    private static string? FormatOf(string? contentType) => contentType?.Split(';')[0].Trim().ToUpperInvariant() switch
    {
        "TEXT/CSV" => "csv",
        "APPLICATION/JSON" => "json",
        "APPLICATION/X-NDJSON" or "APPLICATION/NDJSON" or "APPLICATION/JSONL" => "ndjson",
        // What clients send that say nothing about the bytes: the source knows what it reads.
        _ => null,
    };

    private static long? Rows(string? text) => text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows
        : throw Invalid("expectedRows must be a number.");

    private static bool Truth(HttpRequest request, string name) => Query(request, name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Invalid($"{name} must be true or false."),
    };

    // RFC 9530: Content-Digest: sha-256=:BASE64:
    private static string? Checksum(string? hex, string digest)
    {
        if (hex is not null)
            return hex.Length == 64 && hex.All(char.IsAsciiHexDigit) ? hex.ToLowerInvariant() : throw Invalid("sha256 must be 64 hexadecimal digits.");
        const string begin = "sha-256=:";
        if (digest.IndexOf(begin, StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            var rest = digest[(at + begin.Length)..];
            var bytes = new byte[64];
            if (rest.IndexOf(':', StringComparison.Ordinal) is var end and > 0
                && Convert.TryFromBase64String(rest[..end], bytes, out var length) && length == 32)
                return Convert.ToHexStringLower(bytes.AsSpan(0, length));
            throw Invalid("The Content-Digest cannot be read (RFC 9530).");
        }

        return null;
    }
}
