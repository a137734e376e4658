using System.Security.Claims;
using ScimBridge.Scim.Quirks;

namespace ScimBridge.Server.Api;

/// <summary>Who calls: the client that the credential belongs to, and the tolerances that are bound to it.</summary>
internal sealed record Caller(string Name, ClientProfile Profile, string Correlation)
{
    /// <summary>The claim that carries the name of the profile.</summary>
    public const string ProfileClaim = "profile";

    /// <summary>The caller as the journal and the origin of resources name it.</summary>
    public string Actor => "client:" + Name;

    /// <summary>The caller of a request.</summary>
    public static Caller Of(HttpContext http) => new(
        http.User.FindFirstValue(ClaimTypes.Name)!,
        ClientProfile.Find(http.User.FindFirstValue(ProfileClaim) ?? "") ?? ClientProfile.Strict,
        http.TraceIdentifier);
}
