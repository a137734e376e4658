using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Messages;

/// <summary>How JSON is written: UTF-8, and no escapes beyond those that JSON demands.</summary>
public static class ScimJson
{
    /// <summary>The relaxed encoder is right here: the answers are application/scim+json and never part of a page.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToUtf8(JsonNode node) => Write(node.WriteTo);

    public static byte[] ToUtf8(ListResponse response) => Write(response.WriteTo);

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter, JsonSerializerOptions?> write) => Write(writer => write(writer, null));
}
