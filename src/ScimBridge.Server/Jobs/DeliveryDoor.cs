using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// The door of a target: who is protected is never touched, and where more accounts would be disabled or deleted than the guard lets
/// pass, those wait for a person while the rest goes on.
/// </summary>
internal sealed class DeliveryDoor(string target, TargetSettings settings, UserFilter filter, Counted<LinkCount>? counted = null)
{
    private const string Disable = "disable";
    private const string Delete = "delete";

    /// <summary>What the work does that the guard counts; null for nothing of the kind.</summary>
    public static string? EffectOf(DeliveryWork work) => work switch
    {
        AccountWork { Operation: Operation.Update { Active: false }, Link.Active: true } => Disable,
        AccountWork { Operation: Operation.Delete } => Delete,
        _ => null,
    };

    /// <summary>Judges work before any of it is called.</summary>
    public async Task<DoorVerdict> JudgeAsync(Session session, List<DeliveryWork> work, Instant now, CancellationToken cancel)
    {
        work = await ProtectAsync(session, work, cancel);
        var verdict = new DoorVerdict([], [], [], "{}");
        if (!settings.Guard.Enabled || work.TrueForAll(w => EffectOf(w) is null))
            return verdict with { Work = work };
        var (at, since) = (now.ToMicroseconds(), (now - Duration.FromHours(settings.Guard.WindowHours)).ToMicroseconds());
        var reasons = new JsonObject();
        verdict = verdict with { Work = work.FindAll(w => EffectOf(w) is null) };
        foreach (var of in work.Where(w => EffectOf(w) is not null).OfType<AccountWork>().GroupBy(w => EffectOf(w)!))
        {
            var all = of.ToList();
            var passed = await DoorStore.PassedAsync(session, target, of.Key, all.ConvertAll(w => w.Item.ResourceId), since, cancel);
            var fresh = all.FindAll(w => !passed.Contains(w.Item.ResourceId));
            var before = await DoorStore.PassedSinceAsync(session, target, of.Key, since, cancel);
            var coming = Math.Max(fresh.Count, of.Key == Disable ? await DoorStore.ComingAsync(session, target, of.Key, at, since, cancel) : 0);
            var (limit, population) = (settings.Guard.LimitOf(of.Key).Always, 0L);
            if (before + coming > limit)
            {
                Task<LinkCount> CountAsync() => LinkStore.CountAsync(session, target, cancel);
                var counts = await (counted?.GetAsync(target, CountAsync) ?? CountAsync());
                population = of.Key == Delete ? counts.Users + counts.Groups : counts.ActiveUsers;
                limit = settings.Guard.LimitOf(of.Key).For(population);
            }

            verdict.Work.AddRange(all.Except(fresh));
            if (fresh.Count == 0 || before + coming <= limit)
            {
                verdict.Work.AddRange(fresh);
                verdict.Passing.AddRange(fresh.Select(w => (of.Key, w.Item.ResourceId)));
                continue;
            }

            verdict.Held.AddRange(fresh.Select(w => w.Item));
            reasons[of.Key] = new JsonObject { ["wanted"] = coming, ["passedBefore"] = before, ["limit"] = limit, ["of"] = population };
        }

        return verdict with { Reasons = reasons.ToJsonString() };
    }

