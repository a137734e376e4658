using ScimBridge.Scim.Errors;

namespace ScimBridge.Server.Api;

/// <summary>
/// Refuses <c>X-HTTP-Method-Override</c>, which SCIM 1.1 had and SCIM 2.0 has not: to pass it over would create where the client means to
/// change.
/// </summary>
internal sealed class MethodOverride(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http) => http.Request.Headers.ContainsKey("X-HTTP-Method-Override")
        ? throw ScimError.InvalidSyntax("X-HTTP-Method-Override is not supported; use the method itself.").AsException()
        : next(http);
}
