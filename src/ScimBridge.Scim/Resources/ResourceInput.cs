using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>What a POST or PUT asks for, taken apart by where it is stored.</summary>
public sealed record ResourceInput
{
    /// <summary>
    /// The body to store, in the spelling and order of the schema: without id and meta, relations and what derives from them,
    /// secrets, and anything unassigned.
    /// </summary>
    public required JsonObject Body { get; init; }

    /// <summary>The members of the relation; null when the request does not mention it, empty when it says that there are none.</summary>
    public IReadOnlyList<MemberReference>? Members { get; init; }

    /// <summary>The values that are written and never shown, by canonical path: the password. Null values unassign.</summary>
    public required JsonObject WriteOnly { get; init; }

    /// <summary>The attributes that the request gives a value, for those that are returned on request only (RFC 7643 7).</summary>
    public required IReadOnlyList<AttributePath> Written { get; init; }

    /// <summary>What was passed over because the schema does not have it, for the log.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }
}