    /// <summary>Which of some users' accounts are never touched.</summary>
    public async Task<HashSet<string>> ProtectedAsync(
        Session session, IReadOnlyCollection<(string ResourceId, Link? Link)> accounts, CancellationToken cancel)
    {
        if (settings.Protect.IsEmpty)
            return [];
        var named = await NamedAsync(session, [.. accounts.Select(a => a.ResourceId)], cancel);
        return [.. accounts.Where(a => named.Contains(a.ResourceId) || (a.Link?.RemoteId is { } remote && named.Contains(remote))
            || NameOf(a.Link is null ? null : JsonNode.Parse(a.Link.Delivered) as JsonObject, "userName") is { } name
                && settings.Protect.UserNames.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(a => a.ResourceId)];
    }

    private async Task<HashSet<string>> NamedAsync(Session session, List<string> ids, CancellationToken cancel)
    {
        var protect = settings.Protect;
        var named = protect.Groups.Count == 0 ? [] : await DoorStore.MembersAsync(session, target, protect.Groups, ids, cancel);
        if (protect.Where is { } where)
            named.UnionWith(await filter.AmongAsync(session, where, ids, cancel));
        named.UnionWith(protect.Ids);
        return named;
    }

    private async Task<List<DeliveryWork>> ProtectAsync(Session session, List<DeliveryWork> work, CancellationToken cancel)
    {
        if (settings.Protect.IsEmpty)
            return work;
        var ids = work.SelectMany(w => w is MemberWork m ? m.Items.Select(i => i.MemberId) : w.Items.Select(i => i.ResourceId))
            .Distinct(StringComparer.Ordinal).ToList();
        var named = await NamedAsync(session, ids, cancel);
        var judged = new List<DeliveryWork>();
        foreach (var piece in work)
        {
            switch (piece)
            {
                case AccountWork { Operation: not Operation.Nothing } account when IsProtected(account, named):
                    judged.Add(new ProtectedWork([account.Item]));
                    break;
                case MemberWork members when members.Items.Any(i => IsProtected(members, i, named)):
                    var kept = members.Items.Where(i => !IsProtected(members, i, named)).ToList();
                    judged.Add(new ProtectedWork([.. members.Items.Except(kept)]));
                    if (kept.Count > 0)
                    {
                        bool IsKept(KeyValuePair<string, string> member) => kept.Exists(i => i.MemberId == member.Key);
                        judged.Add(members with { Items = kept, Add = members.Add.Where(IsKept).ToDictionary(), Remove = members.Remove.Where(IsKept).ToDictionary() });
                    }

                    break;
                default:
                    judged.Add(piece);
                    break;
            }
        }

        return judged;
    }

    private bool IsProtected(AccountWork work, HashSet<string> named) =>
        named.Contains(work.Item.ResourceId)
        || (work.Link?.RemoteId is { } remote && named.Contains(remote))
        || (work.Kind == AccountKind.User ? settings.Protect.UserNames : settings.Protect.Groups).Exists(name => NamesOf(work).Contains(name, StringComparer.OrdinalIgnoreCase));

    private static bool IsProtected(MemberWork work, DueItem item, HashSet<string> named) =>
        named.Contains(work.RemoteGroupId) || named.Contains(work.GroupId) || named.Contains(item.MemberId)
        || (work.Add.GetValueOrDefault(item.MemberId) ?? work.Remove.GetValueOrDefault(item.MemberId)) is { } remote && named.Contains(remote);

    // The name that it has, and the one that it is to have: neither way leads around the protection.
    private static IEnumerable<string> NamesOf(AccountWork work)
    {
        var member = work.Kind == AccountKind.User ? "userName" : "displayName";
        var attributes = new[] { work.Mapped?.Account.Attributes, work.Link is { } link ? JsonNode.Parse(link.Delivered) as JsonObject : null };
        return attributes.Select(a => NameOf(a, member)).OfType<string>();
    }

    private static string? NameOf(JsonObject? attributes, string member) =>
        (attributes?[member] as JsonValue)?.TryGetValue<string>(out var name) == true ? name : null;
}

/// <summary>What the door says to work.</summary>
/// <param name="Work">What goes on.</param>
/// <param name="Passing">Of that, what the guard counts, for the first time.</param>
/// <param name="Held">The marks that wait.</param>
/// <param name="Reasons">JSON: why they wait, in figures.</param>
internal sealed record DoorVerdict(List<DeliveryWork> Work, List<(string Effect, string ResourceId)> Passing, List<DueItem> Held, string Reasons);
