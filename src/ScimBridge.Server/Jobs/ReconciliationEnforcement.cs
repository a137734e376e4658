using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Sets right what a reconciliation found, by the way that everything goes: what the target is known to have is corrected, and what is not as it
/// should be is made due. The delivery does the rest, through its door. Accounts that nobody of ours has are disabled here, where policy says so.
/// </summary>
internal sealed class ReconciliationEnforcement(ConfiguredTarget configured, ITarget target, ServiceAccountCorrection? serviceAccounts, IClock clock)
{
    /// <summary>The kind of hold that a reconciliation waits in.</summary>
    public const string HoldKind = "reconciliation";

    /// <summary>Who sets right.</summary>
    public const string Actor = "system:reconcile";

    /// <summary>As many are set right at once.</summary>
    public const int AtOnce = 200;

    /// <summary>Whether anything is to be done about it.</summary>
    public bool IsActionable(Difference difference) => difference.Standing == Standing.Open && (difference.Of == DifferenceSubject.ServiceAccount
        ? serviceAccounts?.IsActionable(difference) == true
        : IsOurs(difference));

    private bool IsOurs(Difference difference) => difference.Kind switch
    {
        // Whose account could not be matched gets one, and the connector finds the one that is there.
        DifferenceKind.Missing or DifferenceKind.ReEnabled or DifferenceKind.Unmatched => difference.ResourceId is not null,
        DifferenceKind.AttributeDrift => difference.What.Any(w => w != AccountReconciler.CorrelationKey),
        DifferenceKind.ExtraMembership or DifferenceKind.MissingMembership => difference is { ResourceId: not null, GroupId: not null },
        DifferenceKind.LeaverCredential or DifferenceKind.ExtraRole => difference.ResourceId is not null,
        DifferenceKind.Orphan => difference.ResourceId is not null || IsDisabled(difference),
        _ => false,
    };

    /// <summary>
    /// How many differences of a reconciliation are to be set right, and how many of them it may set right by itself. Whoever has left and can
    /// get in, or holds something, is shut out whatever the limit: that goes through the door of the target as it is.
    /// </summary>
    public async Task<(long Wanted, long Limit, long Of)> WeighAsync(Session session, string id, CancellationToken cancel)
    {
        long wanted = 0;
        for (long after = 0; ;)
        {
            var some = await ReconciliationStore.DifferencesAsync(session, id, after, 5_000, cancel);
            // What was set right in earlier steps counts with what is left.
            wanted += some.Count(d => !IsUrgent(d.Difference) && d.Difference.Standing is Standing.Open or Standing.Enforced
                && IsActionable(d.Difference with { Standing = Standing.Open }));
            if (some.Count < 5_000)
                break;
            after = some[^1].Number;
        }

        var counts = await LinkStore.CountAsync(session, configured.Name, cancel);
        return (wanted, configured.Settings.Reconcile.LimitOf().For(counts.Users + counts.Groups), counts.Users + counts.Groups);
    }

    /// <summary>Whether it is set right although the rest is held.</summary>
    public static bool IsUrgent(Difference difference) =>
        difference.Kind is DifferenceKind.ReEnabled or DifferenceKind.LeaverCredential or DifferenceKind.ExtraRole;

    /// <summary>Disables accounts that nobody has, and tells which of them are so.</summary>
    public async Task<(Outcome? Failure, List<(StoredDifference Difference, string Because)> Disabled)> DisableAsync(
        IEnumerable<StoredDifference> differences, CancellationToken cancel)
    {
        var disabled = new List<(StoredDifference, string)>();
        foreach (var difference in differences.Where(d => IsDisabled(d.Difference) && IsActionable(d.Difference)))
        {
            var remote = difference.Difference.RemoteId!;
            var outcome = await target.UpdateAsync(AccountKind.User, remote, [], active: false, cancel);
            if (outcome is Outcome.Retry or Outcome.Stop)
                return (outcome, disabled);
            var (read, account) = await target.GetAsync(AccountKind.User, remote, cancel);
            if (read is Outcome.Retry or Outcome.Stop)
                return (read, disabled);
            if (read is Outcome.Gone || account?.Active == false)
                disabled.Add((difference, read is Outcome.Gone ? "It is gone." : "It was disabled, and is shown so."));
        }

        return (null, disabled);
    }

