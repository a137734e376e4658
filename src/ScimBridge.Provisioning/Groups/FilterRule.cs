using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Groups;

/// <summary>A rule in the filter language of SCIM (RFC 7644, 3.4.2.2): one group, or one for each value of an attribute.</summary>
public sealed class FilterRule : IGroupRule
{
    /// <summary>What stands for the value in the name of a group that there is one of for each value.</summary>
    public const string Value = "{value}";

    /// <inheritdoc/>
    public required string Key { get; init; }

    /// <summary>The group's name; with <see cref="Each"/>, <see cref="Value"/> in it stands for the value.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Who is in the group; null for everybody who has a value for <see cref="Each"/>.</summary>
    public Filter? Where { get; init; }

    /// <summary>The attribute of text for each value of which there is a group; null for one group.</summary>
    public AttributePath? Each { get; init; }

    /// <inheritdoc/>
    public GroupClass Class { get; init; }

    /// <summary>
    /// How many days, of the worker's zone and from the first day of access on, the rule gives anything; null for no end. Who has no start that is
    /// known gets nothing: what has an end must not last because nobody knows when it began.
    /// </summary>
    public int? Days { get; init; }

    /// <inheritdoc/>
    public RuledMembership? Of(JsonObject user, Worker worker, Instant now, IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(worker);
        Instant? until = null;
        if (Days is { } days)
        {
            until = End(worker, days, zones);
            if (until is null || until <= now)
                return null;
        }

        if (Where is not null && !FilterEvaluator.Matches(Where, user))
            return null;
        if (Each is null)
            return new RuledMembership(new RuledGroup(Key, DisplayName, Class), until);
        return ValueOf(user, Each) is { } value
            ? new RuledMembership(
                new RuledGroup($"{Key}:{value}", DisplayName.Replace(Value, value, StringComparison.Ordinal), Class), until)
            : null;
    }

    private static Instant? End(Worker worker, int days, IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(zones);
        var zone = zones[worker.Facts.TimeZone];
        return worker.AccessStart is { } start ? start.InZone(zone).Date.PlusDays(days).AtStartOfDayInZone(zone).ToInstant() : null;
    }

    private static string? ValueOf(JsonObject user, AttributePath path)
    {
        JsonNode? node = user;
        foreach (var segment in path.Segments)
            node = (node as JsonObject)?[segment];
        return node is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text) ? text : null;
    }
}
