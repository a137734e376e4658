using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Collects what outcomes mean and writes it in one transaction.</summary>
internal sealed class DeliveryBook(string target, Instant now)
{
    private readonly List<Link> _links = [];
    private readonly List<string> _forgotten = [];
    private readonly List<string> _linked = [];
    private readonly List<(string GroupId, string MemberId)> _joined = [];
    private readonly List<(string GroupId, string MemberId)> _left = [];
    private readonly List<DueSettlement> _settlements = [];
    private readonly List<JournalEntry> _journal = [];

    /// <summary>Until when the target asked everybody to wait.</summary>
    public Instant? Pause { get; private set; }

    /// <summary>Why.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>What is refused for good, and why.</summary>
    public List<(string ResourceId, string Reason)> Refused { get; } = [];

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
                    _links.Add(link with { Awaits = mapped.Awaits });
                _settlements.Add(new DueSettlement(nothing.Item, RetryAt: null, DeadReason: null, Reason: null));
                break;
            case AccountWork account:
                Enter(account, Settlement.Of(account.Operation, result.Outcome, account.Mapped, account.Item.Attempts, now, jitter));
                break;
            case MemberWork members:
                Enter(members, Settlement.OfMembers(result.Outcome, members.Items.Max(i => i.Attempts), now, jitter));
                break;
            case UnmappedWork unmapped:
                // It is refused until the user changes, or the mapping does.
                Settle(unmapped, new NextState(DeadReason: unmapped.Why.Message));
                break;
            default:
                Settle(result.Work, new NextState());
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
        await DueStore.MarkUnblockedAsync(
            session, target, _linked, [.. _links.Where(l => l.Awaits is not null).Select(l => l.ResourceId)], at, "delivery:" + target, cancel);
        await JournalStore.AppendAsync(session, _journal, at, cancel);
    }

    private void Enter(AccountWork work, NextState next)
    {
        var id = work.Item.ResourceId;
        if (next.Forget)
            _forgotten.Add(id);
        if (next.Link is { } link)
        {
            _links.Add(link);
            if (work.Link?.RemoteId is null && link.RemoteId is not null)
                _linked.Add(id);
        }

        if (next is { RetryAt: null, DeadReason: null })
        {
            _journal.Add(Fact(work));
            Counts = work.Operation switch
            {
                Operation.Create => Counts with { Created = Counts.Created + 1 },
                Operation.Update { Active: false } => Counts with { Disabled = Counts.Disabled + 1 },
                Operation.Delete => Counts with { Deleted = Counts.Deleted + 1 },
                _ => Counts with { Updated = Counts.Updated + 1 },
            };
        }

        Called(next);
        Settle(work, next);
    }

    private void Enter(MemberWork work, NextState next)
    {
        if (next is { RetryAt: null, DeadReason: null })
        {
            _joined.AddRange(work.Add.Keys.Select(m => (work.GroupId, m)));
            _left.AddRange(work.Remove.Keys.Select(m => (work.GroupId, m)));
            Counts = Counts with { Memberships = Counts.Memberships + work.Items.Count };
        }

        Called(next);
        Settle(work, next);
    }

    private void Called(NextState next) => Counts = Counts with
    {
        Calls = Counts.Calls + 1,
        Retries = Counts.Retries + (next.RetryAt is null ? 0 : 1),
        Failed = Counts.Failed + (next.DeadReason is null ? 0 : 1),
    };

    private void Settle(DeliveryWork work, NextState next)
    {
        foreach (var item in work.Items)
        {
            _settlements.Add(new DueSettlement(item, next.RetryAt?.ToMicroseconds(), next.DeadReason, next.Reason));
            if (next.DeadReason is not null)
                Refused.Add((item.ResourceId, next.DeadReason));
        }

        if (next.PauseUntil is { } pause && (Pause is null || pause > Pause))
        {
            Pause = pause;
            PauseReason = next.Reason;
        }
    }

    private JournalEntry Fact(AccountWork work)
    {
        var kind = work.Operation switch
        {
            Operation.Create => "account.created",
            Operation.Update { Active: false } => "account.disabled",
            Operation.Update { Active: true } => "account.enabled",
            Operation.Delete => "account.deleted",
            _ => "account.updated",
        };
        return new JournalEntry(
            kind, work.Item.ResourceId, "target:" + target, work.Item.Correlation, new JsonObject { ["target"] = target }.ToJsonString());
    }
}
