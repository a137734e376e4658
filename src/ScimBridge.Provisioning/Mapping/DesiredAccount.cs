using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>What should be true of one resource at one target.</summary>
/// <param name="Kind">User or group.</param>
/// <param name="CorrelationKey">
/// Our resource id. Written to the target (SCIM: <c>externalId</c>) so that an account whose creation was never acknowledged can be found again.
/// </param>
/// <param name="Active">Whether the account is to be usable; always true for a group.</param>
/// <param name="Attributes">
/// SCIM-shaped attributes without <c>id</c>, <c>meta</c>, <c>externalId</c>, <c>active</c>, <c>members</c>; references to other
/// resources already carry the target's identifiers. Extension attributes stand under their schema URN.
/// </param>
public sealed record DesiredAccount(AccountKind Kind, string CorrelationKey, bool Active, JsonObject Attributes)
{
    /// <summary>
    /// Attributes that are to have no value at the target, whatever it has: those of <see cref="Attributes"/> that are merely absent are
    /// taken away only where the bridge has delivered them.
    /// </summary>
    public IReadOnlyList<AttributeName> Cleared { get; init; } = [];

    /// <summary>What the target has acknowledged once this is done: the attributes, and null for each that was cleared.</summary>
    public JsonObject Acknowledged()
    {
        var acknowledged = (JsonObject)Attributes.DeepClone();
        foreach (var (schema, name) in Cleared)
        {
            if (schema is null)
                acknowledged[name] = null;
            else if (acknowledged[schema] is JsonObject extension)
                extension[name] = null;
            else
                acknowledged[schema] = new JsonObject { [name] = null };
        }

        return acknowledged;
    }
}
