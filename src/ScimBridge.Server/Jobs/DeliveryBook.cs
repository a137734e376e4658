using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Collects what outcomes mean and writes it in one transaction.</summary>
internal sealed class DeliveryBook(string target, TargetBreaker breaker, bool isProbing, Instant now)
{
    private const string ProtectedReason = "The account is protected at this target and is never touched.";

    private readonly TargetBreaker _before = breaker;
    private readonly List<Link> _links = [];
    private readonly List<string> _forgotten = [];
    private readonly List<(string ResourceId, string Correlation)> _linked = [];
    private readonly List<(string ResourceId, string Correlation)> _incomplete = [];
    private readonly List<(string GroupId, string MemberId)> _joined = [];
    private readonly List<(string GroupId, string MemberId)> _left = [];
    private readonly List<DueSettlement> _settlements = [];
    private readonly List<string> _leaving = [];
    private readonly List<JournalEntry> _journal = [];

    /// <summary>Until when the target asked everybody to wait.</summary>
    public Instant? Pause { get; private set; }

    /// <summary>Until when what is not urgent is held back, to stay below the target's limit.</summary>
    public Instant? HeldUntil { get; private set; }

    /// <summary>Whether the target is called at all.</summary>
    public TargetBreaker Breaker { get; private set; } = breaker;

    /// <summary>Why.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>What is refused for good, and why.</summary>
    public List<(string ResourceId, string Reason)> Refused { get; } = [];

    /// <summary>Whether somebody waits for what was written, to see that an account is shut.</summary>
    public bool WakesEnforcement { get; private set; }

    /// <summary>What was done.</summary>
    public DeliveryCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Enters one result.</summary>
    public void Enter(DeliveryResult result, double jitter)
    {
        switch (result.Work)
        {
            case AccountWork { Operation: Operation.Nothing } nothing:
                // The account is as it should be; who it waits for may be somebody else now.
                if (nothing is { Link: { } link, Mapped: { } mapped } && link.Awaits != mapped.Awaits)
                {
                    _links.Add(link with { Awaits = mapped.Awaits });
                    if (mapped.Awaits is not null)
                        _incomplete.Add((link.ResourceId, nothing.Item.Correlation));
                }

                Settle(nothing, failure: null, new NextState());
                break;
            case AccountWork account:
                Called(account, result.Outcome, jitter);
                Enter(account, result.Outcome, Settlement.Of(account.Operation, result.Outcome, account.Mapped, account.Item.Attempts, now, jitter));
                break;
            case MemberWork members:
                Called(members, result.Outcome, jitter);
                Enter(members, result.Outcome, Settlement.OfMembers(result.Outcome, members.Items.Max(i => i.Attempts), now, jitter));
                break;
            case UnmappedWork unmapped:
                // It is refused until the user changes, or the mapping does.
                Settle(unmapped, Explanation.OfMapping(unmapped.Why), new NextState(DeadReason: unmapped.Why.Message));
                break;
            case ProtectedWork:
                Settle(
                    result.Work,
                    new CallFailure("", 0, Explanation.Protected, null, ProtectedReason, "Nothing, or take it out of protect, then try again."),
                    new NextState(DeadReason: ProtectedReason));
                break;
            default:
                Settle(result.Work, failure: null, new NextState());
                break;
        }
    }

    /// <summary>Writes everything.</summary>
    public async Task WriteAsync(Session session, CancellationToken cancel)
    {
        var at = now.ToMicroseconds();
        await LinkStore.PutAsync(session, target, _links, at, cancel);
        await LinkStore.ForgetAsync(session, target, _forgotten, cancel);
        await LinkStore.PutMembersAsync(session, target, _joined, _left, cancel);
        await DueStore.SettleAsync(session, target, _settlements, cancel);
        WakesEnforcement = await RevocationStore.WakeAsync(session, target, _leaving, at, cancel);
        await DueStore.MarkUnblockedAsync(session, target, _linked, _incomplete, at, cancel);
        await JournalStore.AppendAsync(session, _journal, at, cancel);
        if (Breaker != _before || Pause is not null)
            await TargetStore.PutAsync(session, target, Breaker, Pause, cancel);
    }

    private void Called(DeliveryWork work, Outcome outcome, double jitter)
    {
        var before = Breaker;
        Breaker = Breaker.After(outcome, isProbing, now, jitter);
        if (Breaker.IsOpen == before.IsOpen)
            return;
        _journal.Add(new JournalEntry(
            Breaker.IsOpen ? "target.opened" : "target.closed", target, "target:" + target, work.Items[0].Correlation,
            Breaker.IsOpen ? new JsonObject { ["reason"] = Breaker.Reason }.ToJsonString() : "{}"));
    }

