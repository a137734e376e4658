using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget.Resources;

/// <summary>
/// What a client may set on a resource, checked against the schema and kept as finished JSON without id, meta and
/// members, with the values that look-ups need beside it. Never changes: a write makes a new one.
/// </summary>
internal sealed class ResourceBody
{
    private ResourceBody(ScimResourceType type, JsonObject source)
    {
        Json = BodyWriter.Write(type, source);
        Key = ScimJson.Text(source[type.KeyAttribute])?.Normalize(NormalizationForm.FormC) ?? "";
        if (string.IsNullOrWhiteSpace(Key))
            throw ScimException.InvalidValue($"{type.KeyAttribute} is required.");
        ExternalId = ScimJson.Text(source["externalId"]);
        UserType = ScimJson.Text(source["userType"]);
        Password = ScimJson.Text(source["password"]);
        DisplayName = ScimJson.Text(source["displayName"]);
        Active = source["active"] is JsonValue active && active.GetValueKind() == JsonValueKind.True;
        Emails = source["emails"] is JsonArray emails ? [.. emails.Select(email => ScimJson.Text(email?["value"])).OfType<string>()] : [];
    }

    public byte[] Json { get; }

    /// <summary>The value that must be unique: userName of a user, displayName of a group.</summary>
    public string Key { get; }

    public string? ExternalId { get; }

    public string? DisplayName { get; }

    public string? UserType { get; }

    /// <summary>The password that the client sets with it; null where it sets none. It is never shown.</summary>
    public string? Password { get; }

    public bool Active { get; }

    public string[] Emails { get; }

    public static ResourceBody From(ScimResourceType type, JsonObject source) => new(type, source);

    public JsonObject ToJson() => ScimJson.ParseObject(Json);

    public bool SameAs(ResourceBody other) =>
        Json.AsSpan().SequenceEqual(other.Json) || JsonNode.DeepEquals(ToJson(), other.ToJson());
}
