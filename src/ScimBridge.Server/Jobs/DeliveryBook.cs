using System.Numerics;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Http;
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

                Settle(result, failure: null, new NextState());
                break;
            case AccountWork account:
                Called(account, result.Outcome, jitter);
                Enter(account, result, Settlement.Of(account.Operation, result.Outcome, account.Mapped, account.Item.Attempts, now, jitter));
                break;
            case MemberWork members:
                Called(members, result.Outcome, jitter);
                Enter(members, result, Settlement.OfMembers(result.Outcome, members.Items.Max(i => i.Attempts), now, jitter));
                break;
            case UnmappedWork unmapped:
                // It is refused until the user changes, or the mapping does.
                Settle(result, Explanation.OfMapping(unmapped.Why), new NextState(DeadReason: unmapped.Why.Message));
                break;
            case ProtectedWork:
                Settle(
                    result,
                    new CallFailure("", 0, Explanation.Protected, null, ProtectedReason, "Nothing, or take it out of protect, then try again."),
                    new NextState(DeadReason: ProtectedReason));
                break;
            default:
                Settle(result, failure: null, new NextState());
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

    private void Enter(AccountWork work, DeliveryResult result, NextState next)
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
            _journal.Add(Fact(work, next.Link, result.Calls));
            Counts = work.Operation switch
            {
                Operation.Create => Counts with { Created = Counts.Created + 1 },
                Operation.Update { Active: false } => Counts with { Disabled = Counts.Disabled + 1 },
                Operation.Delete => Counts with { Deleted = Counts.Deleted + 1 },
                _ => Counts with { Updated = Counts.Updated + 1 },
            };
        }

        Count(next);
        Settle(result, Explanation.Of(work.Operation, result.Outcome, next), next);
    }

    private void Enter(MemberWork work, DeliveryResult result, NextState next)
    {
        if (next is { RetryAt: null, DeadReason: null })
        {
            _joined.AddRange(work.Add.Keys.Select(m => (work.GroupId, m)));
            _left.AddRange(work.Remove.Keys.Select(m => (work.GroupId, m)));
            _journal.Add(Fact(work));
            _journal.AddRange(work.Items.Where(i => work.Add.ContainsKey(i.MemberId)).Select(i => Fact("account.joined", i, result.Calls)));
            _journal.AddRange(work.Items.Where(i => work.Remove.ContainsKey(i.MemberId)).Select(i => Fact("account.left", i, result.Calls)));
            Counts = Counts with { Memberships = Counts.Memberships + work.Items.Count };
        }

        Count(next);
        Settle(result, Explanation.Of(operation: null, result.Outcome, next), next);
    }

    private void Count(NextState next) => Counts = Counts with
    {
        Calls = Counts.Calls + (next.IsHeldBack ? 0 : 1),
        Retries = Counts.Retries + (next.RetryAt is null || next.IsHeldBack ? 0 : 1),
        Failed = Counts.Failed + (next.DeadReason is null ? 0 : 1),
    };

    private void Settle(DeliveryResult result, CallFailure? failure, NextState next)
    {
        foreach (var item in result.Work.Items)
        {
            if (item is { Lane: Lane.Revoke, MemberId.Length: 0 })
                _leaving.Add(item.ResourceId);
            _settlements.Add(new DueSettlement(
                item, next.RetryAt?.ToMicroseconds(), next.DeadReason, next.Reason, failure, now.ToMicroseconds(), !next.IsHeldBack));
            if (next.DeadReason is not null)
            {
                Refused.Add((item.ResourceId, next.DeadReason));
                _journal.Add(Failure("account.refused", item, result, failure) with { Detail = new JsonObject { ["reason"] = next.DeadReason }.ToJsonString() });
            }
            else if (next is { RetryAt: not null, IsHeldBack: false } && KindOf(result.Outcome, item) is { } kind)
            {
                _journal.Add(Failure(kind, item, result, failure));
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

    // What is done once more. Of calls in vain the first is told, and then ever fewer: of what fails for months there are some, and not one a minute.
    private static string? KindOf(Outcome outcome, DueItem item) => outcome switch
    {
        Outcome.Exists => "account.found",
        Outcome.Gone => "account.gone",
        _ => BitOperations.IsPow2(item.Attempts + item.Denied + 1) ? "account.failed" : null,
    };

    // What it says of the reason stands beside the entry: in whose words a target refuses something nobody knows. About a membership it is the member's.
    private JournalEntry Failure(string kind, DueItem item, DeliveryResult result, CallFailure? failure)
    {
        var data = Data(item, result.Calls);
        if ((result.Work as AccountWork)?.Operation is { } operation)
            AddPlan(data, operation);
        if (failure is not null)
            (data["call"], data["status"], data["code"], data["requestId"]) = (failure.Call, failure.Status, failure.Code, failure.RequestId);
        data["tries"] = item.Attempts + item.Denied + 1;
        return Entry(kind, item, data);
    }

    private JournalEntry Fact(AccountWork work, Link? link, IReadOnlyList<CallMade> calls)
    {
        var kind = work.Operation switch
        {
            Operation.Create => "account.created",
            Operation.Update { Active: false } => "account.disabled",
            Operation.Update { Active: true } => "account.enabled",
            Operation.Delete => "account.deleted",
            _ => "account.updated",
        };
        var data = Data(work.Item, calls);
        if (link is not null)
            (data["account"], data["active"]) = (link.RemoteId, link.Active);
        AddPlan(data, work.Operation);
        return Entry(kind, work.Item, data);
    }

    private JournalEntry Fact(string kind, DueItem item, IReadOnlyList<CallMade> calls) => Entry(kind, item, Data(item, calls));

    private JournalEntry Entry(string kind, DueItem item, JsonObject data) => new(
        kind, item.MemberId.Length > 0 ? item.MemberId : item.ResourceId, "target:" + target, item.Correlation, data.ToJsonString());

    private JsonObject Data(DueItem item, IReadOnlyList<CallMade> calls)
    {
        var data = new JsonObject { ["target"] = target };
        if (item.MemberId.Length > 0)
            data["group"] = item.ResourceId;
        if (calls.Count > 0)
            data["calls"] = new JsonArray([.. calls.Select(c => (JsonNode)new JsonObject { ["call"] = c.Call, ["status"] = c.Status, ["requestId"] = c.RequestId })]);
        return data;
    }

    // What delivery meant to do: names of attributes, never values.
    private static void AddPlan(JsonObject data, Operation operation)
    {
        if (PlannedOperations.Of(operation) is not var (planned, attributes))
            return;
        var plan = new JsonObject { ["operation"] = planned.Word() };
        if (attributes.Count > 0)
            plan["attributes"] = new JsonArray([.. attributes.Select(a => (JsonNode)a)]);
        data["plan"] = plan;
    }
}
