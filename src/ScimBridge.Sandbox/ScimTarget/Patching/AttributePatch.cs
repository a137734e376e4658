using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget.Filters;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget.Patching;

/// <summary>Applies an operation to the attributes of a resource (RFC 7644 sections 3.5.2.1 to 3.5.2.3).</summary>
internal static class AttributePatch
{
    public static void Apply(PatchOperation operation, JsonObject resource)
    {
        var (verb, path, value) = operation;
        if (Container(operation, resource) is not { } container)
            return;

        if (path.Attribute is null)
            ApplyToExtension(operation, container);
        else if (path.Filter is not null)
            ApplyToElements(operation, container, path.Attribute.Name, path.Filter);
        else if (path.Sub is not null)
            ApplyToSub(operation, container, path.Attribute, path.Sub);
        else if (path.Attribute.MultiValued)
            ApplyToList(verb, container, path.Attribute, value);
        else
            ApplyToOne(verb, container, path.Attribute, value);

        if (path.Extension is not null)
            DeclareExtension(resource, path.Extension);
    }

    private static JsonObject? Container(PatchOperation operation, JsonObject resource)
    {
        if (operation.Path.Extension is not { } urn)
            return resource;
        if (resource[urn] is JsonObject extension)
            return extension;
        if (operation.Verb == PatchVerb.Remove)
            return null;
        var added = ScimJson.NewObject();
        resource[urn] = added;
        return added;
    }

    private static void ApplyToExtension(PatchOperation operation, JsonObject extension)
    {
        if (operation.Verb == PatchVerb.Remove || operation.Value is null)
            extension.Clear();
        else
            Merge(extension, operation.Value);
    }

    private static void ApplyToOne(PatchVerb verb, JsonObject container, ScimAttribute attribute, JsonNode? value)
    {
        if (verb == PatchVerb.Remove && attribute.Required)
            throw ScimException.Mutability($"{attribute.Name} is required and cannot be removed.");
        if (verb == PatchVerb.Remove || value is null)
            container.Remove(attribute.Name);
        else if (attribute.IsComplex && container[attribute.Name] is JsonObject existing)
            Merge(existing, value);
        else
            container[attribute.Name] = value.DeepClone();
    }

    private static void ApplyToSub(PatchOperation operation, JsonObject container, ScimAttribute attribute, string sub)
    {
        if (attribute.MultiValued)
        {
            ApplyToElements(operation, container, attribute.Name, []);
            return;
        }

        if (container[attribute.Name] is not JsonObject parent)
        {
            if (operation.Verb == PatchVerb.Remove)
                return;
            parent = ScimJson.NewObject();
            container[attribute.Name] = parent;
        }

        SetSub(operation.Verb, parent, sub, operation.Value);
    }

    private static void ApplyToList(PatchVerb verb, JsonObject container, ScimAttribute attribute, JsonNode? value)
    {
        var values = value is JsonArray array ? [.. array] : value is null ? new List<JsonNode?>() : [value];
        if (verb != PatchVerb.Add && values.Count == 0)
        {
            container.Remove(attribute.Name);
            return;
        }

        if (container[attribute.Name] is not JsonArray list)
        {
            list = new JsonArray(ScimJson.NodeOptions);
            container[attribute.Name] = list;
        }

        if (verb == PatchVerb.Remove)
        {
            list.RemoveAll(element => values.Exists(named => JsonNode.DeepEquals(element, named)));
            return;
        }

        if (verb == PatchVerb.Replace)
            list.Clear();
        foreach (var added in values.Where(added => !list.Any(element => JsonNode.DeepEquals(element, added))))
        {
            var element = added?.DeepClone();
            list.Add(element);
            KeepOnePrimary(list, element);
        }
    }

    private static void ApplyToElements(PatchOperation operation, JsonObject container, string attribute, List<FilterTerm> filter)
    {
        var list = container[attribute] as JsonArray ?? new JsonArray(ScimJson.NodeOptions);
        var selected = list.OfType<JsonObject>().Where(element => filter.TrueForAll(term => term.Matches(element))).ToList();
        if (operation is { Verb: PatchVerb.Remove, Path.Sub: null })
        {
            list.RemoveAll(element => element is JsonObject complex && selected.Contains(complex));
            return;
        }

        if (selected.Count == 0 && operation.Verb == PatchVerb.Remove)
            return;
        if (selected.Count == 0 && (operation.Verb == PatchVerb.Replace || filter.Count == 0))
            throw ScimException.NoTarget($"No element of {attribute} matches the path.");
        if (selected.Count == 0)
            selected.Add(AddElement(container, attribute, list, filter));

        foreach (var element in selected)
        {
            if (operation.Path.Sub is { } sub)
                SetSub(operation.Verb, element, sub, operation.Value);
            else
                Merge(element, operation.Value);
            KeepOnePrimary(list, element);
        }

        list.RemoveAll(element => !ScimJson.HasValue(element));
    }

    /// <summary>An add that selects nothing makes the element its filter describes; the RFC is silent, provisioners rely on it.</summary>
    private static JsonObject AddElement(JsonObject container, string attribute, JsonArray list, List<FilterTerm> filter)
    {
        var element = ScimJson.NewObject();
        foreach (var term in filter)
            element[term.Attribute] = term.Value?.DeepClone();
        list.Add(element);
        if (list.Parent is null)
            container[attribute] = list;
        return element;
    }

    private static void SetSub(PatchVerb verb, JsonObject parent, string sub, JsonNode? value)
    {
        if (verb == PatchVerb.Remove || value is null)
            parent.Remove(sub);
        else
            parent[sub] = value.DeepClone();
    }

    private static void Merge(JsonObject into, JsonNode? value)
    {
        if (value is not JsonObject given)
            throw ScimException.InvalidValue("A complex attribute takes an object.");
        foreach (var (name, sub) in given)
            into[name] = sub?.DeepClone();
    }

    /// <summary>A new primary takes the mark from the old one (RFC 7644 section 3.5.2).</summary>
    private static void KeepOnePrimary(JsonArray list, JsonNode? changed)
    {
        if (changed is not JsonObject chosen || !IsPrimary(chosen))
            return;
        foreach (var other in list.OfType<JsonObject>().Where(other => other != chosen && IsPrimary(other)))
            other["primary"] = false;
    }

    private static bool IsPrimary(JsonObject element) =>
        element["primary"] is JsonValue primary && primary.GetValueKind() == JsonValueKind.True;

    private static void DeclareExtension(JsonObject resource, string urn)
    {
        var schemas = resource["schemas"]!.AsArray();
        schemas.RemoveAll(schema => string.Equals(ScimJson.Text(schema), urn, StringComparison.OrdinalIgnoreCase));
        if (ScimJson.HasValue(resource[urn]))
            schemas.Add((JsonNode)urn);
        else
            resource.Remove(urn);
    }
}
