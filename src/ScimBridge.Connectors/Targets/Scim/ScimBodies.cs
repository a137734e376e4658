using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Writes the bodies of requests, in the plainest form of RFC 7644 that a server can be expected to take.</summary>
internal static class ScimBodies
{
    // The bodies are read by JSON parsers and stand in no page: names stay readable in a trace.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A whole resource; its schemas are the core one and the extensions that stand in it (RFC 7643 section 3).</summary>
    public static ReadOnlyMemory<byte> Resource(DesiredAccount account) => Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("schemas");
        json.WriteStringValue(ScimSchemas.Core(account.Kind));
        foreach (var (name, _) in account.Attributes)
        {
            if (name.StartsWith(ScimSchemas.UrnPrefix, StringComparison.OrdinalIgnoreCase))
                json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteString("externalId", account.CorrelationKey);
        if (account.Kind == AccountKind.User)
            json.WriteBoolean("active", account.Active);
        foreach (var (name, value) in account.Attributes)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        json.WriteEndObject();
    });

    /// <summary>
    /// One operation per attribute, each with its path (RFC 7644 section 3.5.2): a core attribute by name, one of an extension behind
    /// the extension's URN. Or one operation that sets all that is set, and one for each that is removed.
    /// </summary>
    public static ReadOnlyMemory<byte> Patch(ScimPatchForm form, IReadOnlyCollection<AttributeChange> changes, bool? active) => Operations(json =>
    {
        var isPathless = form == ScimPatchForm.Pathless;
        foreach (var change in isPathless ? changes.Where(change => change.Value is null) : changes)
        {
            json.WriteStartObject();
            json.WriteString("op", change.Value is null ? "remove" : "replace");
            json.WriteString("path", change.Schema is null ? change.Name : $"{change.Schema}:{change.Name}");
            if (change.Value is not null)
            {
                json.WritePropertyName("value");
                change.Value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        if (isPathless)
        {
            WriteAll(json, changes, active);
            return;
        }

        if (active is { } usable)
        {
            json.WriteStartObject();
            json.WriteString("op", "replace");
            json.WriteString("path", "active");
            json.WriteBoolean("value", usable);
            json.WriteEndObject();
        }
    });

    /// <summary>A resource as it is, for a PUT.</summary>
    public static ReadOnlyMemory<byte> Of(JsonObject resource) => Bytes(json => resource.WriteTo(json));

    /// <summary>
    /// Removals first, so that a body cut short by a server takes access away rather than giving it; by a value filter where that is
    /// taken, because a removal with a list of values means "all members" to some servers.
    /// </summary>
    public static ReadOnlyMemory<byte> Members(
        ScimMemberPatch form, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove) => Operations(json =>
    {
        if (form == ScimMemberPatch.Filter)
        {
            foreach (var member in remove)
            {
                json.WriteStartObject();
                json.WriteString("op", "remove");
                json.WriteString("path", $"members[value eq {Quoted(member)}]");
                json.WriteEndObject();
            }
        }
        else
        {
            WriteMembers(json, "remove", form, remove);
        }

        WriteMembers(json, "add", form, add);
    });

    /// <summary>A text as filters write it: as JSON does (RFC 7644 section 3.4.2.2).</summary>
    public static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    private static void WriteMembers(Utf8JsonWriter json, string op, ScimMemberPatch form, IReadOnlyCollection<string> members)
    {
        // A removal without values would be one of all members.
        if (members.Count == 0)
            return;
        var isNested = form == ScimMemberPatch.Nested;
        json.WriteStartObject();
        json.WriteString("op", op);
        json.WriteString("path", "members");
        if (isNested)
            json.WriteStartObject("value");
        json.WriteStartArray(isNested ? "members" : "value");
        foreach (var member in members)
        {
            json.WriteStartObject();
            json.WriteString("value", member);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (isNested)
            json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, IReadOnlyCollection<AttributeChange> changes, bool? active)
    {
        var set = changes.Where(change => change.Value is not null).ToLookup(change => change.Schema);
        if (set.Count == 0 && active is null)
            return;
        json.WriteStartObject();
        json.WriteString("op", "replace");
        json.WriteStartObject("value");
        foreach (var schema in set)
        {
            if (schema.Key is not null)
                json.WriteStartObject(schema.Key);
            foreach (var change in schema)
            {
                json.WritePropertyName(change.Name);
                WriteValue(json, change.Value);
            }

            if (schema.Key is not null)
                json.WriteEndObject();
        }

        if (active is { } usable)
            json.WriteBoolean("active", usable);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Operations(Action<Utf8JsonWriter> write) => Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("schemas");
        json.WriteStringValue(ScimSchemas.Patch);
        json.WriteEndArray();
        json.WriteStartArray("Operations");
        write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, Plain))
            write(json);
        return body.WrittenMemory;
    }

    private static void WriteValue(Utf8JsonWriter json, JsonNode? value)
    {
        if (value is null)
            json.WriteNullValue();
        else
            value.WriteTo(json);
    }
}
