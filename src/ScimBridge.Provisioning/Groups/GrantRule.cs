using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Groups;

/// <summary>A rule of who has a role or an entitlement (RFC 7643, 4.1.2).</summary>
/// <param name="Attribute"><c>roles</c> or <c>entitlements</c>.</param>
/// <param name="Value">The value of the role or entitlement.</param>
/// <param name="Rule">Who has it, and until when: a rule like that of a group.</param>
public sealed record GrantRule(string Attribute, string Value, FilterRule Rule)
{
    /// <summary>What people know it by; null for nothing.</summary>
    public string? Display { get; init; }

    /// <summary>What it is for; null for nothing.</summary>
    public string? Type { get; init; }

    /// <summary>When the rule gives it no longer; <see cref="Instant.MaxValue"/> for never. Null where it does not give it.</summary>
    internal Instant? Until(JsonObject user, Worker worker, Instant now, IDateTimeZoneProvider zones) =>
        Rule.Of(user, worker, now, zones) is { } given ? given.Until ?? Instant.MaxValue : null;

    /// <summary>The element of the attribute.</summary>
    internal JsonObject Element()
    {
        var element = new JsonObject { ["value"] = Value };
        if (Display is not null)
            element["display"] = Display;
        if (Type is not null)
            element["type"] = Type;
        return element;
    }
}
