using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>A resource while it is read: the values by container and attribute, before they become a body.</summary>
internal sealed class ResourceDraft
{
    private readonly ResourceType _type;
    private readonly ClientProfile _profile;
    private readonly bool _trusted;
    private readonly ValueReader _values;
    private readonly Dictionary<AttributeDefinition, JsonNode> _core = [];
    private readonly Dictionary<SchemaDefinition, JsonObject> _extensions = [];
    private readonly HashSet<SchemaDefinition> _mentionedExtensions = [];
    private readonly HashSet<AttributeDefinition> _mentioned = [];
    private readonly JsonObject _writeOnly = [];
    private IReadOnlyList<MemberReference>? _members;

    private ResourceDraft(ResourceType type, ClientProfile profile, bool trusted)
    {
        _type = type;
        _profile = profile;
        _trusted = trusted;
        _values = new ValueReader(profile, trusted);
    }

    public static ResourceDraft Read(JsonObject request, ResourceType type, ClientProfile profile, bool trusted)
    {
        var draft = new ResourceDraft(type, profile, trusted);
        SchemasRule.Check(request.FirstOrDefault(m => CommonAttributes.Find(m.Key) == CommonAttributes.Schemas).Value, type, profile);
        foreach (var (name, node) in request)
        {
            draft.Read(name, node);
        }

        return draft;
    }

    public bool Mentions(string attribute) => _type.Find(attribute) is { } definition && _mentioned.Contains(definition);

    public void Set(AttributeDefinition attribute, JsonNode value) => _core[attribute] = value;

    /// <summary>Takes over from the stored body what a PUT does not replace.</summary>
    public void Keep(JsonObject existing, bool keepOmittedExtensions)
    {
        foreach (var attribute in _type.Schema.Attributes)
        {
            Keep(attribute, existing[attribute.Name], _core, always: attribute.Name == "active" && !_mentioned.Contains(attribute));
        }

        foreach (var extension in _type.Extensions.Select(e => e.Schema))
        {
            if (existing[extension.Id] is not JsonObject stored)
            {
                continue;
            }

            var given = _extensions.GetValueOrDefault(extension) ?? [];
            var values = given.ToDictionary(m => extension.Find(m.Key)!, m => m.Value!);
            var whole = keepOmittedExtensions && !_mentionedExtensions.Contains(extension);
            foreach (var attribute in extension.Attributes)
            {
                Keep(attribute, stored[attribute.Name], values, whole);
            }

            _extensions[extension] = InOrder(extension.Attributes, values);
        }
    }

    public ResourceInput Finish()
    {
        var body = new JsonObject();
        if (_core.TryGetValue(CommonAttributes.ExternalId, out var externalId))
        {
            body["externalId"] = externalId.DeepClone();
        }

        foreach (var (name, value) in InOrder(_type.Schema.Attributes, _core))
        {
            body[name] = value!.DeepClone();
        }

        foreach (var extension in _type.Extensions.Select(e => e.Schema))
        {
            if (_extensions.GetValueOrDefault(extension) is { Count: > 0 } members)
            {
                body[extension.Id] = members.DeepClone();
            }
        }

        SchemasRule.Set(body, _type);
        ResourceRules.CheckRequired(body, _type, isElsewhere: a => a.Mutability == Mutability.WriteOnly && _writeOnly[a.Name] is not null);
        return new ResourceInput
        {
            Body = body,
            Members = _members,
            WriteOnly = _writeOnly,
            Written = [.. _mentioned.Select(Path)],
            Ignored = _values.Ignored,
        };
    }

    private AttributePath Path(AttributeDefinition attribute) =>
        new(_type.Extensions.FirstOrDefault(e => e.Schema.Attributes.Contains(attribute))?.Schema.Id, attribute);

    private void Read(string name, JsonNode? node)
    {
        if (_type.FindExtension(name) is { } extension)
        {
            ReadExtension(extension, node);
        }
        else if (_type.Find(name) is { } attribute)
        {
            ReadCore(attribute, node);
        }
        else
        {
            _values.PassOver(name);
        }
    }

