using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Somebody whose memberships are decided.</summary>
/// <param name="Id">Id of the user.</param>
/// <param name="Body">The user as it is about to be; null where there is to be none.</param>
/// <param name="Worker">The worker behind it.</param>
/// <param name="Intent">What was decided.</param>
internal sealed record MemberCase(string Id, JsonObject? Body, Worker Worker, Intent Intent);

/// <summary>
/// What rules and policy make of memberships: rules give and take their own ground, policy suspends and ends what hands gave. One look-up for
/// the memberships of all who are decided together; how many others are in a group is never looked at.
/// </summary>
public sealed class RuledMemberships
{
    private readonly GroupBook _rules;
    private readonly ResourceType _group;
    private readonly IDateTimeZoneProvider _zones;

    /// <summary>Creates it.</summary>
    public RuledMemberships(GroupBook rules, SchemaCatalog catalog, IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        _rules = rules;
        _group = catalog.Group;
        _zones = zones;
    }

    /// <summary>Suspended memberships beside those that are kept: what would be so if something were taken back.</summary>
    internal IReadOnlyList<SuspendedMembership> AlsoSuspended { get; init; } = [];

    /// <summary>What the decisions before these have come to, where none of them is written; null where what is written is so.</summary>
    internal PlannedCourse? Course { get; init; }

    /// <summary>Adds to the changes what the rules in force give and take; answers with when they give something no longer, by id of the user.</summary>
    internal async Task<Dictionary<string, Instant>> AddAsync(
        Session session, Changes changes, IReadOnlyCollection<MemberCase> cases, Instant now, CancellationToken cancel)
    {
        var rules = await _rules.InForceAsync(session, cancel);
        var given = Given(rules, cases, now);
        var groups = await GroupsAsync(session, changes, [.. given.Values.SelectMany(g => g).Select(g => g.Group)], now, cancel);
        var ids = cases.Select(c => c.Id).ToList();
        var current = await CurrentAsync(session, rules, ids, cancel);
        var suspended = await SuspendedAsync(session, rules, ids, cancel);
        foreach (var c in cases)
        {
            var wanted = given[c.Id].Select(g => groups[g.Group.Key]).ToHashSet(StringComparer.Ordinal);
            AddRuled(changes, c, wanted, current[c.Id]);
            AddByHand(changes, c, wanted, current[c.Id]);
            AddSuspended(changes, c, wanted, suspended[c.Id], now);
        }

        return given.Where(g => g.Value.Exists(m => m.Until is not null))
            .ToDictionary(g => g.Key, g => g.Value.Min(m => m.Until)!.Value, StringComparer.Ordinal);
    }

    /// <summary>Which memberships other rules would take that those in force give, as pairs of user and group.</summary>
    internal async Task<List<(string MemberId, string GroupId)>> LossesAsync(
        Session session, IReadOnlyCollection<MemberCase> cases, GroupRules instead, Instant now, CancellationToken cancel)
    {
        var rules = await _rules.InForceAsync(session, cancel);
        var (given, would) = (Given(rules, cases, now), Given(instead, cases, now));
        var losses = new List<(string, string)>();
        foreach (var m in (await CurrentAsync(session, rules, [.. cases.Select(c => c.Id)], cancel)).SelectMany(g => g).Where(m => m.Row.ByRule))
        {
            // What a hand gave as well is not lost.
            if (!m.Row.ByHand && given[m.Row.MemberId].Exists(Is) && !would[m.Row.MemberId].Exists(Is))
                losses.Add((m.Row.MemberId, m.Row.GroupId));

            bool Is(RuledMembership membership) => membership.Group.Origin == m.Origin;
        }

        return losses;
    }

    /// <summary>
    /// Makes the groups of rules that fill one group each, before anybody is in them, and gives them the names that the rules say.
    /// </summary>
    internal async Task EnsureAsync(Session session, Changes changes, GroupRules rules, Instant now, CancellationToken cancel)
    {
        var groups = rules.Rules.OfType<FilterRule>().Where(r => r.Each is null)
            .Select(r => new RuledGroup(r.Key, r.DisplayName, r.Class)).ToList();
        var ids = await GroupsAsync(session, changes, groups, now, cancel);
        var rows = await ResourceStore.FindAsync(session, ids.Values, cancel);
        foreach (var group in groups)
        {
            if (!rows.TryGetValue(ids[group.Key], out var row))
                continue;
            var before = JsonNode.Parse(row.Body)!.AsObject();
            if ((string?)before["displayName"] == group.DisplayName)
                continue;
            var after = before.DeepClone().AsObject();
            after["displayName"] = group.DisplayName;
            changes.Resources.Add(ResourceWriter.Update(_group, row.Id, row.Version, before, after, Lane.Change));
        }
    }

    private Dictionary<string, List<RuledMembership>> Given(GroupRules rules, IReadOnlyCollection<MemberCase> cases, Instant now) =>
        cases.AsParallel().Select(c => KeyValuePair.Create(
            c.Id,
            c.Body is null ? [] : rules.Of(c.Body, c.Worker, now, _zones).Where(m => m.Group.Class.IsGranted(c.Intent)).ToList()))
            .ToDictionary(StringComparer.Ordinal);

