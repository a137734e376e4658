using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>What one target is told of a user differently from others.</summary>
public sealed class TargetProfile
{
    private TargetProfile(NameRouting name, AttributeMap attributes, IReadOnlyList<AttributeName> omitted)
    {
        Name = name;
        Attributes = attributes;
        Omitted = omitted;
    }

    /// <summary>The profile that tells a target everything as it is.</summary>
    public static TargetProfile Plain { get; } = new(NameRouting.Preferred, AttributeMap.Empty, []);

    /// <summary>Which name the target is told.</summary>
    public NameRouting Name { get; }

    /// <summary>What is laid over the user.</summary>
    public AttributeMap Attributes { get; }

    /// <summary>What the target is not told, and keeps as it has it. Without a name, the whole of an extension.</summary>
    public IReadOnlyList<AttributeName> Omitted { get; }

    /// <summary>Whether it changes nothing.</summary>
    public bool IsPlain => Name == NameRouting.Preferred && Attributes.IsEmpty && Omitted.Count == 0;

    /// <summary>Reads a profile.</summary>
    /// <param name="name">Which name the target is told.</param>
    /// <param name="attributes">As of <see cref="AttributeMap.OfUsers"/>.</param>
    /// <param name="omit">SCIM paths of whole attributes, or URNs of extensions.</param>
    /// <param name="at">JSON path of the profile.</param>
    /// <param name="user">The user's schemas.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static TargetProfile Read(
        NameRouting name, JsonObject attributes, IReadOnlyList<string> omit, string at, ResourceType user, ICollection<MappingFault> faults)
    {
        ArgumentNullException.ThrowIfNull(omit);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(faults);
        var omitted = new List<AttributeName>();
        for (var i = 0; i < omit.Count; i++)
        {
            var path = $"{at}.omit[{i}]";
            if (user.FindExtension(omit[i]) is { } extension)
                omitted.Add(new AttributeName(extension.Id, ""));
            else if (MappedAttribute.Parse(omit[i], user, out var fault) is not { } attribute)
                faults.Add(new(path, fault!));
            else if (attribute.Sub is not null)
                faults.Add(new(path, $"A whole attribute is omitted, and not a part of it: {attribute.Attribute.Name}."));
            else if (attribute.Attribute.Required)
                faults.Add(new(path, $"There is no account without {attribute.Attribute.Name}."));
            else
                omitted.Add(new AttributeName(attribute.Schema, attribute.Attribute.Name));
        }

        return new TargetProfile(name, AttributeMap.OfUsers(attributes, $"{at}.attributes", user, faults), omitted);
    }

    /// <summary>What a target has acknowledged, without what is omitted: its own account holds that, and nobody compares it.</summary>
    public string Without(string delivered)
    {
        if (Omitted.Count == 0)
            return delivered;
        var attributes = JsonNode.Parse(delivered)!.AsObject();
        Omit(attributes);
        return attributes.ToJsonString();
    }

    /// <summary>Lays the profile over what every target is told.</summary>
    /// <param name="body">The user.</param>
    /// <param name="attributes">What the target is told; changed.</param>
    /// <exception cref="MappingException">An expression fails.</exception>
    internal void Apply(JsonObject body, JsonObject attributes)
    {
        if (Name == NameRouting.Legal)
            body = Route(body, attributes);
        if (!Attributes.IsEmpty)
            Attributes.Apply(attributes, ExpressionVariables.OfUser(body));
        Omit(attributes);
    }

    private static JsonObject Route(JsonObject body, JsonObject attributes)
    {
        var hr = body[HrExtension.Urn] as JsonObject;
        var (given, family) = (hr?[HrExtension.LegalGivenName]?.GetValue<string>(), hr?[HrExtension.LegalFamilyName]?.GetValue<string>());
        if (given is null && family is null)
            return body;
        var name = body["name"]?.DeepClone().AsObject() ?? [];
        name["givenName"] = given ?? name["givenName"]?.DeepClone();
        name["familyName"] = family ?? name["familyName"]?.DeepClone();
        name["formatted"] = string.Join(' ', new[] { name["givenName"], name["familyName"] }.Select(n => n?.GetValue<string>()).OfType<string>());
        foreach (var empty in name.Where(p => p.Value is null).Select(p => p.Key).ToList())
            name.Remove(empty);
        attributes["name"] = name.DeepClone();
        var routed = body.DeepClone().AsObject();
        routed["name"] = name;
        return routed;
    }

    private void Omit(JsonObject attributes)
    {
        foreach (var (schema, name) in Omitted)
        {
            if (schema is null)
            {
                attributes.Remove(name);
            }
            else if (name.Length == 0)
            {
                attributes.Remove(schema);
            }
            else if (attributes[schema] is JsonObject extension)
            {
                extension.Remove(name);
                if (extension.Count == 0)
                    attributes.Remove(schema);
            }
        }
    }
}
