namespace ScimBridge.Scim.Schemas;

/// <summary>What a name in a request stands for: an attribute, a whole schema, or neither.</summary>
internal readonly record struct PathResolution(AttributePath? Path, SchemaDefinition? Schema)
{
    /// <summary>
    /// Resolves <c>[URN ":"] name ["." sub]</c> (RFC 7644 3.10). URNs hold dots and colons of their own, so the longest
    /// known schema URI decides where the attribute begins; names and URIs match in any case.
    /// </summary>
    /// <param name="text">The name as the client wrote it.</param>
    /// <param name="type">The resource type in whose context the name stands.</param>
    /// <param name="unqualifiedExtensions">Whether a name that is not a core one may be that of an extension attribute.</param>
    public static PathResolution Of(string text, ResourceType type, bool unqualifiedExtensions)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return new(Unqualified(text, type, unqualifiedExtensions), null);
        }

        var schema = type.Extensions.Select(e => e.Schema).Prepend(type.Schema)
            .Where(s => IsPrefix(s.Id, text))
            .MaxBy(s => s.Id.Length);
        if (schema is null)
        {
            return default;
        }

        if (text.Length == schema.Id.Length)
        {
            return new(null, schema);
        }

        var name = text[(schema.Id.Length + 1)..];
        return new(
            schema == type.Schema ? Bind(name, null, type.Find) : Bind(name, schema.Id, schema.Find),
            null);
    }

    private static bool IsPrefix(string uri, string text) =>
        text.StartsWith(uri, StringComparison.OrdinalIgnoreCase) && (text.Length == uri.Length || text[uri.Length] == ':');

    private static AttributePath? Unqualified(string text, ResourceType type, bool unqualifiedExtensions)
    {
        if (Bind(text, null, type.Find) is { } core)
        {
            return core;
        }

        if (!unqualifiedExtensions || type.Find(text.Split('.')[0]) is not null)
        {
            return null;
        }

        var candidates = type.Extensions.Select(e => Bind(text, e.Schema.Id, e.Schema.Find)).OfType<AttributePath>().ToList();
        return candidates.Count == 1 ? candidates[0] : null;
    }

    private static AttributePath? Bind(string text, string? schema, Func<string, AttributeDefinition?> find)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (find(dot < 0 ? text : text[..dot]) is not { } attribute)
        {
            return null;
        }

        if (dot < 0)
        {
            return new AttributePath(schema, attribute);
        }

        return attribute.FindSubAttribute(text[(dot + 1)..]) is { } sub ? new AttributePath(schema, attribute, sub) : null;
    }
}
