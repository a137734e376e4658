using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Groups;

/// <summary>
/// The rules of who has which roles and entitlements. An attribute that rules fill is theirs whole: what they do not give, nobody has.
/// </summary>
/// <param name="Attributes">The attributes that rules fill, with or without a rule.</param>
/// <param name="Rules">The rules, in the order in which what they give is listed.</param>
public sealed record GrantRules(IReadOnlySet<string> Attributes, IReadOnlyList<GrantRule> Rules)
{
    /// <summary>What holds where nothing is configured: roles and entitlements belong to whoever writes them.</summary>
    public static GrantRules None { get; } = new(new HashSet<string>(StringComparer.Ordinal), []);

    /// <summary>Gives a user what the rules give, and takes the rest of the attributes that they fill.</summary>
    /// <param name="user">The SCIM user as it is about to be; it is changed.</param>
    /// <param name="worker">The worker behind it, as of <paramref name="now"/>.</param>
    /// <param name="intent">What was decided: policy withholds privileges and licences, and from a leaver everything.</param>
    /// <param name="now">The instant.</param>
    /// <param name="zones">The time zones.</param>
    /// <returns>When something is given no longer, with nothing else changing; null for never.</returns>
    public Instant? Apply(JsonObject user, Worker worker, Intent intent, Instant now, IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(intent);
        // No rule is to depend on what the rules gave before.
        foreach (var name in Attributes)
            user.Remove(name);
        var given = Rules.Where(r => r.Rule.Class.IsGranted(intent)).Select(r => (Rule: r, Until: r.Until(user, worker, now, zones)))
            .Where(g => g.Until is not null).ToList();
        foreach (var values in given.GroupBy(g => g.Rule.Attribute, StringComparer.Ordinal))
            user[values.Key] = new JsonArray([.. values.Select(g => g.Rule).DistinctBy(r => (r.Value, r.Type)).Select(r => (JsonNode)r.Element())]);
        var end = given.Select(g => g.Until!.Value).DefaultIfEmpty(Instant.MaxValue).Min();
        return end == Instant.MaxValue ? null : end;
    }
}
