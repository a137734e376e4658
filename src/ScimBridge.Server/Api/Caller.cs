using Microsoft.AspNetCore.Http.Features;
using ScimBridge.Scim.Quirks;

namespace ScimBridge.Server.Api;

/// <summary>Who calls: the client that the credential belongs to, the tolerances that are bound to it, and what it may do.</summary>
internal sealed record Caller(string Name, ClientProfile Profile, IReadOnlyList<string> Scopes, string Correlation)
{
    /// <summary>The caller as the journal and the origin of resources name it.</summary>
    public string Actor => "client:" + Name;

    /// <summary>The caller of a request that <see cref="AccessGate"/> has let through.</summary>
    public static Caller Of(HttpContext http) => http.Features.GetRequiredFeature<Caller>();

    /// <summary>The caller that a credential tells of.</summary>
    public static Caller Of(string name, string profile, IReadOnlyList<string> scopes, HttpContext http) =>
        new(name, ClientProfile.Find(profile) ?? ClientProfile.Strict, scopes, http.TraceIdentifier);

    /// <summary>Whether it has the scope.</summary>
    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
