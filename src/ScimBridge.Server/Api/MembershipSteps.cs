using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Patching;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Takes the membership steps of a request (RFC 7644, 3.5.2) and finds out what they come to. Adding and removing named members looks up
/// these alone, whatever the size of the group.
/// </summary>
internal sealed class MembershipSteps(Session session, string groupId, CancellationToken cancel)
{
    private const int MembersAtOnce = 1_000;

    // What the steps so far say of a member; who is not here is as the database says.
    private readonly Dictionary<string, Says> _says = new(StringComparer.Ordinal);
    private Dictionary<string, Membership>? _all;

    private enum Says
    {
        Leaves,
        Stays,
        Joins,
    }

    /// <summary>The grounds of memberships that come and go, and who was to leave whom a rule keeps: whom a rule put into a group, a rule takes out.</summary>
    public async Task<(IReadOnlyList<MembershipWrite> Writes, IReadOnlyList<string> Kept)> TakeAsync(IEnumerable<MembershipChange> steps)
    {
        foreach (var step in steps)
            await TakeAsync(step);
        var present = _all ?? (_says.Count == 0 ? [] : await PresentAsync());
        var writes = new List<MembershipWrite>();
        var kept = new List<string>();
        foreach (var (id, says) in _says)
        {
            var isMember = present.TryGetValue(id, out var membership);
            if (says == Says.Leaves && membership.ByHand)
                writes.Add(new(groupId, id, Joins: false, ByRule: false, Lane.Revoke) { IsOneOfTwo = membership.ByRule });
            else if (says == Says.Leaves && isMember)
                kept.Add(id);
            // A list of all members repeats those whom rules put there; only who is added by name is given it by hand too.
            else if (says == Says.Joins ? !membership.ByHand : says == Says.Stays && !isMember)
                writes.Add(new(groupId, id, Joins: true, ByRule: false, Lane.Change) { IsOneOfTwo = isMember });
        }

        return (writes, kept);
    }

    private async Task TakeAsync(MembershipChange step)
    {
        switch (step)
        {
            case AddMembers add:
                foreach (var member in add.Members)
                    _says[member.Value] = Says.Joins;
                break;
            case RemoveMembers remove:
                foreach (var id in remove.Ids)
                    _says[id] = Says.Leaves;
                break;
            case RemoveAllMembers:
                await RemoveAllAsync();
                break;
            case ReplaceMembers replace:
                await RemoveAllAsync();
                foreach (var member in replace.Members)
                    _says[member.Value] = Says.Stays;
                break;
            case RemoveMembersWhere where:
                await RemoveWhereAsync(where.Filter);
                break;
        }
    }

    private async Task RemoveAllAsync()
    {
        _all ??= ById(await MembershipStore.AllAsync(session, groupId, cancel));
        foreach (var id in _all.Keys.Concat(_says.Keys).ToList())
            _says[id] = Says.Leaves;
    }

    private async Task RemoveWhereAsync(Filter filter)
    {
        for (string? after = null; ;)
        {
            var page = await MembershipStore.PageAsync(session, groupId, after, MembersAtOnce, cancel);
            foreach (var member in page.Where(m => FilterEvaluator.MatchesElement(filter, Element(m))))
                _says[member.Id] = Says.Leaves;
            if (page.Count < MembersAtOnce)
                return;
            after = page[^1].Id;
        }
    }

    private async Task<Dictionary<string, Membership>> PresentAsync() =>
        ById(await MembershipStore.AmongAsync(session, groupId, _says.Keys, cancel));

    private static Dictionary<string, Membership> ById(List<Membership> memberships) =>
        memberships.ToDictionary(m => m.MemberId, StringComparer.Ordinal);

    private static JsonObject Element(GroupMember member) =>
        new() { ["value"] = member.Id, ["display"] = member.Display, ["type"] = member.Type };
}
