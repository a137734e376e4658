using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace ScimBridge.Server.Api;

/// <summary>What a credential may do.</summary>
public static class Scopes
{
    /// <summary>Read SCIM resources.</summary>
    public const string ScimRead = "scim.read";

    /// <summary>Create, change and delete SCIM resources.</summary>
    public const string ScimWrite = "scim.write";

    /// <summary>Hand in HR records of the source in <c>hris.write:{source}</c>.</summary>
    public const string HrisWrite = "hris.write";

    /// <summary>The claim that carries one scope.</summary>
    public const string Claim = "scope";

    /// <summary>Names a policy for each scope; everything that is mapped needs a credential unless it says otherwise.</summary>
    public static void AddPolicies(AuthorizationOptions options)
    {
        options.AddPolicy(ScimRead, p => p.RequireClaim(Claim, ScimRead));
        options.AddPolicy(ScimWrite, p => p.RequireClaim(Claim, ScimWrite));
        options.AddPolicy(HrisWrite, p => p.RequireAssertion(c =>
            c.Resource is HttpContext http && http.GetRouteValue("source") is string source && Has(c.User, $"{HrisWrite}:{source}")));
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }

    /// <summary>What is wrong with a scope, or null.</summary>
    public static string? Fault(string scope) =>
        scope is ScimRead or ScimWrite || (scope.StartsWith(HrisWrite + ":", StringComparison.Ordinal) && scope.Length > HrisWrite.Length + 1)
            ? null
            : $"'{scope}' is no scope; there are {ScimRead}, {ScimWrite} and {HrisWrite}:<source>.";

    private static bool Has(ClaimsPrincipal user, string scope) => user.HasClaim(Claim, scope);
}