    /// <summary>Corrects what is known, and makes due what is to be set right; answers with what that was.</summary>
    public async Task<List<StoredDifference>> SetRightAsync(
        Session session, Reconciliation reconciliation, IReadOnlyList<StoredDifference> differences, CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant().ToMicroseconds();
        var meant = differences.Where(d => IsActionable(d.Difference) && !IsDisabled(d.Difference)).ToList();
        if (meant.Count == 0)
            return [];
        var ours = meant.FindAll(d => d.Difference.Of != DifferenceSubject.ServiceAccount);
        if (serviceAccounts is not null)
            await serviceAccounts.SetRightAsync(session, reconciliation, [.. meant.Except(ours).Select(d => d.Difference)], now, cancel);
        List<string> Resources(params DifferenceKind[] kinds) =>
            [.. ours.Where(d => kinds.Contains(d.Difference.Kind)).Select(d => d.Difference.ResourceId!).Distinct(StringComparer.Ordinal)];
        List<(string, string)> Pairs(DifferenceKind kind) =>
            [.. ours.Where(d => d.Difference.Kind == kind).Select(d => (d.Difference.GroupId!, d.Difference.ResourceId!)).Distinct()];

        // One that is gone is made anew; of one that was altered, nothing is known any more, and all of it is written.
        await LinkStore.ForgetAsync(session, configured.Name, Resources(DifferenceKind.Missing), cancel);
        var drifted = Resources(DifferenceKind.AttributeDrift);
        var links = await LinkStore.FindAsync(session, configured.Name, drifted, cancel);
        await LinkStore.PutAsync(
            session, configured.Name, links.Values.Where(l => l.RemoteId is not null).Select(l => Link.Found(l.ResourceId, l.RemoteId!) with { Active = l.Active, Awaits = l.Awaits }),
            now, cancel);
        var usable = Resources(DifferenceKind.ReEnabled);
        if (usable.Count > 0)
            await LinkStore.SeenUsableAsync(session, configured.Name, usable, now, cancel);
        await LinkStore.PutMembersAsync(
            session, configured.Name, Pairs(DifferenceKind.ExtraMembership), Pairs(DifferenceKind.MissingMembership), cancel);
        var held = Resources(DifferenceKind.ReEnabled, DifferenceKind.LeaverCredential, DifferenceKind.ExtraRole);
        if (held.Count > 0)
            await RevocationStore.RecheckAsync(session, configured.Name, held, now, cancel);
        await DueStore.MarkAsync(session, ours.Select(d => Mark(d.Difference)).OfType<DueMark>().Distinct(), now, reconciliation.Id, cancel);
        await ReconciliationStore.StandAsync(session, reconciliation.Id, meant.Select(d => (d.Number, Standing.Enforced, (string?)null)), cancel);
        await JournalStore.AppendAsync(session, meant.Select(d => Entry(reconciliation, d.Difference)), now, cancel);
        return meant;
    }

    /// <summary>What the journal keeps of something that is set right.</summary>
    public static JournalEntry Entry(Reconciliation reconciliation, Difference difference)
    {
        var data = new JsonObject
        {
            ["reconciliation"] = reconciliation.Id,
            ["target"] = reconciliation.Target,
            ["difference"] = Words.Of(difference.Kind),
            ["what"] = new JsonArray([.. difference.What.Select(w => (JsonNode)w)]),
        };
        if (difference.GroupId is not null)
            data["group"] = difference.GroupId;
        if (difference.ResourceId is null)
            data["account"] = difference.RemoteId;
        else if (difference is { Of: DifferenceSubject.ServiceAccount, Kind: DifferenceKind.LeaverCredential or DifferenceKind.UnknownCredential })
            data["credential"] = difference.RemoteId;
        return new JournalEntry("reconciliation.enforced", difference.ResourceId ?? reconciliation.Id, Actor, reconciliation.Id, data.ToJsonString());
    }

    private bool IsDisabled(Difference difference) =>
        difference is { Kind: DifferenceKind.Orphan, ResourceId: null, Of: DifferenceSubject.User, RemoteId: not null } && difference.What.Contains(AccountReconciler.Active)
        && configured.Settings.Reconcile.Orphans == OrphanPolicy.Disable && target.Capabilities.Disable;

    private DueMark? Mark(Difference difference) => difference.Kind switch
    {
        DifferenceKind.ReEnabled => new DueMark(configured.Name, difference.ResourceId!, "", Lane.Revoke),
        DifferenceKind.Missing or DifferenceKind.AttributeDrift or DifferenceKind.Orphan or DifferenceKind.Unmatched => new DueMark(configured.Name, difference.ResourceId!, "", Lane.Reconcile),
        DifferenceKind.ExtraMembership or DifferenceKind.MissingMembership => new DueMark(configured.Name, difference.GroupId!, difference.ResourceId!, Lane.Reconcile),
        _ => null,
    };
}
