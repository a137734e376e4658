using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>
/// An attribute of a user that a mapping is about: <c>title</c>, <c>name.honorificPrefix</c>, <c>emails[type eq "home"].value</c>, or behind
/// the URN of an extension.
/// </summary>
internal sealed partial class MappedAttribute
{
    private MappedAttribute(string? schema, AttributeDefinition attribute, string? elementType, AttributeDefinition? sub)
    {
        Schema = schema;
        Attribute = attribute;
        ElementType = elementType;
        Sub = sub;
    }

    /// <summary>The URI of the extension; null for one of the core schema.</summary>
    public string? Schema { get; }

    /// <summary>The attribute.</summary>
    public AttributeDefinition Attribute { get; }

    /// <summary>The <c>type</c> of the value that is meant, of an attribute with several.</summary>
    public string? ElementType { get; }

    /// <summary>The sub-attribute; null where the whole attribute is meant.</summary>
    public AttributeDefinition? Sub { get; }

    /// <summary>What the path ends at.</summary>
    public AttributeDefinition Leaf => Sub ?? Attribute;

    /// <summary>Whether one scalar value stands there, such as an expression comes to.</summary>
    public bool IsScalar => !Leaf.IsComplex && (!Attribute.MultiValued || ElementType is not null);

    /// <summary>Finds the attribute, or says what is wrong with the path.</summary>
    public static MappedAttribute? Parse(string path, ResourceType user, out string? fault)
    {
        var (schema, rest) = (user.Schema, path);
        foreach (var known in user.Extensions.Select(e => e.Schema).Prepend(user.Schema).OrderByDescending(s => s.Id.Length))
        {
            if (path.StartsWith(known.Id + ":", StringComparison.OrdinalIgnoreCase))
            {
                (schema, rest) = (known, path[(known.Id.Length + 1)..]);
                break;
            }
        }

        fault = null;
        var match = Form().Match(rest);
        if (!match.Success)
            fault = "It is no path of an attribute, such as title, name.givenName or emails[type eq \"work\"].value.";
        else if (schema.Find(match.Groups["name"].Value) is not { } attribute)
            fault = $"{user.Name} has no attribute {match.Groups["name"].Value}" + (schema == user.Schema ? "." : $" in {schema.Id}.");
        else if (attribute.IsReadOnly || attribute.Returned == Returned.Never)
            fault = $"{attribute.Name} is not to be mapped.";
        else
            return Parse(schema == user.Schema ? null : schema.Id, attribute, match, out fault);
        return null;
    }

