using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A request, read in full, so that the work on it neither waits nor can be cut off.</summary>
internal sealed record ScimRequest(string Method, string[] Segments, string BaseUrl, IQueryCollection Query, ReadOnlyMemory<byte> Content)
{
    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    /// <summary>True: answer as if the work were done, and leave everything as it is.</summary>
    public bool Pretend { get; init; }

    public Projection Projection => Projection.From(Query);

    public JsonObject Body() => ScimJson.ParseRequest(Content.Span);

    /// <summary>Compares opaque tags and ignores weakness: SCIM uses weak tags with If-Match.</summary>
    public static bool Names(string? header, string etag) =>
        header is not null && header.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || Opaque(tag) == Opaque(etag));

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}
