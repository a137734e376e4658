using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>What a variable of an expression is made of: members by name, or elements, or neither.</summary>
/// <param name="Members">The members; null where it has none.</param>
/// <param name="Element">What an element of it is made of; null where it is no list.</param>
internal sealed record Shape(IReadOnlyDictionary<string, Shape>? Members, Shape? Element = null)
{
    /// <summary>The number that a candidate of a user name is tried with.</summary>
    public const string Number = "n";

    private static readonly Shape Value = new(Members: null);

    /// <summary>What candidates of user names may read.</summary>
    public static Shape OfNames { get; } = Of(("worker", Worker()), (Number, Value));

    /// <summary>What the mapping of a worker may read.</summary>
    public static Shape OfWorkers { get; } = Of(("worker", Worker()), ("userName", Value));

    /// <summary>What the mapping for a target may read: the user, and its extensions for the enterprise and of HR.</summary>
    public static Shape OfUsers(ResourceType user) => Of(
        ("user", new Shape(MembersOf(user.Schema))),
        ("enterprise", new Shape(user.FindSchema(UserMapping.EnterpriseSchema) is { } enterprise ? MembersOf(enterprise) : null)),
        ("hr", new Shape(user.FindSchema(HrExtension.Urn) is { } hr ? MembersOf(hr) : null)));

    private static Shape Of(params ReadOnlySpan<(string Name, Shape Shape)> members)
    {
        var result = new Dictionary<string, Shape>(StringComparer.Ordinal);
        foreach (var (name, shape) in members)
            result[name] = shape;
        return new Shape(result);
    }

    private static Shape Worker() => new(WorkerVariable.Names.ToDictionary(n => n, _ => Value, StringComparer.Ordinal));

    private static Dictionary<string, Shape> MembersOf(SchemaDefinition schema) =>
        schema.Attributes.Where(a => a.Returned != Returned.Never)
            .ToDictionary(a => a.Name, Of, StringComparer.Ordinal);

    private static Shape Of(AttributeDefinition attribute)
    {
        var one = attribute.IsComplex ? new Shape(attribute.SubAttributes.ToDictionary(s => s.Name, Of, StringComparer.Ordinal)) : Value;
        return attribute.MultiValued ? new Shape(Members: null, one) : one;
    }
}
