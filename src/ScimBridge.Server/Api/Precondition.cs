using Microsoft.Extensions.Primitives;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Server.Api;

/// <summary>The version that a change demands (RFC 7644, 3.14; RFC 9110, 13.1).</summary>
/// <param name="IfMatch">The versions of which the resource must have one.</param>
/// <param name="IfNoneMatch">The versions of which it must have none.</param>
internal readonly record struct Precondition(StringValues IfMatch, StringValues IfNoneMatch = default)
{
    /// <summary>What a request demands.</summary>
    public static Precondition Of(HttpContext http) => new(http.Request.Headers.IfMatch, http.Request.Headers.IfNoneMatch);

    /// <summary>Refuses to go on with another version.</summary>
    /// <exception cref="ScimException">412.</exception>
    public void Check(long version)
    {
        if ((IfMatch.Count > 0 && !EntityTag.Matches(IfMatch, version)) || (IfNoneMatch.Count > 0 && EntityTag.Matches(IfNoneMatch, version)))
            throw ScimError.PreconditionFailed("The resource has another version than the request demands.").AsException();
    }
}
