using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>What a PATCH comes to; nothing is stored yet.</summary>
public sealed record PatchResult
{
    /// <summary>The new body; the old one stays as it was.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Whether the body differs at all: if not, there is no new version (RFC 7644 3.5.2.1).</summary>
    public required bool BodyChanged { get; init; }

    /// <summary>The steps that change the members, in order. Whether they change anything shows when they are taken.</summary>
    public required IReadOnlyList<MembershipChange> Membership { get; init; }

    /// <summary>The values that are written and never shown, by canonical path; null unassigns.</summary>
    public required JsonObject WriteOnly { get; init; }

    /// <summary>The attributes that the operations name, for those that are returned on request only (RFC 7643 7).</summary>
    public required IReadOnlyList<AttributePath> Written { get; init; }

    /// <summary>What was passed over because the schema does not have it, for the log.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }
}
