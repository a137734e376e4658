using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Groups;

/// <summary>All rules that hold together.</summary>
/// <param name="Rules">The rules; no two have the same key.</param>
/// <param name="Unreadable">
/// Keys of rules that were in force once and cannot be read any more, because a schema that they speak of is gone. They give nothing, and what
/// they gave stays until other rules are in force: nobody may lose access because a file was moved.
/// </param>
public sealed record GroupRules(IReadOnlyList<IGroupRule> Rules, IReadOnlySet<string> Unreadable)
{
    private readonly Dictionary<string, IGroupRule> _byKey = Rules.ToDictionary(r => r.Key, StringComparer.Ordinal);

    /// <summary>What holds where nothing is configured.</summary>
    public static GroupRules Default { get; } = new([new DepartmentRule()], new HashSet<string>(StringComparer.Ordinal));

    /// <summary>The classes of the groups that the rules fill; all, where some of them cannot be asked.</summary>
    public Memberships Classes => Unreadable.Count > 0 ? Memberships.All : Memberships.Ordinary
        | (Rules.Any(r => r.Class.Privileged) ? Memberships.Privileged : Memberships.None)
        | (Rules.Any(r => r.Class.Licence) ? Memberships.Licence : Memberships.None);

    /// <summary>What the rules give somebody; no group twice.</summary>
    /// <param name="user">The SCIM user as it is about to be.</param>
    /// <param name="worker">The worker behind it, as of <paramref name="now"/>.</param>
    /// <param name="now">The instant.</param>
    /// <param name="zones">The time zones.</param>
    public IEnumerable<RuledMembership> Of(JsonObject user, Worker worker, Instant now, IDateTimeZoneProvider zones) =>
        Rules.Select(r => r.Of(user, worker, now, zones)).OfType<RuledMembership>();

    /// <summary>Whether a group of this origin is one that the rules fill, or have filled and cannot be asked about.</summary>
    public bool Fill(string? origin) => RuledGroup.RuleOf(origin) is { } key && (_byKey.ContainsKey(key) || Unreadable.Contains(key));

    /// <summary>Whether nothing can be said about a group of this origin.</summary>
    public bool IsUnreadable(string? origin) => RuledGroup.RuleOf(origin) is { } key && Unreadable.Contains(key);

    /// <summary>What being in a group of this origin means to policy; a group that no rule fills means nothing more.</summary>
    public GroupClass ClassOf(string? origin) =>
        RuledGroup.RuleOf(origin) is { } key && _byKey.TryGetValue(key, out var rule) ? rule.Class : default;
}
