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
    private readonly Dictionary<string, bool> _says = new(StringComparer.Ordinal);
    private HashSet<string>? _all;

    /// <summary>The memberships that begin and end.</summary>
    public async Task<IReadOnlyList<MembershipWrite>> TakeAsync(IEnumerable<MembershipChange> steps)
    {
        foreach (var step in steps)
            await TakeAsync(step);
        var present = _all ?? (_says.Count == 0 ? [] : await PresentAsync());
        return
        [
            .. _says.Where(s => s.Value != present.Contains(s.Key))
                .Select(s => new MembershipWrite(groupId, s.Key, Joins: s.Value, ByRule: false, s.Value ? Lane.Change : Lane.Revoke)),
        ];
    }

    private async Task TakeAsync(MembershipChange step)
    {
        switch (step)
        {
            case AddMembers add:
                foreach (var member in add.Members)
                    _says[member.Value] = true;
                break;
            case RemoveMembers remove:
                foreach (var id in remove.Ids)
                    _says[id] = false;
                break;
            case RemoveAllMembers:
                await RemoveAllAsync();
                break;
            case ReplaceMembers replace:
                await RemoveAllAsync();
                foreach (var member in replace.Members)
                    _says[member.Value] = true;
                break;
            case RemoveMembersWhere where:
                await RemoveWhereAsync(where.Filter);
                break;
        }
    }

    private async Task RemoveAllAsync()
    {
        _all ??= [.. await MembershipStore.IdsAsync(session, groupId, cancel)];
        foreach (var id in _all.Concat(_says.Keys).ToList())
            _says[id] = false;
    }

    private async Task RemoveWhereAsync(Filter filter)
    {
        for (string? after = null; ;)
        {
            var page = await MembershipStore.PageAsync(session, groupId, after, MembersAtOnce, cancel);
            foreach (var member in page.Where(m => FilterEvaluator.MatchesElement(filter, Element(m))))
                _says[member.Id] = false;
            if (page.Count < MembersAtOnce)
                return;
            after = page[^1].Id;
        }
    }

    private async Task<HashSet<string>> PresentAsync() =>
        [.. (await MembershipStore.ExistingAsync(session, [groupId], _says.Keys, cancel)).Select(m => m.MemberId)];

    private static JsonObject Element(GroupMember member) =>
        new() { ["value"] = member.Id, ["display"] = member.Display, ["type"] = member.Type };
}
