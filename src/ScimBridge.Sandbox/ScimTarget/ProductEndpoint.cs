namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>
/// The product behind a target, as its users and their scripts call it: <c>GET me</c> with a session or a personal token (RFC 6750).
/// </summary>
internal static class ProductEndpoint
{
    private const string Bearer = "Bearer ";

    public static Task HandleAsync(HttpContext http, ScimTargetState target)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.Ordinal) && target.Holder(authorization[Bearer.Length..]) is { } user)
            return SandboxApi.WriteAsync(http, 200, new { user.Id, user.UserName });
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return SandboxApi.WriteAsync(http, 401, new { error = "invalid_token" });
    }
}
