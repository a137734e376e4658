using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Planning;

/// <summary>What a target says of one account.</summary>
/// <param name="Kind">User or group.</param>
/// <param name="RemoteId">The target's identifier.</param>
/// <param name="CorrelationKey">The correlation key that the account carries, if any.</param>
/// <param name="Active">Whether the account is usable; null where the target does not say.</param>
/// <param name="Attributes">SCIM-shaped, as in <see cref="DesiredAccount.Attributes"/>.</param>
public sealed record ObservedAccount(AccountKind Kind, string RemoteId, string? CorrelationKey, bool? Active, JsonObject Attributes)
{
    /// <summary>Attributes that accounts have here and that are not shown of this one: nothing is concluded from their absence.</summary>
    public IReadOnlyList<AttributeName> Unshown { get; init; } = [];
}