    /// <summary>A text as a value of the attribute; null where it is none of its type.</summary>
    public JsonNode? Value(string text) => Leaf.Type switch
    {
        AttributeType.Boolean => text is "true" or "false" ? JsonValue.Create(text == "true") : null,
        AttributeType.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? JsonValue.Create(n) : null,
        AttributeType.Decimal => decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var d) ? JsonValue.Create(d) : null,
        AttributeType.Complex => null,
        _ => Fault(JsonValue.Create(text), Leaf) is null ? JsonValue.Create(text) : null,
    };

    /// <summary>What is wrong with a constant, or null.</summary>
    public string? Fault(JsonNode value) => ElementType is null && Sub is null && Attribute.MultiValued
        ? value is JsonArray array
            ? array.Select(element => Fault(element, Attribute)).FirstOrDefault(fault => fault is not null)
            : $"{Attribute.Name} has several values; the constant must be a list."
        : Fault(value, Leaf);

    /// <summary>The word for what the attribute holds.</summary>
    public static string Word(AttributeType type) => type switch
    {
        AttributeType.Boolean => "true or false",
        AttributeType.Integer => "a whole number",
        AttributeType.Decimal => "a number",
        AttributeType.DateTime => "an instant such as 2026-03-01T00:00:00Z",
        AttributeType.Binary => "base64",
        AttributeType.Complex => "an object",
        _ => "text",
    };

    /// <summary>Writes a value, or takes it away.</summary>
    public void Write(JsonObject body, JsonNode? value)
    {
        if (Schema is null)
        {
            WriteWithin(body, value);
            return;
        }

        if (body[Schema] is not JsonObject extension)
        {
            if (value is null)
                return;
            body[Schema] = extension = [];
            // An extension that stands in a resource is named (RFC 7643, 3); what goes to a target names its own.
            if (body["schemas"] is JsonArray schemas)
                schemas.Add(Schema);
        }

        WriteWithin(extension, value);
    }

    private static MappedAttribute? Parse(string? schema, AttributeDefinition attribute, Match match, out string? fault)
    {
        fault = null;
        var type = match.Groups["type"].Success ? match.Groups["type"].Value : null;
        var subName = match.Groups["sub"].Success ? match.Groups["sub"].Value : null;
        var sub = subName is null ? null : attribute.FindSubAttribute(subName);
        if (subName is not null && sub is null)
            fault = $"{attribute.Name} has no sub-attribute {subName}.";
        else if (type is not null && (!attribute.MultiValued || attribute.FindSubAttribute("type") is null))
            fault = $"{attribute.Name} has not several values with a type.";
        else if (type is not null && sub is null)
            fault = $"Behind [type eq \"{type}\"] stands a sub-attribute, such as .value.";
        else if (type is null && sub is not null && attribute.MultiValued)
            fault = $"{attribute.Name} has several values; say which: {attribute.Name}[type eq \"work\"].{sub.Name}.";
        else if (sub is { IsReadOnly: true })
            fault = $"{attribute.Name}.{sub.Name} is not to be mapped.";
        return fault is null ? new MappedAttribute(schema, attribute, type, sub) : null;
    }

    private static string? Fault(JsonNode? value, AttributeDefinition definition)
    {
        var kind = value?.GetValueKind();
        var fits = definition.Type switch
        {
            AttributeType.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
            AttributeType.Integer => kind is JsonValueKind.Number && value!.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-'),
            AttributeType.Decimal => kind is JsonValueKind.Number,
            AttributeType.DateTime => kind is JsonValueKind.String && XsdDateTime.Parse(value!.GetValue<string>()) is not null,
            AttributeType.Binary => kind is JsonValueKind.String && IsBase64(value!.GetValue<string>()),
            AttributeType.Complex => kind is JsonValueKind.Object,
            _ => kind is JsonValueKind.String,
        };
        if (!fits)
            return $"{definition.Name} holds {Word(definition.Type)}.";
        if (value is not JsonObject members)
            return null;
        foreach (var (name, member) in members)
        {
            if (definition.FindSubAttribute(name) is not { } sub || sub.Name != name)
                return $"{definition.Name} has no sub-attribute {name}.";
            if (Fault(member, sub) is { } fault)
                return fault;
        }

        return null;
    }

    private static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private void WriteWithin(JsonObject container, JsonNode? value)
    {
        if (Sub is null)
            Set(container, Attribute.Name, value);
        else if (ElementType is null)
            WriteSub(container, value);
        else
            WriteElement(container, value);
    }

    private void WriteSub(JsonObject container, JsonNode? value)
    {
        if (container[Attribute.Name] is not JsonObject complex)
        {
            if (value is null)
                return;
            container[Attribute.Name] = complex = [];
        }

        Set(complex, Sub!.Name, value);
        if (complex.Count == 0)
            container.Remove(Attribute.Name);
    }

    private void WriteElement(JsonObject container, JsonNode? value)
    {
        if (container[Attribute.Name] is not JsonArray elements)
        {
            if (value is null)
                return;
            container[Attribute.Name] = elements = [];
        }

        var element = elements.OfType<JsonObject>().FirstOrDefault(
            e => string.Equals(e["type"]?.GetValue<string>(), ElementType, StringComparison.OrdinalIgnoreCase));
        if (element is null && value is not null)
            elements.Add(element = new JsonObject { ["type"] = ElementType });
        if (element is not null)
        {
            Set(element, Sub!.Name, value);
            // What says its type alone says nothing.
            if (element.All(p => p.Key is "type" or "primary"))
                elements.Remove(element);
        }

        if (elements.Count == 0)
            container.Remove(Attribute.Name);
    }

    private static void Set(JsonObject container, string name, JsonNode? value)
    {
        if (value is null)
            container.Remove(name);
        else
            container[name] = value.DeepClone();
    }

    [GeneratedRegex(
        """^(?<name>[A-Za-z$][\w$-]*)(\[\s*type\s+eq\s+"(?<type>[^"\\\]]{1,64})"\s*\])?(\.(?<sub>[A-Za-z$][\w$-]*))?$""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
