namespace ScimBridge.Scim.Schemas;

/// <summary>The spelling of a characteristic in a schema document: the name of the value in camel case.</summary>
internal static class CharacteristicNames
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
