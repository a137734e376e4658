namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A country that is no ISO 3166-1 alpha-2 code: <c>{"addresses":[{"type":"work","country":"United States"}]}</c>. RFC 7643 4.1.2 wants the
/// code; directories hold names, and the default mappings of Entra ID and Okta pass them on. They are kept as sent.
/// Source: learn.microsoft.com, "Customize user provisioning attribute-mappings", the default mapping of country.
/// </summary>
public static class AnyCountry
{
    public static readonly Quirk Quirk = new("anyCountry");
}
