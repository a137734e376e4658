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
    private static readonly string[] Granted = ["roles", "entitlements"];

    /// <summary>What holds where nothing is configured: roles and entitlements belong to whoever writes them.</summary>
    public static GrantRules None { get; } = new(new HashSet<string>(StringComparer.Ordinal), []);

    /// <summary>
    /// Attributes whose rules were in force once and cannot be read any more. What somebody has of them stays, but for those whom policy lets have nothing,
    /// until other rules are in force.
    /// </summary>
    public IReadOnlySet<string> Unreadable { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>What a user has by one set of rules and not by another, each attribute and value once.</summary>
    /// <param name="before">The user by the one.</param>
    /// <param name="after">The user by the other.</param>
    public static IReadOnlyList<(string Attribute, string Value)> Lost(JsonObject before, JsonObject after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return [.. Granted.SelectMany(a => Values(before, a).Except(Values(after, a), StringComparer.Ordinal).Select(v => (a, v)))];
    }

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
        foreach (var name in Unreadable.Where(_ => intent.Memberships == Memberships.None))
            user.Remove(name);
        var given = Rules.Where(r => r.Rule.Class.IsGranted(intent)).Select(r => (Rule: r, Until: r.Until(user, worker, now, zones)))
            .Where(g => g.Until is not null).ToList();
        foreach (var values in given.GroupBy(g => g.Rule.Attribute, StringComparer.Ordinal))
            user[values.Key] = new JsonArray([.. values.Select(g => g.Rule).DistinctBy(r => (r.Value, r.Type)).Select(r => (JsonNode)r.Element())]);
        var end = given.Select(g => g.Until!.Value).DefaultIfEmpty(Instant.MaxValue).Min();
        return end == Instant.MaxValue ? null : end;
    }

    private static IEnumerable<string> Values(JsonObject user, string attribute) => (user[attribute] as JsonArray ?? []).OfType<JsonObject>()
        .Select(e => e["value"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null).OfType<string>();
}
