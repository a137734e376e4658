using System.Text.Json;

namespace ScimBridge.Scim.Schemas;

/// <summary>
/// Reads a resource type document (RFC 7643 6) with the three members of our own that say how it is stored:
/// <c>indexed</c>, <c>relation</c> and <c>derived</c>.
/// </summary>
internal static class ResourceTypeReader
{
    public static ResourceType? Read(string text, Func<string, SchemaDefinition?> findSchema, List<string> faults)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            faults.Add($"resource type: not JSON: {e.Message}");
            return null;
        }

        using (document)
        {
            var json = new DefinitionJson(document.RootElement, "resource type", faults);
            if (json.RequiredText("name") is not { } name)
            {
                return null;
            }

            json = json with { Where = name };
            var endpoint = json.RequiredText("endpoint");
            if (endpoint is not null && (endpoint[0] != '/' || endpoint.Length < 2 || endpoint.IndexOf('/', 1) >= 0))
            {
                json.Fault("the endpoint must be one path segment with its leading slash");
            }

            var schema = Schema(json, findSchema);
            var extensions = Extensions(json, findSchema);
            if (endpoint is null || schema is null)
            {
                return null;
            }

            var bare = new ResourceType(json.Text("id") ?? name, name, endpoint, json.Text("description") ?? "", schema, extensions);
            return new ResourceType(bare.Id, name, endpoint, bare.Description, schema, extensions)
            {
                Indexed = Indexed(json, bare),
                Relation = Relation(json, schema),
                Derived = Derived(json, schema),
            };
        }
    }

    private static SchemaDefinition? Schema(DefinitionJson json, Func<string, SchemaDefinition?> findSchema)
    {
        if (json.RequiredText("schema") is not { } uri)
        {
            return null;
        }

        if (findSchema(uri) is { } schema)
        {
            return schema;
        }

        json.Fault($"the schema {uri} is not defined");
        return null;
    }

    private static List<SchemaExtension> Extensions(DefinitionJson json, Func<string, SchemaDefinition?> findSchema)
    {
        var extensions = new List<SchemaExtension>();
        if (json.Member("schemaExtensions") is not { } members)
        {
            return extensions;
        }

        if (members.ValueKind != JsonValueKind.Array)
        {
            json.Fault("schemaExtensions must be an array");
            return extensions;
        }

        foreach (var element in members.EnumerateArray())
        {
            var member = json with { Element = element };
            if (Schema(member, findSchema) is not { } schema)
            {
                continue;
            }

            if (extensions.Exists(e => e.Schema == schema))
            {
                json.Fault($"the extension {schema.Id} is named twice");
                continue;
            }

            extensions.Add(new SchemaExtension(schema, member.Flag("required", false)));
        }

        return extensions;
    }

    private static List<AttributePath> Indexed(DefinitionJson json, ResourceType type)
    {
        var paths = new List<AttributePath>();
        foreach (var text in json.Texts("indexed"))
        {
            if (PathResolution.Of(text, type, unqualifiedExtensions: false).Path is { Leaf.IsComplex: false } path)
            {
                paths.Add(path);
            }
            else
            {
                json.Fault($"{text} cannot be indexed: it is not a simple attribute of the resource type");
            }
        }

        return [.. paths.Concat(Implied(type)).Distinct()];
    }

    // What has to be found whether or not the document says so: the client's own id of a resource, values that must be unique
    // (RFC 7643 2.2), and who refers to a resource that ceases to be.
    private static IEnumerable<AttributePath> Implied(ResourceType type)
    {
        var own = type.Schema.Attributes.Select(a => new AttributePath(schema: null, a))
            .Concat(type.Extensions.SelectMany(e => e.Schema.Attributes.Select(a => new AttributePath(e.Schema.Id, a))));
        return own.SelectMany(p => p.Attribute.SubAttributes.Where(s => IsImplied(p.Attribute, s)).Select(p.To).Prepend(p))
            .Where(p => p.SubAttribute is not null || p.Leaf is { IsComplex: false, Uniqueness: not Uniqueness.None })
            .Prepend(new AttributePath(schema: null, CommonAttributes.ExternalId));
    }

    private static bool IsImplied(AttributeDefinition attribute, AttributeDefinition subAttribute) =>
        (subAttribute is { IsComplex: false, Uniqueness: not Uniqueness.None })
        || (attribute is { MultiValued: false, RefersToResources: true } && subAttribute.Name == "value");

    private static string? Relation(DefinitionJson json, SchemaDefinition schema)
    {
        if (json.Text("relation") is not { } name)
        {
            return null;
        }

        if (schema.Find(name) is { MultiValued: true, IsComplex: true } attribute 
            && attribute.FindSubAttribute("value") is { Type: AttributeType.String, MultiValued: false }
            && attribute.FindSubAttribute("type") is null or { Type: AttributeType.String, MultiValued: false })
        {
            return attribute.Name;
        }

        json.Fault($"the relation {name} is not a multi-valued complex attribute whose value, and type if it has one, is a string");
        return null;
    }

    private static List<string> Derived(DefinitionJson json, SchemaDefinition schema)
    {
        var names = new List<string>();
        foreach (var name in json.Texts("derived"))
        {
            if (schema.Find(name) is { IsReadOnly: true } attribute)
            {
                names.Add(attribute.Name);
            }
            else
            {
                json.Fault($"the derived attribute {name} is not a readOnly attribute of the schema");
            }
        }

        return names;
    }
}
