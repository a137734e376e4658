using System.Text.Json;

namespace ScimBridge.Scim.Schemas;

/// <summary>Reads the attribute definitions of a schema document and notes every fault (RFC 7643 7 and 8.7).</summary>
internal static class AttributeReader
{
    /// <param name="attributes">The JSON array of definitions.</param>
    /// <param name="where">The path of the array, for the faults.</param>
    /// <param name="nesting">How many levels of complex attributes may follow: 1, but 2 in the Schema schema (RFC 7643 2.3.8).</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static IReadOnlyList<AttributeDefinition> ReadAll(JsonElement attributes, string where, int nesting, List<string> faults)
    {
        if (attributes.ValueKind != JsonValueKind.Array)
        {
            faults.Add($"{where}: the attributes must be an array");
            return [];
        }

        var read = new List<AttributeDefinition>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in attributes.EnumerateArray())
        {
            if (Read(element, where, nesting, faults) is not { } attribute)
            {
                continue;
            }

            if (names.Add(attribute.Name))
            {
                read.Add(attribute);
            }
            else
            {
                faults.Add($"{where}: the attribute {attribute.Name} is defined twice");
            }
        }

        return read;
    }

    private static AttributeDefinition? Read(JsonElement element, string where, int nesting, List<string> faults)
    {
        var json = new DefinitionJson(element, where, faults);
        if (json.RequiredText("name") is not { } name)
        {
            return null;
        }

        json = json with { Where = $"{where}.{name}" };
        if (!IsName(name))
        {
            json.Fault("the name must begin with a letter or $ and go on with letters, digits, '$', '-' and '_'");
        }

        var type = json.Choice("type", AttributeType.String);
        var definition = new AttributeDefinition
        {
            Name = name,
            Type = type,
            MultiValued = json.Flag("multiValued", false),
            Description = json.Text("description") ?? "",
            Required = json.Flag("required", false),
            CaseExact = json.Flag("caseExact", false) || type is AttributeType.Binary or AttributeType.Reference,
            Mutability = json.Choice("mutability", Mutability.ReadWrite),
            Returned = json.Choice("returned", Returned.Default),
            Uniqueness = json.Choice("uniqueness", Uniqueness.None),
            CanonicalValues = json.Texts("canonicalValues"),
            ReferenceTypes = json.Texts("referenceTypes"),
            SubAttributes = json.Member("subAttributes") is { } sub ? ReadAll(sub, json.Where, nesting - 1, faults) : [],
        };
        Check(definition, json, nesting);
        return definition;
    }

    private static void Check(AttributeDefinition definition, DefinitionJson json, int nesting)
    {
        if (definition.IsComplex)
        {
            if (definition.SubAttributes.Count == 0)
            {
                json.Fault("a complex attribute needs subAttributes");
            }

            if (nesting < 1)
            {
                json.Fault("a complex attribute must not be nested in another (RFC 7643 2.3.8)");
            }

            if (definition.Uniqueness != Uniqueness.None)
            {
                json.Fault("uniqueness has no meaning on a complex attribute");
            }
        }
        else if (definition.SubAttributes.Count > 0)
        {
            json.Fault("only a complex attribute has subAttributes");
        }

        if (definition.ReferenceTypes.Count > 0 && definition.Type != AttributeType.Reference)
        {
            json.Fault("only a reference has referenceTypes");
        }

        if (definition.Mutability == Mutability.WriteOnly && definition.Returned != Returned.Never)
        {
            json.Fault("a writeOnly attribute must have returned \"never\"");
        }
    }

    /// <summary>The grammar of RFC 7643 2.1, and the leading dollar sign of <c>$ref</c> (erratum 8924).</summary>
    private static bool IsName(string name) =>
        name.Length > 0
        && (char.IsAsciiLetter(name[0]) || (name.Length > 1 && name[0] == '$'))
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '$' or '-' or '_');
}
