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
    public static ReadOnlyMemory<byte> Resource(DesiredAccount account) => Write(json =>
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
    /// the extension's URN.
    /// </summary>
    public static ReadOnlyMemory<byte> Patch(IEnumerable<AttributeChange> changes, bool? active) => Operations(json =>
    {
        foreach (var change in changes)
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

        if (active is { } usable)
        {
            json.WriteStartObject();
            json.WriteString("op", "replace");
            json.WriteString("path", "active");
            json.WriteBoolean("value", usable);
            json.WriteEndObject();
        }
    });

    /// <summary>
    /// Removals first, so that a body cut short by a server takes access away rather than giving it; each by a value filter, because a
    /// removal with a list of values means "all members" to some servers.
    /// </summary>
    public static ReadOnlyMemory<byte> Members(IEnumerable<string> add, IEnumerable<string> remove) => Operations(json =>
    {
        foreach (var member in remove)
        {
            json.WriteStartObject();
            json.WriteString("op", "remove");
            json.WriteString("path", $"members[value eq {Quoted(member)}]");
            json.WriteEndObject();
        }

        using var members = add.GetEnumerator();
        if (!members.MoveNext())
            return;
        json.WriteStartObject();
        json.WriteString("op", "add");
        json.WriteString("path", "members");
        json.WriteStartArray("value");
        do
        {
            json.WriteStartObject();
            json.WriteString("value", members.Current);
            json.WriteEndObject();
        }
        while (members.MoveNext());
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>A text as filters write it: as JSON does (RFC 7644 section 3.4.2.2).</summary>
    public static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    private static ReadOnlyMemory<byte> Operations(Action<Utf8JsonWriter> write) => Write(json =>
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

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
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
