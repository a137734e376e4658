using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace ScimBridge.Server.Api;

/// <summary>Versions as entity tags (RFC 7644, 3.14): weak ones, which SCIM compares by their text alone.</summary>
internal static class EntityTag
{
    /// <summary>The tag of a version: <c>W/"3"</c>.</summary>
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");

    /// <summary>Whether one of the tags in the header is that of the version; <c>*</c> is that of any.</summary>
    public static bool Matches(StringValues header, long version)
    {
        var tag = Opaque(Of(version));
        return header.SelectMany(h => (h ?? "").Split(',')).Select(t => t.Trim()).Any(t => t == "*" || Opaque(t) == tag);
    }


    private static string Opaque(string tag) =>
        (tag.StartsWith("W/", StringComparison.OrdinalIgnoreCase) ? tag[2..] : tag).Trim('"');
}
