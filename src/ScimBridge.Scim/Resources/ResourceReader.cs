using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>From the body of a POST or PUT to what is to be stored (RFC 7644 3.3, 3.5.1).</summary>
public static class ResourceReader
{
    /// <summary>Reads the body of a POST. <c>active</c> is true unless the client says otherwise.</summary>
    /// <exception cref="ScimException">invalidSyntax or invalidValue.</exception>
    public static ResourceInput Create(JsonObject request, ResourceType type, ClientProfile profile)
    {
        var draft = ResourceDraft.Read(request, type, profile, trusted: false);
        if (!draft.Mentions("active") && type.Schema.Find("active") is { Type: AttributeType.Boolean, MultiValued: false, IsReadOnly: false } active)
        {
            draft.Set(active, JsonValue.Create(true));
        }

        return draft.Finish();
    }

    /// <summary>
    /// Reads the body of a PUT. What it leaves out is cleared, with these exceptions: read-only and immutable attributes keep
    /// their values, and so does <c>active</c>, since a partial PUT must never let a leaver in again.
    /// </summary>
    /// <exception cref="ScimException">invalidSyntax, invalidValue or mutability.</exception>
    public static ResourceInput Replace(JsonObject request, JsonObject existing, ResourceType type, ClientProfile profile)
    {
        var draft = ResourceDraft.Read(request, type, profile, trusted: false);
        draft.Keep(existing, profile.Allows(KeepOmittedExtensions.Quirk));
        return draft.Finish();
    }

    /// <summary>Reads a body that the bridge itself made: the same checks, but read-only attributes are accepted.</summary>
    /// <exception cref="ScimException">invalidSyntax or invalidValue.</exception>
    public static ResourceInput FromBridge(JsonObject body, ResourceType type) =>
        ResourceDraft.Read(body, type, ClientProfile.Strict, trusted: true).Finish();
}
