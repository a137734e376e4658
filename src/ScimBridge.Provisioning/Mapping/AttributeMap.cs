using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>
/// What a configuration says of some attributes of a user, laid over what is there: an expression, a constant, or nothing at all. What it
/// does not name stays as it is.
/// </summary>
public sealed class AttributeMap
{
    private readonly IReadOnlyList<AttributeRule> _rules;

    private AttributeMap(IReadOnlyList<AttributeRule> rules)
    {
        _rules = rules;
        Names = rules.Where(r => r.Attribute.Schema is null).Select(r => r.Attribute.Attribute.Name).ToHashSet(StringComparer.Ordinal);
        Extensions = rules.Where(r => r.Attribute.Schema is not null)
            .ToLookup(r => r.Attribute.Schema!, r => r.Attribute.Attribute.Name, StringComparer.Ordinal);
        Cleared =
        [
            .. rules.OfType<AttributeRule.Clear>().Where(r => r.Attribute is { Sub: null })
                .Select(r => new AttributeName(r.Attribute.Schema, r.Attribute.Attribute.Name)),
        ];
    }

    /// <summary>The map that changes nothing.</summary>
    public static AttributeMap Empty { get; } = new([]);

    /// <summary>Whether it changes nothing.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>The attributes of the core schema that it is about.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>The attributes of extensions that it is about, by the URN of the extension.</summary>
    public ILookup<string, string> Extensions { get; }

    /// <summary>The attributes that are to have no value.</summary>
    public IReadOnlyList<AttributeName> Cleared { get; }

    /// <summary>Reads the map from worker to user.</summary>
    /// <param name="configured">SCIM path -> expression, object with <c>value</c> or <c>expression</c> and <c>default</c>, or null.</param>
    /// <param name="at">JSON path of the map.</param>
    /// <param name="user">The user's schemas.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static AttributeMap OfWorkers(JsonObject configured, string at, ResourceType user, ICollection<MappingFault> faults) =>
        new AttributeMapReader(at, user, Shape.OfWorkers, MappingSample.OfWorkers, AttributeMapReader.NotOfWorkers, faults).Read(configured);

    /// <summary>Reads the map from user to account.</summary>
    /// <inheritdoc cref="OfWorkers"/>
    public static AttributeMap OfUsers(JsonObject configured, string at, ResourceType user, ICollection<MappingFault> faults) =>
        new AttributeMapReader(at, user, Shape.OfUsers(user), MappingSample.OfUsers(user), AttributeMapReader.NotOfUsers, faults).Read(configured);

    internal static AttributeMap Of(IReadOnlyList<AttributeRule> rules) => new(rules);

    /// <summary>Lays it over a body.</summary>
    /// <exception cref="MappingException">An expression fails.</exception>
    internal void Apply(JsonObject body, ExpressionVariables variables)
    {
        foreach (var rule in _rules)
        {
            rule.Attribute.Write(
                body,
                rule switch
                {
                    AttributeRule.Constant constant => constant.Value,
                    AttributeRule.Computed computed => Value(computed, variables),
                    _ => null,
                });
        }
    }

    private static JsonNode? Value(AttributeRule.Computed rule, ExpressionVariables variables)
    {
        try
        {
            var text = rule.Expression.Evaluate(variables).Text;
            return text.Length == 0
                ? rule.Default
                : rule.Attribute.Value(text) ?? throw new MappingException(
                    rule.Path, $"It comes to something else than {MappedAttribute.Word(rule.Attribute.Leaf.Type)}.");
        }
        catch (ExpressionException e)
        {
            throw new MappingException(rule.Path, e.Message);
        }
    }
}
