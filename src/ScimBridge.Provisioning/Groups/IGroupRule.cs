using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Groups;

/// <summary>
/// One rule of who is in which group: a function of the person alone, so that what it costs does not depend on how many are in the group,
/// and what it gives does not depend on what was before.
/// </summary>
public interface IGroupRule
{
    /// <summary>What the rule is known by; one of its kind in a set.</summary>
    string Key { get; }

    /// <summary>What its groups mean to policy.</summary>
    GroupClass Class { get; }

    /// <summary>What it gives; null for nothing.</summary>
    /// <param name="user">The SCIM user as it is about to be, extensions and all.</param>
    /// <param name="worker">The worker behind it, as of <paramref name="now"/>.</param>
    /// <param name="now">The instant.</param>
    /// <param name="zones">The time zones; that of the worker is among them.</param>
    RuledMembership? Of(JsonObject user, Worker worker, Instant now, IDateTimeZoneProvider zones);
}
