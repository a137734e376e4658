namespace ScimBridge.Server.Api;

/// <summary>
/// Addresses as clients spell them (RFC 7644, 3.2 and 3.8): a slash too many, which comes from a base URL that ends in one, and the suffix
/// <c>.scim</c>. What is left is for the routes, which know no letter case and no slash at the end.
/// </summary>
internal sealed class ScimPaths(RequestDelegate next)
{
    private const string Suffix = ".scim";

    public Task InvokeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path.StartsWith("/scim/", StringComparison.OrdinalIgnoreCase))
        {
            while (path.Contains("//", StringComparison.Ordinal))
                path = path.Replace("//", "/", StringComparison.Ordinal);
            if (path.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
                path = path[..^Suffix.Length];
            http.Request.Path = path;
        }

        return next(http);
    }
}
