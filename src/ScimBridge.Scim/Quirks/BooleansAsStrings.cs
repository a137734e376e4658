using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A truth value as a string: <c>{"op":"Replace","path":"active","value":"False"}</c>, <c>{"primary":"True"}</c>. RFC 7643 2.3.2
/// wants a JSON boolean. Entra ID sends strings unless its flag aadOptscim062020 is set, and Microsoft's validator does too.
/// Source: learn.microsoft.com, "Known issues and resolutions with SCIM 2.0 protocol compliance".
/// </summary>
public static class BooleansAsStrings
{
    public static readonly Quirk Quirk = new("booleansAsStrings");

    /// <summary>The truth value that a string stands for, or null.</summary>
    internal static bool? Read(JsonNode node, ClientProfile profile) =>
        profile.Allows(Quirk) && node.GetValueKind() == JsonValueKind.String && bool.TryParse(node.GetValue<string>(), out var value)
            ? value
            : null;
}
