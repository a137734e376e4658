using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>
/// From a JSON value as a client sent it to the value that is stored: names in the spelling of the schema, types checked,
/// what is unassigned left out (RFC 7643 2.5), read-only sub-attributes passed over (RFC 7644 3.3).
/// </summary>
internal sealed class ValueReader(ClientProfile profile, bool trusted)
{
    private readonly List<string> _ignored = [];

    /// <summary>The names that were passed over because the schema does not have them.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    public void PassOver(string name) => UnknownAttributes.PassOver(name, profile, _ignored);

    /// <summary>The whole value of an attribute, or null if it is unassigned.</summary>
    public JsonNode? Read(AttributeDefinition attribute, JsonNode? node, string where)
    {
        if (!attribute.MultiValued)
        {
            return ReadOne(attribute, node, where);
        }

        var elements = ReadElements(attribute, node, where, singleAllowed: profile.Allows(SingleForMultiValued.Quirk));
        return elements.Count > 0 ? new JsonArray([.. elements]) : null;
    }

    /// <summary>The value of a single-valued attribute, or of one element of a multi-valued one; null if it is unassigned.</summary>
    public JsonNode? ReadOne(AttributeDefinition attribute, JsonNode? node, string where)
    {
        if (!attribute.MultiValued)
        {
            node = ArrayForSingleValued.Unwrap(node, profile);
            if (EmptyReference.IsNone(node, attribute, profile))
            {
                return null;
            }

            node = ReferenceAsString.Expand(node, attribute, profile);
        }

        return node switch
        {
            null => null,
            JsonObject { Count: 0 } when attribute.IsComplex => null,
            JsonObject complex when attribute.IsComplex => ReadComplex(attribute, complex, where),
            _ when attribute.IsComplex => throw ScimError.InvalidValue($"{where} must be a JSON object.").AsException(),
            _ => ScalarReader.Read(attribute, node, where, profile),
        };
    }

    /// <summary>The elements of a multi-valued attribute, at most one of them primary and no (type, value) twice (RFC 7643 2.4).</summary>
    public List<JsonNode> ReadElements(AttributeDefinition attribute, JsonNode? node, string where, bool singleAllowed)
    {
        if (node is not (null or JsonArray) && !singleAllowed)
        {
            throw ScimError.InvalidValue($"{where} must be an array.").AsException();
        }

        var given = node is JsonArray array ? array : Enumerable.Repeat(node, 1);
        var elements = given.Select(e => ReadOne(attribute, e, where)).OfType<JsonNode>().ToList();
        SeveralPrimaries.KeepLast(elements, where, profile);
        return MultiValue.Collapse(elements, attribute);
    }

    /// <summary>The members of a complex value or of an extension, in the order of the schema.</summary>
    public JsonObject ReadMembers(
        JsonObject given, IReadOnlyList<AttributeDefinition> definitions, Func<string, AttributeDefinition?> find, string where,
        Action<AttributeDefinition, JsonNode, string>? check = null)
    {
        var read = new Dictionary<AttributeDefinition, JsonNode>();
        foreach (var (name, node) in given)
        {
            if (find(name) is not { } definition)
            {
                PassOver(where + "." + name);
                continue;
            }

            var path = where + "." + definition.Name;
            if ((!definition.IsReadOnly || trusted) && Read(definition, node, path) is { } value)
            {
                check?.Invoke(definition, value, path);
                if (!read.TryAdd(definition, value))
                {
                    throw ScimError.InvalidSyntax($"{path} is given twice.").AsException();
                }
            }
        }

        return new JsonObject(definitions.Where(read.ContainsKey).Select(d => KeyValuePair.Create<string, JsonNode?>(d.Name, read[d])));
    }

    /// <summary>What a PATCH says of a complex value, without regard to what it leaves out; unassigned sub-attributes are not in it.</summary>
    public JsonObject ReadPartial(AttributeDefinition attribute, JsonObject complex, string where)
    {
        var members = ReadMembers(
            complex, attribute.SubAttributes, attribute.FindSubAttribute, where,
            (sub, value, path) => ValueRules.Check(attribute, sub, value, path, profile));
        ResourceReference.KeepIdOnly(members, attribute, where);
        return members;
    }

    /// <summary>Refuses a complex value without one of its required sub-attributes.</summary>
    public static void CheckRequired(AttributeDefinition attribute, JsonObject complex, string where)
    {
        if (attribute.SubAttributes.FirstOrDefault(s => s.Required && !s.IsReadOnly && !complex.ContainsKey(s.Name)) is { } missing)
        {
            throw ScimError.InvalidValue($"{where}.{missing.Name} is required.").AsException();
        }
    }

    private JsonObject? ReadComplex(AttributeDefinition attribute, JsonObject complex, string where)
    {
        var members = ReadPartial(attribute, complex, where);
        if (members.Count == 0)
        {
            return null;
        }

        CheckRequired(attribute, members, where);
        return members;
    }
}
