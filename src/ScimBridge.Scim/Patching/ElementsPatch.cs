using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>An operation on a multi-valued attribute, on some of its values, or on a sub-attribute of these (RFC 7644 3.5.2.1 to 3.5.2.3).</summary>
internal sealed class ElementsPatch(PatchOperation operation, AttributePath path, ValueReader values, ClientProfile profile)
{
    private readonly AttributeDefinition _attribute = path.Attribute;
    private readonly string _where = path.ToString();
    private List<JsonNode> _elements = [];

    public void Apply(JsonObject container)
    {
        var before = container[_attribute.Name] as JsonArray;
        _elements = before is null ? [] : [.. before.OfType<JsonNode>().Select(e => e.DeepClone())];
        if (operation.Path.ValueFilter is null && path.SubAttribute is null)
        {
            ApplyToAll();
        }
        else
        {
            ApplyToSelected();
        }

        _elements = MultiValue.Collapse([.. _elements.Where(e => e is not JsonObject { Count: 0 })], _attribute);
        foreach (var element in _elements.OfType<JsonObject>())
        {
            ValueReader.CheckRequired(_attribute, element, _where);
        }

        if (_elements.Count > 0)
        {
            PatchRules.Set(container, _attribute, new JsonArray([.. _elements]), _where);
        }
        else if (before is not null || operation.Verb == PatchVerb.Remove)
        {
            PatchRules.Remove(container, _attribute, _where);
        }
    }

    private void ApplyToAll()
    {
        switch (operation.Verb)
        {
            case PatchVerb.Replace:
                _elements = values.ReadElements(_attribute, operation.Value, _where, singleAllowed: true);
                break;
            case PatchVerb.Add:
                Add(values.ReadElements(_attribute, operation.Value, _where, singleAllowed: true));
                break;
            case PatchVerb.Remove when operation.Value is null:
                _elements = [];
                break;
            default:
                RemoveGiven();
                break;
        }
    }

    /// <summary>Adds values; one that is there already changes nothing, one of the same value and type is completed.</summary>
    private void Add(List<JsonNode> added)
    {
        var index = new ElementIndex(_attribute, _elements);
        foreach (var element in added)
        {
            if (index.Having(element).Any())
            {
                continue;
            }

            var target = index.Same(element);
            if (target is JsonObject same)
            {
                PatchRules.Merge(same, _attribute, (JsonObject)element, [], _where);
            }
            else
            {
                _elements.Add(target = element);
            }

            index.Add(target);
            KeepPrimary(target);
        }
    }

    private void RemoveGiven()
    {
        if (!profile.Allows(RemoveWithValue.Quirk))
        {
            throw ScimError.InvalidValue("remove takes no value; the path selects what to remove by a filter.").AsException();
        }

        var index = new ElementIndex(_attribute, _elements);
        var removed = new HashSet<JsonNode>(ReferenceEqualityComparer.Instance);
        foreach (var given in operation.Value is JsonArray array ? array.ToList() : [operation.Value])
        {
            var expanded = _attribute.IsComplex ? MembersAsStrings.Expand(given, profile) : given;
            var said = expanded is JsonObject complex && _attribute.IsComplex
                ? values.ReadPartial(_attribute, complex, _where)
                : values.ReadOne(_attribute, expanded, _where);
            if (said is not (null or JsonObject { Count: 0 }))
            {
                removed.UnionWith(index.Having(said));
            }
        }

        _elements.RemoveAll(removed.Contains);
    }

    private void ApplyToSelected()
    {
        var filter = operation.Path.ValueFilter;
        var selected = _elements.OfType<JsonObject>().Where(e => filter is null || FilterEvaluator.MatchesElement(filter, e)).ToList();
        if (operation.Verb == PatchVerb.Remove)
        {
            Remove(selected);
        }
        else if (path.SubAttribute is { } sub)
        {
            if (values.Read(sub, operation.Value, _where) is not { } value)
            {
                Clear(selected);
                return;
            }

            ValueRules.Check(_attribute, sub, value, _where, profile);
            Write(selected, element =>
                PatchRules.Set(element, sub, SubAttributeValues.With(element[sub.Name], value.DeepClone(), sub, operation.Verb), _where));
        }
        else
        {
            MergeInto(selected);
        }
    }

    private void MergeInto(List<JsonObject> selected)
    {
        var given = ArrayForSingleValued.Unwrap(operation.Value, profile);
        if (PatchRules.IsUnassigned(given))
        {
            Clear(selected);
            return;
        }

        var complex = given as JsonObject ?? throw ScimError.InvalidValue($"{_where} must be a JSON object.").AsException();
        var partial = values.ReadPartial(_attribute, complex, _where);
        var unassigned = PatchRules.Unassigned(operation.Verb, _attribute, complex);
        Write(selected, element => PatchRules.Merge(element, _attribute, partial, unassigned, _where));
    }

    /// <summary>To replace by nothing is to remove; to add nothing is to change nothing.</summary>
    private void Clear(List<JsonObject> selected)
    {
        if (operation.Verb == PatchVerb.Replace)
        {
            Remove(selected);
        }
    }

    private void Remove(List<JsonObject> selected)
    {
        foreach (var element in selected)
        {
            if (path.SubAttribute is { } sub)
            {
                PatchRules.Remove(element, sub, _where);
            }
            else
            {
                _elements.Remove(element);
            }
        }
    }

    /// <summary>Writes to each selected element, or where none was selected to a new one, if that may be.</summary>
    private void Write(List<JsonObject> selected, Action<JsonObject> write)
    {
        var isNew = selected.Count == 0;
        if (isNew)
        {
            selected = [New()];
            _elements.Add(selected[0]);
        }

        var becamePrimary = new List<JsonNode>();
        foreach (var element in selected)
        {
            var wasPrimary = !isNew && SeveralPrimaries.IsPrimary(element);
            write(element);
            if (!wasPrimary && SeveralPrimaries.IsPrimary(element))
            {
                becamePrimary.Add(element);
            }
        }

        SeveralPrimaries.KeepLast(becamePrimary, _where, profile);
        if (becamePrimary.Count > 0)
        {
            KeepPrimary(becamePrimary[^1]);
        }
    }

    private JsonObject New()
    {
        var filter = operation.Path.ValueFilter;
        var element = filter is null ? [] : FilterElement.From(filter);
        return element is not null && (filter is null || operation.Verb == PatchVerb.Add || profile.Allows(CreateOnReplace.Quirk))
            ? element
            : throw ScimError.NoTarget($"{operation.Path} selects no value.").AsException();
    }

    /// <summary>An element that becomes primary makes the others secondary (RFC 7644 3.5.2).</summary>
    private void KeepPrimary(JsonNode primary)
    {
        if (primary is not JsonObject element || !SeveralPrimaries.IsPrimary(element))
        {
            return;
        }

        foreach (var other in _elements.OfType<JsonObject>().Where(e => e != element && SeveralPrimaries.IsPrimary(e)))
        {
            other["primary"] = false;
        }
    }
}
