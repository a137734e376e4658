using System.Text;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>
/// The product behind a target, as its users and their scripts call it: <c>GET me</c> with a session or a personal token (RFC 6750), or with
/// a user name and a password (RFC 7617).
/// </summary>
internal static class ProductEndpoint
{
    private const string Bearer = "Bearer ";

    private const string Basic = "Basic ";

    public static Task HandleAsync(HttpContext http, ScimTargetState target)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.Ordinal) && target.Holder(authorization[Bearer.Length..]) is { } user)
            return SandboxApi.WriteAsync(http, 200, new { user.Id, user.UserName });
        if (authorization.StartsWith(Basic, StringComparison.Ordinal)
            && Encoding.UTF8.GetString(Convert.FromBase64String(authorization[Basic.Length..])).Split(':', 2) is [var name, var password]
            && target.SignedIn(name, password) is { } person)
        {
            return SandboxApi.WriteAsync(http, 200, new { person.Id, person.UserName });
        }

        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return SandboxApi.WriteAsync(http, 401, new { error = "invalid_token" });
    }
}