    private void Enter(AccountWork work, Outcome outcome, NextState next)
    {
        var id = work.Item.ResourceId;
        if (next.Forget)
            _forgotten.Add(id);
        if (next.Link is { } link)
        {
            _links.Add(link);
            if (link.Awaits is not null)
                _incomplete.Add((id, work.Item.Correlation));
            if (work.Link?.RemoteId is null && link.RemoteId is not null)
                _linked.Add((id, work.Item.Correlation));
        }

        if (next is { RetryAt: null, DeadReason: null })
        {
            _journal.Add(Fact(work, next.Link));
            Counts = work.Operation switch
            {
                Operation.Create => Counts with { Created = Counts.Created + 1 },
                Operation.Update { Active: false } => Counts with { Disabled = Counts.Disabled + 1 },
                Operation.Delete => Counts with { Deleted = Counts.Deleted + 1 },
                _ => Counts with { Updated = Counts.Updated + 1 },
            };
        }

        Count(next);
        Settle(work, Explanation.Of(work.Operation, outcome, next), next);
    }

    private void Enter(MemberWork work, Outcome outcome, NextState next)
    {
        if (next is { RetryAt: null, DeadReason: null })
        {
            _joined.AddRange(work.Add.Keys.Select(m => (work.GroupId, m)));
            _left.AddRange(work.Remove.Keys.Select(m => (work.GroupId, m)));
            _journal.Add(Fact(work));
            Counts = Counts with { Memberships = Counts.Memberships + work.Items.Count };
        }

        Count(next);
        Settle(work, Explanation.Of(operation: null, outcome, next), next);
    }

    private void Count(NextState next) => Counts = Counts with
    {
        Calls = Counts.Calls + (next.IsHeldBack ? 0 : 1),
        Retries = Counts.Retries + (next.RetryAt is null || next.IsHeldBack ? 0 : 1),
        Failed = Counts.Failed + (next.DeadReason is null ? 0 : 1),
    };

    private void Settle(DeliveryWork work, CallFailure? failure, NextState next)
    {
        foreach (var item in work.Items)
        {
            if (item is { Lane: Lane.Revoke, MemberId.Length: 0 })
                _leaving.Add(item.ResourceId);
            _settlements.Add(new DueSettlement(
                item, next.RetryAt?.ToMicroseconds(), next.DeadReason, next.Reason, failure, now.ToMicroseconds(), !next.IsHeldBack));
            if (next.DeadReason is not null)
            {
                Refused.Add((item.ResourceId, next.DeadReason));
                _journal.Add(Refusal(item, failure, next.DeadReason));
            }
        }

        if (next is { IsHeldBack: true, PauseUntil: { } held })
        {
            HeldUntil = HeldUntil is { } until ? Instant.Max(until, held) : held;
        }
        else if (next.PauseUntil is { } pause && (Pause is null || pause > Pause))
        {
            Pause = pause;
            PauseReason = next.Reason;
        }
    }

    private JournalEntry Fact(MemberWork work)
    {
        var data = new JsonObject { ["target"] = target };
        if (work.Add.Count > 0)
            data["added"] = new JsonArray([.. work.Add.Keys.Select(m => (JsonNode)m)]);
        if (work.Remove.Count > 0)
            data["removed"] = new JsonArray([.. work.Remove.Keys.Select(m => (JsonNode)m)]);
        return new JournalEntry("account.members", work.GroupId, "target:" + target, work.Items[0].Correlation, data.ToJsonString());
    }

    // In whose words a target refuses something nobody knows.
    private JournalEntry Refusal(DueItem item, CallFailure? failure, string reason)
    {
        var data = new JsonObject { ["target"] = target };
        if (item.MemberId.Length > 0)
            data["member"] = item.MemberId;
        if (failure is not null)
            (data["call"], data["status"], data["code"]) = (failure.Call, failure.Status, failure.Code);
        return new JournalEntry("account.refused", item.ResourceId, "target:" + target, item.Correlation, data.ToJsonString())
        {
            Detail = new JsonObject { ["reason"] = reason }.ToJsonString(),
        };
    }

    private JournalEntry Fact(AccountWork work, Link? link)
    {
        var kind = work.Operation switch
        {
            Operation.Create => "account.created",
            Operation.Update { Active: false } => "account.disabled",
            Operation.Update { Active: true } => "account.enabled",
            Operation.Delete => "account.deleted",
            _ => "account.updated",
        };
        var data = new JsonObject { ["target"] = target };
        if (link is not null)
            (data["account"], data["active"]) = (link.RemoteId, link.Active);
        return new JournalEntry(kind, work.Item.ResourceId, "target:" + target, work.Item.Correlation, data.ToJsonString());
    }
}
