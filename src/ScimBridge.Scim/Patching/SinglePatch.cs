using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>An operation on a single-valued attribute or on one of its sub-attributes (RFC 7644 3.5.2.1 to 3.5.2.3).</summary>
internal sealed class SinglePatch(PatchOperation operation, AttributePath path, ValueReader values, ClientProfile profile)
{
    private readonly AttributeDefinition _attribute = path.Attribute;
    private readonly string _where = path.ToString();

    public void Apply(JsonObject container)
    {
        if (operation.Path.ValueFilter is { } filter
            && !(container[_attribute.Name] is JsonObject current && FilterEvaluator.MatchesElement(filter, current)))
        {
            if (operation.Verb != PatchVerb.Remove)
            {
                throw ScimError.NoTarget($"{operation.Path} selects no value.").AsException();
            }
        }
        else if (path.SubAttribute is { } sub)
        {
            ApplyToSubAttribute(container, sub);
        }
        else if (operation.Verb == PatchVerb.Remove)
        {
            Remove(container);
        }
        else
        {
            Write(container);
        }
    }

    private void Remove(JsonObject container)
    {
        PatchRules.CheckRemovable(_attribute, container[_attribute.Name], _where);
        PatchRules.Remove(container, _attribute, _where);
    }

    private void Write(JsonObject container)
    {
        var given = ReferenceAsString.Expand(ArrayForSingleValued.Unwrap(operation.Value, profile), _attribute, profile);
        if (PatchRules.IsUnassigned(given) || EmptyReference.IsNone(given, _attribute, profile))
        {
            // Clearing belongs to replace; to add nothing is to change nothing.
            if (operation.Verb == PatchVerb.Replace)
            {
                Remove(container);
            }
        }
        else if (_attribute.IsComplex)
        {
            Merge(container, given as JsonObject ?? throw ScimError.InvalidValue($"{_where} must be a JSON object.").AsException());
        }
        else if (values.ReadOne(_attribute, given, _where) is { } value)
        {
            PatchRules.Set(container, _attribute, value, _where);
        }
    }

    /// <summary>Sub-attributes that are given replace those there are; the others stay (RFC 7644 3.5.2.3).</summary>
    private void Merge(JsonObject container, JsonObject given)
    {
        var partial = values.ReadPartial(_attribute, given, _where);
        var complex = (JsonObject?)container[_attribute.Name]?.DeepClone() ?? [];
        PatchRules.Merge(complex, _attribute, partial, PatchRules.Unassigned(operation.Verb, _attribute, given), _where);
        Store(container, complex);
    }

    private void ApplyToSubAttribute(JsonObject container, AttributeDefinition sub)
    {
        var complex = (JsonObject?)container[_attribute.Name]?.DeepClone() ?? [];
        var isNone = string.Equals(sub.Name, "value", StringComparison.Ordinal) && EmptyReference.IsNone(operation.Value, _attribute, profile);
        var value = operation.Verb == PatchVerb.Remove || isNone ? null : values.Read(sub, operation.Value, _where);
        if (value is null)
        {
            if (operation.Verb == PatchVerb.Add)
            {
                return;
            }

            PatchRules.Remove(complex, sub, _where);
        }
        else
        {
            ValueRules.Check(_attribute, sub, value, _where, profile);
            PatchRules.Set(complex, sub, SubAttributeValues.With(complex[sub.Name], value, sub, operation.Verb), _where);
        }

        Store(container, complex);
    }

    private void Store(JsonObject container, JsonObject complex)
    {
        if (complex.Count == 0)
        {
            PatchRules.Remove(container, _attribute, _where);
            return;
        }

        ValueReader.CheckRequired(_attribute, complex, _where);
        PatchRules.Set(container, _attribute, complex, _where);
    }
}
