using System.Buffers;
using System.Text.Json;
using ScimBridge.Sandbox.ScimTarget.Resources;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A resource with its members as they were under the gate, to be written out after it.</summary>
internal sealed record ResourceView(ScimResourceType Type, Snapshot Snapshot, IReadOnlyList<Entry> Members)
{
    public static ResourceView Of(Entry entry, Projection projection) =>
        new(entry.Type, entry.Current, projection.Members && entry.Members.Count > 0 ? [.. entry.Members] : []);
}

/// <summary>One page of a list; NextCursor is null at its end, and where pages are numbered.</summary>
internal sealed record ResourcePage(IReadOnlyList<ResourceView> Resources, int Total, int StartIndex, string? NextCursor);

/// <summary>How this target writes what every resource has.</summary>
internal sealed record ResourceStyle(string BaseUrl, bool NumericIds, bool LowerCase, bool ETags)
{
    public static ResourceStyle Of(ScimTargetSettings settings, string baseUrl) => new(baseUrl, settings.NumericIds, settings.LowerCase, settings.ETags);

    public string Collection(ScimResourceType type) => LowerCase ? type.Endpoint.ToLowerInvariant() : type.Endpoint;
}

/// <summary>Writes resources and lists as clients see them.</summary>
internal static class ResourceWriter
{
    public static byte[] Resource(ResourceView view, ResourceStyle style, Projection projection)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
            Write(writer, view, style, projection);
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] List(ResourcePage page, ResourceStyle style, Projection projection)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("schemas");
            writer.WriteStringValue(ScimSchemas.ListResponse);
            writer.WriteEndArray();
            writer.WriteNumber("totalResults", page.Total);
            if (page.NextCursor is not null)
                writer.WriteString("nextCursor", page.NextCursor);
            else
                writer.WriteNumber("startIndex", page.StartIndex);
            writer.WriteNumber("itemsPerPage", page.Resources.Count);
            writer.WriteStartArray(style.LowerCase ? "resources" : "Resources");
            foreach (var view in page.Resources)
                Write(writer, view, style, projection);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string Location(ResourceView view, ResourceStyle style) => $"{style.BaseUrl}/{style.Collection(view.Type)}/{view.Snapshot.Id}";

    private static void Write(Utf8JsonWriter writer, ResourceView view, ResourceStyle style, Projection projection)
    {
        if (projection.IsEverything)
        {
            WriteWhole(writer, view, style);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var whole = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
            WriteWhole(whole, view, style);
        var resource = ScimJson.ParseObject(buffer.WrittenSpan);
        projection.Apply(resource);
        resource.WriteTo(writer);
    }

    /// <summary>The body is finished JSON that begins with schemas: what the server adds goes before its closing brace.</summary>
    private static void WriteWhole(Utf8JsonWriter writer, ResourceView view, ResourceStyle style)
    {
        var tail = new ArrayBufferWriter<byte>(512);
        using (var added = new Utf8JsonWriter(tail, ScimJson.WriterOptions))
        {
            added.WriteStartObject();
            if (style.NumericIds)
            {
                added.WritePropertyName("id");
                added.WriteRawValue(view.Snapshot.Id);
            }
            else
            {
                added.WriteString("id", view.Snapshot.Id);
            }

            WriteMembers(added, view.Members, style);
            WriteMeta(added, view, style);
            added.WriteEndObject();
        }

        var body = view.Snapshot.Body.Json.AsSpan();
        var joined = ArrayPool<byte>.Shared.Rent(body.Length + tail.WrittenCount);
        body[..^1].CopyTo(joined);
        joined[body.Length - 1] = (byte)',';
        tail.WrittenSpan[1..].CopyTo(joined.AsSpan(body.Length));
        writer.WriteRawValue(joined.AsSpan(0, body.Length + tail.WrittenCount - 1), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(joined);
    }

    private static void WriteMembers(Utf8JsonWriter writer, IReadOnlyList<Entry> members, ResourceStyle style)
    {
        if (members.Count == 0)
            return;
        writer.WriteStartArray("members");
        foreach (var member in members)
        {
            writer.WriteStartObject();
            writer.WriteString("value", member.Id);
            writer.WriteString("$ref", $"{style.BaseUrl}/{style.Collection(member.Type)}/{member.Id}");
            writer.WriteString("type", member.Type.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteMeta(Utf8JsonWriter writer, ResourceView view, ResourceStyle style)
    {
        writer.WriteStartObject("meta");
        writer.WriteString("resourceType", view.Type.Name);
        writer.WriteString("created", view.Snapshot.Created.UtcDateTime);
        writer.WriteString("lastModified", view.Snapshot.LastModified.UtcDateTime);
        writer.WriteString("location", Location(view, style));
        if (style.ETags)
            writer.WriteString("version", view.Snapshot.ETag);
        writer.WriteEndObject();
    }
}
