using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>From the text of a filter to a <see cref="Filter"/> bound to a resource type (RFC 7644 3.4.2.2).</summary>
public static class FilterParser
{
    /// <summary>Parses a filter for one resource type; a name that the type does not have is a fault, since a typo must not match silently.</summary>
    /// <param name="text">The filter, already URL-decoded.</param>
    /// <param name="type">The resource type that is asked for.</param>
    /// <param name="profile">The tolerances of the client.</param>
    /// <param name="limits">How large the filter may be.</param>
    /// <param name="inUrl">Whether the filter came in a URL, where secrets must not be: then the fault is 403 sensitive (RFC 7644 7.5.2).</param>
    /// <exception cref="ScimException">invalidFilter, or sensitive.</exception>
    public static Filter Parse(
        string text, ResourceType type, ClientProfile profile, FilterLimits? limits = null, bool inUrl = false) =>
        new FilterSyntax(text, new FilterBinder(type, profile, UnknownIsNoValue: false, inUrl), profile, limits ?? FilterLimits.Default)
            .WholeFilter();

    /// <summary>
    /// Parses one filter for each of several resource types, where a name that a type does not have means an attribute without
    /// a value (RFC 7644 3.4.2.1). A type that cannot match gets <c>Constant(false)</c>.
    /// </summary>
    /// <param name="text">The filter, already URL-decoded.</param>
    /// <param name="types">The resource types that are asked for.</param>
    /// <param name="profile">The tolerances of the client.</param>
    /// <param name="limits">How large the filter may be.</param>
    /// <param name="inUrl">Whether the filter came in a URL.</param>
    /// <exception cref="ScimException">invalidFilter, or sensitive.</exception>
    public static IReadOnlyDictionary<ResourceType, Filter> ParseForEach(
        string text, IEnumerable<ResourceType> types, ClientProfile profile, FilterLimits? limits = null, bool inUrl = false) =>
        types.ToDictionary(
            type => type,
            type => new FilterSyntax(text, new FilterBinder(type, profile, UnknownIsNoValue: true, inUrl), profile, limits ?? FilterLimits.Default)
                .WholeFilter());
}
