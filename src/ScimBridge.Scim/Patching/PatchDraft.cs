using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>A body while it is patched: finds the place that an operation is about and hands it to whoever knows that kind of place.</summary>
internal sealed class PatchDraft
{
    private readonly JsonObject _body;
    private readonly ResourceType _type;
    private readonly ClientProfile _profile;
    private readonly ValueReader _values;
    private readonly MembershipPatch _membership;
    private readonly JsonObject _writeOnly = [];
    private readonly List<AttributePath> _written = [];

    public PatchDraft(JsonObject body, ResourceType type, ClientProfile profile)
    {
        _body = body;
        _type = type;
        _profile = profile;
        _values = new ValueReader(profile, trusted: false);
        _membership = new MembershipPatch(_values, profile);
    }

    public void Apply(PatchOperation operation)
    {
        if (operation.Path.Attribute is not { } path)
        {
            RemoveExtension(operation.Path.Extension!);
            return;
        }

        if (path.Attribute == CommonAttributes.Schemas)
        {
            ApplyToSchemas(operation);
            return;
        }

        if (path.Attribute.IsReadOnly || path.Leaf.IsReadOnly)
        {
            throw ScimError.Mutability($"{path} is read-only.").AsException();
        }

        _written.Add(path);
        if (path.Schema is null && path.Attribute.Name == _type.Relation)
        {
            _membership.Apply(operation, path.Attribute);
        }
        else if (path.Attribute.Mutability == Mutability.WriteOnly)
        {
            ApplyToSecret(operation, path);
        }
        else
        {
            ApplyToBody(operation, path);
        }
    }

    public PatchResult Finish(JsonObject before)
    {
        SchemasRule.Set(_body, _type);
        ResourceRules.CheckRequired(_body, _type, isElsewhere: a => a.Mutability == Mutability.WriteOnly);

        // A body that was stored under an older schema may name its extensions otherwise; that alone is no change.
        var comparable = (JsonObject)before.DeepClone();
        SchemasRule.Set(comparable, _type);
        return new PatchResult
        {
            Body = _body,
            BodyChanged = !ResourceComparer.AreEqual(comparable, _body),
            Membership = _membership.Changes,
            WriteOnly = _writeOnly,
            Written = _written,
            Ignored = _values.Ignored,
        };
    }

    private void ApplyToBody(PatchOperation operation, AttributePath path)
    {
        var container = path.Schema is null ? _body : _body[path.Schema] as JsonObject;
        if (container is null)
        {
            container = [];
            _body[path.Schema!] = container;
        }

        if (path.Attribute.MultiValued)
        {
            new ElementsPatch(operation, path, _values, _profile).Apply(container);
        }
        else
        {
            new SinglePatch(operation, path, _values, _profile).Apply(container);
        }

        if (path.Schema is not null && container.Count == 0)
        {
            _body.Remove(path.Schema);
        }
    }

    private void ApplyToSecret(PatchOperation operation, AttributePath path)
    {
        var value = operation.Verb == PatchVerb.Remove ? null : _values.Read(path.Attribute, operation.Value, path.ToString());
        if (value is not null || operation.Verb != PatchVerb.Add)
        {
            _writeOnly[path.ToString()] = value;
        }
    }

    /// <summary>
    /// <c>schemas</c> follows the values that there are, so naming an extension changes nothing; unnaming one takes its values away
    /// (RFC 7644 3.5.2).
    /// </summary>
    private void ApplyToSchemas(PatchOperation operation)
    {
        var uris = operation.Value is JsonArray array ? array.Select(u => (u as JsonValue)?.ToString() ?? "") : [(operation.Value as JsonValue)?.ToString() ?? ""];
        var named = operation.Value is null ? [] : uris.Select(u => _type.FindSchema(u)
            ?? throw ScimError.InvalidValue($"{_type.Name} has no such schema.").AsException()).ToHashSet();
        var keepsBase = operation.Verb switch
        {
            PatchVerb.Add => true,
            PatchVerb.Replace => named.Contains(_type.Schema),
            _ => named.Count > 0 && !named.Contains(_type.Schema),
        };
        if (!keepsBase)
        {
            throw ScimError.Mutability($"schemas must name {_type.Schema.Id}.").AsException();
        }

        if (operation.Verb == PatchVerb.Remove)
        {
            foreach (var extension in named)
            {
                RemoveExtension(extension);
            }
        }
    }

    private void RemoveExtension(SchemaDefinition extension)
    {
        if (_body[extension.Id] is not JsonObject container)
        {
            return;
        }

        var kept = extension.Attributes.FirstOrDefault(a => a.Mutability is Mutability.ReadOnly or Mutability.Immutable && container.ContainsKey(a.Name));
        if (kept is not null || _type.Extensions.Any(e => e.Schema == extension && e.Required))
        {
            throw ScimError.Mutability($"{extension.Id} cannot be removed.").AsException();
        }

        _body.Remove(extension.Id);
    }
}
