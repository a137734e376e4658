using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A number where the schema has a string: <c>{"externalId":701984,"addresses":[{"postalCode":91608}]}</c>, as in Okta's example
/// data. It is kept as the text of the number.
/// Source: developer.okta.com, "SCIM 2.0 Protocol Reference".
/// </summary>
public static class NumbersAsStrings
{
    public static readonly Quirk Quirk = new("numbersAsStrings");

    /// <summary>The text of a number, or null.</summary>
    internal static string? Read(JsonNode node, ClientProfile profile) =>
        profile.Allows(Quirk) && node.GetValueKind() == JsonValueKind.Number ? node.ToJsonString() : null;
}
