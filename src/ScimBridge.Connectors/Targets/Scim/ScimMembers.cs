using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Changes who is in a group, in pieces that the service provider takes.</summary>
internal sealed class ScimMembers(ScimClient client, ScimUpdates updates)
{
    // What a server said is too much is not sent again.
    private volatile int _most = int.MaxValue;

    public async Task<Outcome> ChangeAsync(
        ScimSwitches switches, string groupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        if (switches.GroupUpdate == ScimUpdate.Put)
            return await ReplaceAsync(switches, groupId, add, remove, cancel);

        // Those who leave go first.
        var waiting = new Queue<Change>([.. remove.Select(member => new Change(member, Leaves: true)), .. add.Select(member => new Change(member, Leaves: false))]);
        var isBegun = false;
        while (waiting.Count > 0)
        {
            var piece = waiting.Take(Math.Min(switches.MembersPerCall, _most)).ToList();
            var reply = await PatchAsync(switches, groupId, piece, cancel);
            if (reply.IsTooBig && piece.Count > 1)
            {
                _most = Math.Min(_most, piece.Count / 2);
                continue;
            }

            // It is not the request then that is too big.
            if (reply.IsTooBig)
                _most = int.MaxValue;

            var failure = reply.IsOfType("noTarget") && piece.Exists(change => change.Leaves)
                ? await OneByOneAsync(switches, groupId, piece, cancel)
                : reply.Failure;
            if (failure is not null)
                return isBegun && failure is Outcome.Retry retry ? retry with { Untouched = false } : failure;
            isBegun = true;
            foreach (var _ in piece)
                waiting.Dequeue();
        }

        return new Outcome.Done(groupId);
    }

    /// <summary>A group that could only be replaced, and whose members nobody shows.</summary>
    public static Outcome Irreplaceable(ScimSwitches switches) => ScimFailures.Uncalled(
        $"PUT {switches.GroupsPath}",
        "The target takes no PATCH of groups and does not show their members: a replacement would throw out everybody.",
        "Set groups to false; or correct groupUpdate or returnsMembers.");

    /// <summary>
    /// Some servers refuse the whole request with noTarget where one who is to leave is not in. Alone, that answer means what was wanted.
    /// </summary>
    private async Task<Outcome?> OneByOneAsync(ScimSwitches switches, string groupId, List<Change> piece, CancellationToken cancel)
    {
        foreach (var change in piece.Where(change => change.Leaves))
        {
            var removal = await PatchAsync(switches, groupId, [change], cancel);
            if (removal.Failure is { } failure && !removal.IsOfType("noTarget"))
                return failure is Outcome.Retry retry ? retry with { Untouched = false } : failure;
        }

        var rest = piece.FindAll(change => !change.Leaves);
        return rest.Count == 0 ? null : (await PatchAsync(switches, groupId, rest, cancel)).Failure;
    }

    private Task<ScimReply> PatchAsync(ScimSwitches switches, string groupId, List<Change> piece, CancellationToken cancel) => client.SendAsync(
        HttpMethod.Patch,
        switches.Path(AccountKind.Group, groupId),
        ScimBodies.Members(
            switches.MemberPatch,
            [.. piece.Where(change => !change.Leaves).Select(change => change.Member)],
            [.. piece.Where(change => change.Leaves).Select(change => change.Member)]),
        cancel,
        wantsAnswer: false);

    private async Task<Outcome> ReplaceAsync(
        ScimSwitches switches, string groupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        if (!switches.ReturnsMembers)
            return Irreplaceable(switches);
        var reply = await updates.MergeAsync(switches, AccountKind.Group, groupId, group => Merge(group, add, remove), cancel);
        return reply.Failure ?? new Outcome.Done(groupId);
    }

    private static bool Merge(JsonObject group, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        if (ScimJson.Get(group, "members") is not JsonArray members)
            group["members"] = members = [];
        var gone = remove.ToHashSet(StringComparer.Ordinal);
        var count = members.RemoveAll(member => ScimJson.Text(member as JsonObject, "value") is { } id && gone.Contains(id));
        var there = members.Select(member => ScimJson.Text(member as JsonObject, "value")).ToHashSet(StringComparer.Ordinal);
        foreach (var member in add.Where(there.Add))
        {
            members.Add((JsonNode)new JsonObject { ["value"] = member });
            count++;
        }

        return count > 0;
    }

    private readonly record struct Change(string Member, bool Leaves);
}
