using System.Globalization;

namespace ScimBridge.Benchmarks;

/// <summary>The invented users that the SCIM benchmark creates, by number.</summary>
internal static class ScimUser
{
    public static string UserName(int n) => string.Create(CultureInfo.InvariantCulture, $"user{n}@example.com");

    public static string Body(int n) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":"{{UserName(n)}}","externalId":"ext-{{n}}","name":{"givenName":"Given{{n}}","familyName":"Family{{n % 997}}"},"displayName":"Given{{n}} Family{{n % 997}}","active":true,"emails":[{"value":"{{UserName(n)}}","type":"work","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"{{100_000 + n}}","department":"Dept {{n % 50}}"} }
        """);
}