    private static void AddRuled(Changes changes, MemberCase c, HashSet<string> wanted, IEnumerable<Current> current)
    {
        var has = current.ToDictionary(m => m.Row.GroupId, m => m, StringComparer.Ordinal);
        // What takes access away is as urgent as the decision; who is moved leaves the old group with the change.
        // A rule that cannot be read takes nothing, but whom policy lets have nothing has nothing.
        foreach (var m in has.Values.Where(
            m => m.Row.ByRule && !wanted.Contains(m.Row.GroupId) && !(m.IsUnreadable && m.Class.IsGranted(c.Intent))))
            changes.Memberships.Add(new(m.Row.GroupId, c.Id, Joins: false, ByRule: true, c.Intent.Removals) { IsOneOfTwo = m.Row.ByHand });
        foreach (var group in wanted.Where(g => !has.TryGetValue(g, out var m) || !m.Row.ByRule))
            changes.Memberships.Add(new(group, c.Id, Joins: true, ByRule: true, c.Intent.Lane) { IsOneOfTwo = has.ContainsKey(group) });
    }

    // Who has left loses for good what hands gave; for everybody else it comes back when policy lets it.
    private static void AddByHand(Changes changes, MemberCase c, HashSet<string> wanted, IEnumerable<Current> current)
    {
        foreach (var m in current.Where(m => m.Row.ByHand && !m.Class.IsGranted(c.Intent)))
        {
            changes.Memberships.Add(new(m.Row.GroupId, c.Id, Joins: false, ByRule: false, c.Intent.Removals)
            {
                IsOneOfTwo = m.Row.ByRule && wanted.Contains(m.Row.GroupId),
                Suspends = c.Worker.Access != AccessState.Ended,
                // So that the journal knows until when, should it be given back.
                Until = m.Row.Until,
            });
        }
    }

    private static void AddSuspended(
        Changes changes, MemberCase c, HashSet<string> wanted, IEnumerable<(SuspendedMembership Row, GroupClass Class)> suspended, Instant now)
    {
        foreach (var (m, ofGroup) in suspended)
        {
            var isOver = c.Worker.Access == AccessState.Ended || m.Until <= now.ToMicroseconds();
            if (!isOver && !ofGroup.IsGranted(c.Intent))
                continue;
            changes.SuspensionsOver.Add((m.GroupId, m.MemberId));
            if (c.Worker.Access == AccessState.Ended)
            {
                changes.Notes.Add(new ChangeNote("membership.taken", m.MemberId, GroupNote(m)));
            }
            else if (!isOver)
            {
                changes.Memberships.Add(new(m.GroupId, c.Id, Joins: true, ByRule: false, c.Intent.Lane)
                {
                    Until = m.Until,
                    IsOneOfTwo = wanted.Contains(m.GroupId),
                });
            }
        }
    }

    private static string GroupNote(SuspendedMembership m)
    {
        var data = new JsonObject { ["group"] = m.GroupId };
        if (m.Until is { } until)
            data["until"] = InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(until));
        return data.ToJsonString();
    }

    private async Task<ILookup<string, Current>> CurrentAsync(
        Session session, GroupRules rules, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        var rows = await MembershipStore.OfMembersAsync(session, ids, cancel);
        rows = Course?.Memberships(ids, rows) ?? rows;
        var origins = await OriginsAsync(session, [.. rows.Select(m => m.GroupId).Distinct(StringComparer.Ordinal)], cancel);
        return rows.Select(m =>
        {
            var origin = origins.GetValueOrDefault(m.GroupId);
            return new Current(m, origin, rules.ClassOf(origin), rules.IsUnreadable(origin));
        }).ToLookup(m => m.Row.MemberId, StringComparer.Ordinal);
    }

    private async Task<ILookup<string, (SuspendedMembership Row, GroupClass Class)>> SuspendedAsync(
        Session session, GroupRules rules, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        var rows = await MembershipStore.SuspendedAsync(session, ids, cancel);
        rows = Course?.Suspended(ids, rows) ?? rows;
        if (AlsoSuspended.Count > 0)
        {
            var asked = ids.ToHashSet(StringComparer.Ordinal);
            rows = [.. rows.Concat(AlsoSuspended.Where(m => asked.Contains(m.MemberId))).DistinctBy(m => (m.GroupId, m.MemberId))];
        }

        var origins = await OriginsAsync(session, [.. rows.Select(m => m.GroupId).Distinct(StringComparer.Ordinal)], cancel);
        return rows.ToLookup(m => m.MemberId, m => (m, rules.ClassOf(origins.GetValueOrDefault(m.GroupId))), StringComparer.Ordinal);
    }

    private async Task<Dictionary<string, string>> OriginsAsync(Session session, IReadOnlyCollection<string> groupIds, CancellationToken cancel)
    {
        var origins = await ResourceStore.OriginsAsync(session, groupIds, cancel);
        foreach (var id in groupIds)
        {
            if (Course?.Origins.GetValueOrDefault(id) is { } origin)
                origins.TryAdd(id, origin);
        }

        return origins;
    }

    private async Task<Dictionary<string, string>> GroupsAsync(
        Session session, Changes changes, IReadOnlyCollection<RuledGroup> wanted, Instant now, CancellationToken cancel)
    {
        var groups = wanted.DistinctBy(g => g.Key, StringComparer.Ordinal).ToList();
        var ids = await ResourceStore.OfOriginAsync(session, groups.ConvertAll(g => g.Origin), cancel);
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            if (!ids.TryGetValue(group.Origin, out var id) && (id = Course?.GroupOf(group.Origin)) is null)
            {
                id = ResourceId.New(now);
                changes.Resources.Add(ResourceWriter.Create(_group, id, group.Body(), group.Origin, Lane.Join));
            }

            result[group.Key] = id;
        }

        return result;
    }

    private sealed record Current(Membership Row, string? Origin, GroupClass Class, bool IsUnreadable);
}
