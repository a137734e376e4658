using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget.Resources;

/// <summary>
/// Checks a resource against its schemas while writing it: an attribute that no schema knows or a wrong type is refused,
/// what is read-only or never returned is dropped, "unassigned" is left out, names get the spelling of the schema.
/// </summary>
internal static class BodyWriter
{
    public static byte[] Write(ScimResourceType type, JsonObject source)
    {
        var schemas = Schemas(type, source);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
        {
            writer.WriteStartObject();
            WriteSchemas(writer, schemas);
            foreach (var (name, value) in source)
            {
                if (IsUrn(name))
                    WriteExtension(writer, type, schemas, name, value);
                else if (!IsWrittenElsewhere(type, name))
                    WriteAttribute(writer, type.Core.Find(name), name, value);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static bool IsUrn(string name) => name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase);

    /// <summary>What the client does not set, what is written first, and what a group keeps apart.</summary>
    private static bool IsWrittenElsewhere(ScimResourceType type, string name) =>
        name.Equals("schemas", StringComparison.OrdinalIgnoreCase)
        || name.Equals("id", StringComparison.OrdinalIgnoreCase)
        || name.Equals("meta", StringComparison.OrdinalIgnoreCase)
        || (type.HasMembers && name.Equals("members", StringComparison.OrdinalIgnoreCase));

    private static List<string> Schemas(ScimResourceType type, JsonObject source)
    {
        var schemas = source["schemas"] is JsonArray array ? array.Select(ScimJson.Text).OfType<string>().ToList() : [];
        if (!schemas.Contains(type.Core.Urn, StringComparer.OrdinalIgnoreCase))
            throw ScimException.InvalidValue($"schemas must name {type.Core.Urn}.");
        return schemas;
    }

    private static void WriteSchemas(Utf8JsonWriter writer, List<string> schemas)
    {
        writer.WriteStartArray("schemas");
        foreach (var schema in schemas.Distinct(StringComparer.OrdinalIgnoreCase))
            writer.WriteStringValue(schema);
        writer.WriteEndArray();
    }

    private static void WriteExtension(Utf8JsonWriter writer, ScimResourceType type, List<string> schemas, string urn, JsonNode? value)
    {
        if (!schemas.Contains(urn, StringComparer.OrdinalIgnoreCase))
            throw ScimException.InvalidValue($"schemas does not name the extension {urn}.");
        if (!ScimJson.HasValue(value))
            return;
        if (value is not JsonObject attributes)
            throw ScimException.InvalidValue($"{urn} must be an object.");

        writer.WritePropertyName(urn);
        if (type.FindExtension(urn) is not { } schema)
        {
            attributes.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, attribute) in attributes)
            WriteAttribute(writer, schema.Find(name), name, attribute);
        writer.WriteEndObject();
    }

    private static void WriteAttribute(Utf8JsonWriter writer, ScimAttribute? attribute, string name, JsonNode? value)
    {
        if (attribute is null)
            throw ScimException.InvalidValue($"{name} is not an attribute of this resource.");
        if (attribute.IsReadOnly || !ScimJson.HasValue(value))
            return;
        if (attribute.MultiValued != value is JsonArray)
            throw ScimException.InvalidValue($"{attribute.Name} must {(attribute.MultiValued ? "" : "not ")}be an array.");
        if (attribute.IsNeverReturned)
            return;

        writer.WritePropertyName(attribute.Name);
        if (value is JsonArray elements)
            WriteElements(writer, attribute, elements);
        else
            WriteValue(writer, attribute, value);
    }

    private static void WriteElements(Utf8JsonWriter writer, ScimAttribute attribute, JsonArray elements)
    {
        writer.WriteStartArray();
        foreach (var element in elements)
            WriteValue(writer, attribute, element);
        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, ScimAttribute attribute, JsonNode? value)
    {
        if (attribute.IsComplex)
        {
            if (value is not JsonObject complex)
                throw ScimException.InvalidValue($"{attribute.Name} must be an object.");
            writer.WriteStartObject();
            foreach (var (name, sub) in complex)
                WriteAttribute(writer, attribute.FindSub(name), $"{attribute.Name}.{name}", sub);
            writer.WriteEndObject();
            return;
        }

        var kind = value?.GetValueKind();
        var fits = attribute.Type == "boolean" ? kind is JsonValueKind.True or JsonValueKind.False : kind is JsonValueKind.String;
        if (!fits)
            throw ScimException.InvalidValue($"{attribute.Name} must be a {attribute.Type}.");
        value!.WriteTo(writer);
    }
}