    private void ReadCore(AttributeDefinition attribute, JsonNode? node)
    {
        if (attribute == CommonAttributes.Schemas || attribute == CommonAttributes.Id || attribute == CommonAttributes.Meta
            || _type.Derived.Contains(attribute.Name, StringComparer.Ordinal) || (attribute.IsReadOnly && !_trusted))
        {
            return;
        }

        if (!_mentioned.Add(attribute))
        {
            throw ScimError.InvalidSyntax($"{attribute.Name} is given twice.").AsException();
        }

        if (attribute.Name == _type.Relation)
        {
            _members = MemberReader.Read(attribute, node, _values, _profile, singleAllowed: false);
        }
        else if (attribute.Mutability == Mutability.WriteOnly)
        {
            _writeOnly[attribute.Name] = _values.Read(attribute, node, attribute.Name);
        }
        else if (_values.Read(attribute, node, attribute.Name) is { } value)
        {
            _core[attribute] = value;
        }
    }

    private void ReadExtension(SchemaDefinition extension, JsonNode? node)
    {
        if (!_mentionedExtensions.Add(extension))
        {
            throw ScimError.InvalidSyntax($"{extension.Id} is given twice.").AsException();
        }

        if (node is null or JsonArray { Count: 0 })
        {
            return;
        }

        if (node is not JsonObject container)
        {
            throw ScimError.InvalidValue($"{extension.Id} must be a JSON object.").AsException();
        }

        var members = _values.ReadMembers(container, extension.Attributes, extension.Find, extension.Id);
        _mentioned.UnionWith(container.Select(m => extension.Find(m.Key)).OfType<AttributeDefinition>().Where(a => !a.IsReadOnly || _trusted));
        foreach (var secret in extension.Attributes.Where(a => a.Mutability == Mutability.WriteOnly && members.ContainsKey(a.Name)))
        {
            members.Remove(secret.Name, out var value);
            _writeOnly[$"{extension.Id}:{secret.Name}"] = value;
        }

        _extensions[extension] = members;
    }

    private static void Keep(AttributeDefinition attribute, JsonNode? stored, Dictionary<AttributeDefinition, JsonNode> values, bool always)
    {
        if (stored is null)
        {
            return;
        }

        var given = values.GetValueOrDefault(attribute);
        if (attribute.Mutability == Mutability.Immutable && given is not null && !ResourceComparer.AreEqual(given, stored))
        {
            throw ScimError.Mutability($"{attribute.Name} is immutable and has a value already.").AsException();
        }

        if (attribute.IsReadOnly || (given is null && (always || attribute.Mutability == Mutability.Immutable)))
        {
            values[attribute] = stored.DeepClone();
        }
        else if (given is JsonObject complex && stored is JsonObject before)
        {
            KeepSubAttributes(attribute, complex, before);
        }
    }

    /// <summary>
    /// The read-only and immutable sub-attributes of a single-valued complex attribute keep their values too; but what is
    /// read-only in a reference belongs to the resource that was referred to.
    /// </summary>
    private static void KeepSubAttributes(AttributeDefinition attribute, JsonObject complex, JsonObject before)
    {
        var values = complex.ToDictionary(m => attribute.FindSubAttribute(m.Key)!, m => m.Value!);
        foreach (var sub in attribute.SubAttributes.Where(s => !s.IsReadOnly || !ResourceReference.IsIn(attribute)))
        {
            Keep(sub, before[sub.Name], values, always: false);
        }

        foreach (var (sub, value) in values.Where(v => !complex.ContainsKey(v.Key.Name)))
        {
            complex[sub.Name] = value;
        }
    }

    private static JsonObject InOrder(IEnumerable<AttributeDefinition> order, Dictionary<AttributeDefinition, JsonNode> values) =>
        new(order.Where(values.ContainsKey).Select(a => KeyValuePair.Create<string, JsonNode?>(a.Name, values[a].DeepClone())));
}
