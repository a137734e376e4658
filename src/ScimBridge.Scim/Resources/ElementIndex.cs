using System.Text.Json.Nodes;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>
/// The elements of a multi-valued attribute by what they say, so that thousands of values are added to thousands without
/// comparing each with each.
/// </summary>
internal sealed class ElementIndex
{
    private readonly AttributeDefinition _attribute;
    private readonly Dictionary<string, JsonNode> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, CanonicalValue Value), List<JsonObject>> _byMember = [];

    public ElementIndex(AttributeDefinition attribute, IEnumerable<JsonNode> elements)
    {
        _attribute = attribute;
        foreach (var element in elements)
        {
            Add(element);
        }
    }

    /// <summary>Adds an element, or adds again one that now says more.</summary>
    public void Add(JsonNode element)
    {
        _byKey.TryAdd(MultiValue.Key(element, _attribute), element);
        if (element is not JsonObject complex)
        {
            return;
        }

        foreach (var member in Members(complex))
        {
            if (!_byMember.TryGetValue(member, out var having))
            {
                _byMember[member] = having = [];
            }

            having.Add(complex);
        }
    }

    /// <summary>The element with the same value and type, or null.</summary>
    public JsonNode? Same(JsonNode element) => _byKey.GetValueOrDefault(MultiValue.Key(element, _attribute));

    /// <summary>The elements that have everything that the other says.</summary>
    public IEnumerable<JsonNode> Having(JsonNode said)
    {
        if (said is not JsonObject complex)
        {
            return Same(said) is { } same ? [same] : [];
        }

        // The rarest of what is said leaves the fewest to look at.
        var rarest = Members(complex).Select(m => _byMember.GetValueOrDefault(m) ?? []).MinBy(having => having.Count) ?? [];
        return rarest.Where(element => MultiValue.Has(element, complex, _attribute));
    }

    private IEnumerable<(string Name, CanonicalValue Value)> Members(JsonObject complex)
    {
        foreach (var (name, node) in complex)
        {
            if (_attribute.FindSubAttribute(name) is { } sub && Canonical.Of(node, sub) is { } value)
            {
                yield return (sub.Name, value);
            }
        }
    }
}
