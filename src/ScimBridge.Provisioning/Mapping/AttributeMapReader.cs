using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>Reads a map of attributes, tries each of its expressions, and notes every fault.</summary>
internal sealed class AttributeMapReader(
    string at, ResourceType user, Shape known, IReadOnlyList<MappingSample> samples, IReadOnlyDictionary<string, string> closed,
    ICollection<MappingFault> faults)
{
    private const string References = "The bridge keeps references to others itself.";

    /// <summary>Attributes of a user that the map of workers is not about, and why.</summary>
    public static IReadOnlyDictionary<string, string> NotOfWorkers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["userName"] = "User names are made by mapping.userName, so that each is unique.",
        ["active"] = "Whether a user is active follows from the timeline.",
        ["schemas"] = "The schemas follow from what stands in a user.",
        ["externalId"] = "It is the client's.",
        ["password"] = "The bridge has no passwords.",
        ["manager"] = References,
    };

    /// <summary>Attributes of an account that the map of users is not about, and why.</summary>
    public static IReadOnlyDictionary<string, string> NotOfUsers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["active"] = "Whether an account is active follows from the timeline.",
        ["schemas"] = "The schemas follow from what stands in an account.",
        ["externalId"] = "It is the key by which the bridge finds its accounts again.",
        ["password"] = "The bridge has no passwords.",
        ["manager"] = References,
    };

    public AttributeMap Read(JsonObject configured)
    {
        var rules = new List<AttributeRule>();
        foreach (var (name, value) in configured)
        {
            if (Rule(name, value) is { } rule)
                rules.Add(rule);
        }

        return AttributeMap.Of(rules);
    }

    private AttributeRule? Rule(string name, JsonNode? value)
    {
        var path = $"{at}['{name}']";
        if (name.Length > 0 && name.All(char.IsAsciiLetterOrDigit))
            path = $"{at}.{name}";
        if (MappedAttribute.Parse(name, user, out var fault) is not { } attribute)
            return Fault(path, fault!);
        if (closed.TryGetValue(attribute.Attribute.Name, out var why) && attribute.Schema is null or UserMapping.EnterpriseSchema)
            return Fault(path, why);
        if (attribute.Schema == HrExtension.Urn)
            return Fault(path, "What HR says is the bridge's own.");
        switch (value)
        {
            case null:
                return attribute.Leaf.Required && attribute.Sub is null
                    ? Fault(path, $"There is no user without {attribute.Attribute.Name}.")
                    : new AttributeRule.Clear(path, attribute);
            case JsonObject said when said.ContainsKey("value"):
                return Constant(path, attribute, said);
            case JsonObject said:
                return said["expression"] is JsonValue inner && inner.TryGetValue<string>(out var whole)
                    ? Computed(path, attribute, whole, said)
                    : Fault(path, "needs \"expression\", a string, or \"value\".");
            case JsonValue text when text.TryGetValue<string>(out var expression):
                return Computed(path, attribute, expression, said: null);
            default:
                return Fault(path, "must be an expression (a string), null, { \"value\": ... } or { \"expression\": ..., \"default\": ... }.");
        }
    }

    private AttributeRule? Constant(string path, MappedAttribute attribute, JsonObject said)
    {
        if (said.Count > 1)
            return Fault(path, $"has \"value\" and nothing else, and not \"{said.First(p => p.Key != "value").Key}\".");
        if (said["value"] is not { } constant)
            return Fault($"{path}.value", "A constant has a value; to clear the attribute, say null instead of the object.");
        return attribute.Fault(constant) is { } fault
            ? Fault($"{path}.value", fault)
            : new AttributeRule.Constant(path, attribute, constant.DeepClone());
    }

    private AttributeRule? Computed(string path, MappedAttribute attribute, string text, JsonObject? said)
    {
        if (said?.FirstOrDefault(p => p.Key is not ("expression" or "default")).Key is { } unknown)
            return Fault($"{path}.{unknown}", "is no key here; there are expression, default.");
        if (!attribute.IsScalar)
        {
            return Fault(
                path,
                attribute.Attribute is { MultiValued: true, IsComplex: true } several
                    ? $"An expression comes to one value; say where it goes: {several.Name}[type eq \"work\"].value."
                    : "An expression comes to one value; name a sub-attribute, or give a constant.");
        }

        if (said?["default"] is { } given && attribute.Fault(given) is { } wrong)
            return Fault($"{path}.default", wrong);
        var at1 = said is null ? path : $"{path}.expression";
        if (Expression.Parse(text, known, complete: false, out var fault) is not { } expression)
            return Fault(at1, fault!.ToString());
        return Try(expression, attribute) is { } failing
            ? Fault(at1, failing.ToString())
            : new AttributeRule.Computed(at1, attribute, expression, said?["default"]?.DeepClone());
    }

    // Whether a code is a number or a word is not known before the workers are: one of two who have everything must do.
    private ExpressionFault? Try(Expression expression, MappedAttribute attribute)
    {
        ExpressionException? failed = null;
        var (whole, failedWhole, written, fitting) = (0, 0, 0, 0);
        foreach (var sample in samples)
        {
            whole += sample.Lacks is null ? 1 : 0;
            try
            {
                var text = expression.Evaluate(sample.Variables).Text;
                written += text.Length > 0 ? 1 : 0;
                fitting += text.Length > 0 && attribute.Value(text) is not null ? 1 : 0;
            }
            catch (ExpressionException e) when (sample.Lacks is null)
            {
                failedWhole++;
                failed = e;
            }
            catch (ExpressionException e)
            {
                return failedWhole == whole
                    ? Failing(expression, failed ?? e)
                    : new(expression.ColumnOf(e), $"It fails for one without {sample.Lacks}: {e.Message}", "Say what stands in for it: | default: '...'.");
            }
        }

        if (failedWhole == whole)
            return Failing(expression, failed!);
        if (written == 0 || fitting > 0)
            return null;
        var word = MappedAttribute.Word(attribute.Leaf.Type);
        return new(
            expression.ColumnOf(new ExpressionException()),
            $"It never comes to {word}, which is what {attribute.Leaf.Name} holds.",
            attribute.Leaf.Type == AttributeType.Boolean
                ? "Write {% if ... %}true{% else %}false{% endif %}."
                : attribute.Leaf.Type == AttributeType.DateTime ? "A date becomes an instant by | append: 'T00:00:00Z'." : $"Make it {word}.");
    }

    private static ExpressionFault Failing(Expression expression, ExpressionException e) => new(
        expression.ColumnOf(e), e.Message, "It was tried with an invented worker who has everything, and fails for everybody.");

    private AttributeRule? Fault(string path, string reason)
    {
        faults.Add(new MappingFault(path, reason));
        return null;
    }
}
