using ScimBridge.Sandbox.ScimTarget.Filters;
using ScimBridge.Sandbox.ScimTarget.Resources;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget.Patching;

/// <summary>
/// Where an operation points: <c>[urn:]attribute[filter].sub</c> (RFC 7644 section 3.5.2), resolved against the schema.
/// Without an attribute it is a whole extension, or the resource itself.
/// </summary>
internal sealed record PatchPath(string? Extension, ScimAttribute? Attribute, List<FilterTerm>? Filter, string? Sub)
{
    private static readonly ScimAttribute Schemas = new("schemas") { Type = "reference", MultiValued = true };

    /// <summary>The place of an operation that has no path.</summary>
    public static readonly PatchPath Resource = new(null, null, null, null);

    public bool IsResource => Extension is null && Attribute is null;

    public bool IsMembers => Extension is null && Attribute?.Name == "members";

    public static PatchPath Parse(ScimResourceType type, string text)
    {
        var (name, filter, tail) = Split(text);
        var (schema, local) = SplitUrn(name);
        var extension = schema.Equals(type.Core.Urn, StringComparison.OrdinalIgnoreCase) || schema.Length == 0 ? null : schema;
        if (local.Length == 0)
            return filter is null && schema.Length > 0 ? new(extension, null, null, null) : throw ScimException.InvalidPath($"No attribute in path {text}.");

        var dot = local.IndexOf('.', StringComparison.Ordinal);
        var sub = dot < 0 ? tail : local[(dot + 1)..];
        var known = extension is null ? type.Core : type.FindExtension(extension);
        var attribute = Resolve(known, extension, dot < 0 ? local : local[..dot], text);
        if (known is not null)
            sub = CheckAgainstSchema(attribute, filter is not null, sub, text);
        return new(known is null ? extension : extension is null ? null : known.Urn, attribute, filter, sub);
    }

    /// <summary>The name before the bracket, the filter inside, the sub-attribute after it.</summary>
    private static (string Name, List<FilterTerm>? Filter, string? Tail) Split(string text)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        var close = text.LastIndexOf(']');
        if (open < 0 && close < 0)
            return (text, null, null);
        if (open < 0 || close < open)
            throw ScimException.InvalidPath($"Unbalanced brackets in path {text}.");
        var rest = text[(close + 1)..];
        if (rest.Length == 1 || (rest.Length > 0 && rest[0] != '.'))
            throw ScimException.InvalidPath($"Unexpected text after the bracket in path {text}.");
        return (text[..open], FilterParser.Parse(text[(open + 1)..close]), rest.Length == 0 ? null : rest[1..]);
    }

    /// <summary>A URN whose last part but one is a version names a schema; else what follows the last colon is an attribute.</summary>
    private static (string Schema, string Local) SplitUrn(string name)
    {
        if (!BodyWriter.IsUrn(name))
            return ("", name);
        if (name.Split(':') is [.., { Length: > 0 } version, _] && char.IsAsciiDigit(version[0]))
            return (name, "");
        var colon = name.LastIndexOf(':');
        return (name[..colon], name[(colon + 1)..]);
    }

    private static ScimAttribute Resolve(ScimSchema? schema, string? extension, string local, string text)
    {
        if (extension is null && local.Equals(Schemas.Name, StringComparison.OrdinalIgnoreCase))
            return Schemas;
        if (extension is null && (local.Equals("id", StringComparison.OrdinalIgnoreCase) || local.Equals("meta", StringComparison.OrdinalIgnoreCase)))
            throw ScimException.Mutability($"{local} is read-only.");
        if (local.Length == 0)
            throw ScimException.InvalidPath($"No attribute in path {text}.");
        var attribute = schema is null ? new(local) : schema.Find(local);
        if (attribute is null)
            throw ScimException.InvalidPath($"No attribute is named by path {text}.");
        return attribute.IsReadOnly ? throw ScimException.Mutability($"{attribute.Name} is read-only.") : attribute;
    }

    private static string? CheckAgainstSchema(ScimAttribute attribute, bool hasFilter, string? sub, string text)
    {
        if (hasFilter && !attribute.MultiValued)
            throw ScimException.InvalidPath($"{attribute.Name} has one value, no filter selects from it.");
        if (sub is null)
            return null;
        var found = attribute.FindSub(sub) ?? throw ScimException.InvalidPath($"{attribute.Name} has no {sub}: {text}.");
        return found.IsReadOnly ? throw ScimException.Mutability($"{attribute.Name}.{found.Name} is read-only.") : found.Name;
    }
}
