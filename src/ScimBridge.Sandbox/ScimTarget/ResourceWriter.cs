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

/// <summary>Writes resources and lists as clients see them.</summary>
internal static class ResourceWriter
{
    public static byte[] Resource(ResourceView view, string baseUrl, Projection projection)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
            Write(writer, view, baseUrl, projection);
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] List(IReadOnlyList<ResourceView> page, int total, int startIndex, string baseUrl, Projection projection)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("schemas");
            writer.WriteStringValue(ScimSchemas.ListResponse);
            writer.WriteEndArray();
            writer.WriteNumber("totalResults", total);
            writer.WriteNumber("startIndex", startIndex);
            writer.WriteNumber("itemsPerPage", page.Count);
            writer.WriteStartArray("Resources");
            foreach (var view in page)
                Write(writer, view, baseUrl, projection);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string Location(ResourceView view, string baseUrl) => $"{baseUrl}/{view.Type.Endpoint}/{view.Snapshot.Id}";

    private static void Write(Utf8JsonWriter writer, ResourceView view, string baseUrl, Projection projection)
    {
        if (projection.IsEverything)
        {
            WriteWhole(writer, view, baseUrl);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var whole = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
            WriteWhole(whole, view, baseUrl);
        var resource = ScimJson.ParseObject(buffer.WrittenSpan);
        projection.Apply(resource);
        resource.WriteTo(writer);
    }

    /// <summary>The body is finished JSON that begins with schemas: what the server adds goes before its closing brace.</summary>
    private static void WriteWhole(Utf8JsonWriter writer, ResourceView view, string baseUrl)
    {
        var tail = new ArrayBufferWriter<byte>(512);
        using (var added = new Utf8JsonWriter(tail, ScimJson.WriterOptions))
        {
            added.WriteStartObject();
            added.WriteString("id", view.Snapshot.Id);
            WriteMembers(added, view.Members, baseUrl);
            WriteMeta(added, view, baseUrl);
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

    private static void WriteMembers(Utf8JsonWriter writer, IReadOnlyList<Entry> members, string baseUrl)
    {
        if (members.Count == 0)
            return;
        writer.WriteStartArray("members");
        foreach (var member in members)
        {
            writer.WriteStartObject();
            writer.WriteString("value", member.Id);
            writer.WriteString("$ref", $"{baseUrl}/{member.Type.Endpoint}/{member.Id}");
            writer.WriteString("type", member.Type.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteMeta(Utf8JsonWriter writer, ResourceView view, string baseUrl)
    {
        writer.WriteStartObject("meta");
        writer.WriteString("resourceType", view.Type.Name);
        writer.WriteString("created", view.Snapshot.Created.UtcDateTime);
        writer.WriteString("lastModified", view.Snapshot.LastModified.UtcDateTime);
        writer.WriteString("location", Location(view, baseUrl));
        writer.WriteString("version", view.Snapshot.ETag);
        writer.WriteEndObject();
    }
}
