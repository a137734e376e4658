using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>Which attributes a response has: <c>attributes</c>, <c>excludedAttributes</c> and the returned characteristic (RFC 7644 3.9).</summary>
public sealed class Projection
{
    private readonly ResourceType _type;
    private readonly bool _only;
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    private Projection(ResourceType type, bool only, IEnumerable<string> names, ClientProfile profile)
    {
        _type = type;
        _only = only;
        foreach (var name in names)
        {
            var resolved = PathResolution.Of(name, type, profile.Allows(UnqualifiedExtensionNames.Quirk));
            if (resolved.Path is { } path)
            {
                _named.Add(path.ToString());
            }
            else if (resolved.Schema is { } schema && schema != type.Schema)
            {
                _named.Add(schema.Id);
            }
        }
    }

    /// <summary>Whether the client asked for particular attributes, be it by naming or by excluding.</summary>
    public bool IsAsked { get; private init; }

    /// <summary>The projection of a request. Names that the type does not have are passed over; an empty list is none at all.</summary>
    /// <exception cref="ScimException">invalidValue: both lists are given.</exception>
    public static Projection Of(
        ResourceType type, IReadOnlyList<string> attributes, IReadOnlyList<string> excludedAttributes, ClientProfile profile)
    {
        if (attributes.Count > 0 && excludedAttributes.Count > 0)
        {
            throw ScimError.InvalidValue("attributes and excludedAttributes exclude each other.").AsException();
        }

        return new Projection(type, attributes.Count > 0, attributes.Count > 0 ? attributes : excludedAttributes, profile)
        {
            IsAsked = attributes.Count + excludedAttributes.Count > 0,
        };
    }

    /// <summary>What is returned when nothing is asked for.</summary>
    public static Projection Default(ResourceType type) => new(type, only: false, [], ClientProfile.Strict);

    /// <summary>The names in a comma-separated query parameter.</summary>
    public static IReadOnlyList<string> Names(string? parameter) =>
        (parameter ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the attribute can be in the response at all, so that what is not need not be loaded: <c>excludedAttributes=members</c>.</summary>
    public bool Includes(string coreAttribute) =>
        _type.Find(coreAttribute) is { } attribute && Part(attribute, attribute.Name, parentNamed: false, written: false) != Inclusion.None;

    /// <summary>The response for a full representation; the representation stays as it is.</summary>
    /// <param name="representation">The resource in full, in the spelling of the schema.</param>
    /// <param name="written">The attributes that the request wrote: they show what is returned on request only (RFC 7643 7).</param>
    public JsonObject Apply(JsonObject representation, IReadOnlyList<AttributePath>? written = null)
    {
        var asked = written is null ? [] : written.Select(p => p.Parent.ToString()).ToHashSet(StringComparer.Ordinal);
        var shown = new JsonObject();
        foreach (var (name, node) in representation)
        {
            if (_type.FindExtension(name) is { } extension)
            {
                var named = _named.Contains(extension.Id);
                if ((_only || !named)
                    && Members(node as JsonObject ?? [], extension.Find, extension.Id + ":", named, asked) is { Count: > 0 } members)
                {
                    shown[extension.Id] = members;
                }
            }
            else if (_type.Find(name) is { } attribute && Shown(attribute, node, attribute.Name, parentNamed: false, asked) is { } value)
            {
                shown[attribute.Name] = value;
            }
        }

        return shown;
    }

    private enum Inclusion
    {
        None,
        Some,
        All,
    }

    private JsonObject Members(
        JsonObject container, Func<string, AttributeDefinition?> find, string prefix, bool parentNamed, IReadOnlySet<string> asked)
    {
        var shown = new JsonObject();
        foreach (var (name, node) in container)
        {
            if (find(name) is { } attribute && Shown(attribute, node, prefix + attribute.Name, parentNamed, asked) is { } value)
            {
                shown[attribute.Name] = value;
            }
        }

        return shown;
    }

    private JsonNode? Shown(AttributeDefinition attribute, JsonNode? node, string path, bool parentNamed, IReadOnlySet<string> asked)
    {
        var part = Part(attribute, path, parentNamed, asked.Contains(path));
        if (part == Inclusion.None || node is null)
        {
            return null;
        }

        return node switch
        {
            JsonObject complex when attribute.IsComplex => Complex(complex, attribute, path, part, asked),
            JsonArray array when attribute.IsComplex => Elements(array, attribute, path, part, asked),
            _ => node.DeepClone(),
        };
    }

    private JsonObject? Complex(JsonObject complex, AttributeDefinition attribute, string path, Inclusion part, IReadOnlySet<string> asked)
    {
        var shown = Members(complex, attribute.FindSubAttribute, path + ".", part == Inclusion.All, asked);
        return shown.Count > 0 ? shown : null;
    }

    private JsonArray? Elements(JsonArray array, AttributeDefinition attribute, string path, Inclusion part, IReadOnlySet<string> asked)
    {
        var shown = array.OfType<JsonObject>().Select(e => Complex(e, attribute, path, part, asked)).OfType<JsonNode>().ToArray();
        return shown.Length > 0 ? new JsonArray(shown) : null;
    }

    private Inclusion Part(AttributeDefinition attribute, string path, bool parentNamed, bool written)
    {
        switch (attribute.Returned)
        {
            case Returned.Never:
                return Inclusion.None;
            case Returned.Always:
                return Inclusion.All;
        }

        var named = _named.Contains(path);
        if (!_only)
        {
            return named || (attribute.Returned == Returned.Request && !written) ? Inclusion.None : Inclusion.All;
        }

        return named || (parentNamed && attribute.Returned == Returned.Default) ? Inclusion.All
            : attribute.SubAttributes.Any(s => _named.Contains($"{path}.{s.Name}")) ? Inclusion.Some
            : Inclusion.None;
    }
}
