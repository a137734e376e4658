using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>What RFC 7643 4.1.2 asks of values beyond their type.</summary>
internal static class ValueRules
{
    public static void Check(AttributeDefinition attribute, AttributeDefinition subAttribute, JsonNode value, string where, ClientProfile profile)
    {
        switch (attribute.Name, subAttribute)
        {
            case ("addresses", { Name: "country", Type: AttributeType.String, MultiValued: false }) when !IsCountryCode(value.GetValue<string>()) && !profile.Allows(AnyCountry.Quirk):
                throw ScimError.InvalidValue($"{where} must be a two-letter code of ISO 3166-1.").AsException();
            case ("x509Certificates", { Name: "value", Type: AttributeType.Binary, MultiValued: false }) when !IsOneDerValue(value.GetValue<string>()):
                throw ScimError.InvalidValue($"{where} must be exactly one certificate, DER encoded, in base64.").AsException();
            default:
                return;
        }
    }

    private static bool IsCountryCode(string text) => text.Length == 2 && text.All(char.IsAsciiLetter);

    /// <summary>Whether the bytes are one SEQUENCE of DER whose length ends where they end.</summary>
    private static bool IsOneDerValue(string base64)
    {
        const byte Sequence = 0x30;
        if (Base64.Decode(base64) is not { Length: >= 2 } bytes || bytes[0] != Sequence)
        {
            return false;
        }

        if (bytes[1] < 0x80)
        {
            return bytes.Length == 2 + bytes[1];
        }

        var lengthBytes = bytes[1] & 0x7F;
        if (lengthBytes is 0 or > 4 || bytes.Length < 2 + lengthBytes)
        {
            return false;
        }

        var length = bytes.Skip(2).Take(lengthBytes).Aggregate(0L, (sum, b) => (sum << 8) | b);
        return bytes.Length == 2 + lengthBytes + length;
    }
}
