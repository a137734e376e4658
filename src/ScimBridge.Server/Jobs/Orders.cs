using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Why an order was not taken.</summary>
public enum OrderRefusal
{
    /// <summary>It was.</summary>
    None = 0,

    /// <summary>Who asked for it cannot approve it too.</summary>
    SamePerson,

    /// <summary>So many people were ordered out within the hour that somebody should ask why.</summary>
    TooMany,

    /// <summary>It waits for nobody: it is in force, lifted, or its time is over.</summary>
    NotWaiting,

    /// <summary>Another order about the worker is in force.</summary>
    AlreadyInForce,
}

/// <summary>
/// Ends a worker's access at once, whatever HR says, by two people. It goes past what holds mass changes and what spares targets that are
/// away, for a bounded number of people; everything of it is in the journal. It is in force until somebody lifts it.
/// </summary>
public sealed class Orders(BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, ILogger<Orders> log)
{
    // Who is asked to approve is asked today.
    private static readonly Duration Waits = Duration.FromHours(24);
    private static readonly Duration Window = Duration.FromHours(1);

    /// <summary>Asks for an order; where policy lets one person decide, it is in force.</summary>
    public async Task<(RevocationOrder Order, OrderRefusal Refusal)> RequestAsync(
        string resourceId, string reason, bool forCause, string by, CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant();
        var order = new RevocationOrder(
            ResourceId.New(now), resourceId, reason, forCause, by, now.ToMicroseconds(), (now + Waits).ToMicroseconds());
        var alone = forCause && configuration.Options.Revocation.OneMayOrderForCause;
        var refusal = await WriteAsync(
            async s =>
            {
                if (await IsInForceAsync(s, resourceId, cancel))
                    return OrderRefusal.AlreadyInForce;
                await OrderStore.AddAsync(s, order, cancel);
                await NoteAsync(s, "order.requested", order, by, now, cancel);
                return alone ? await PutInForceAsync(s, order, by, now, cancel) : OrderRefusal.None;
            },
            cancel);
        if (alone && refusal == OrderRefusal.None)
            Wake(order);
        return (await FindAsync(order.Id, cancel) ?? order, refusal);
    }

    /// <summary>Approves an order, which another has asked for.</summary>
    public async Task<OrderRefusal> ApproveAsync(RevocationOrder order, string by, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.RequestedBy == by)
            return OrderRefusal.SamePerson;
        var now = clock.GetCurrentInstant();
        var refusal = await WriteAsync(s => PutInForceAsync(s, order, by, now, cancel), cancel);
        if (refusal == OrderRefusal.None)
            Wake(order);
        return refusal;
    }

    /// <summary>Lifts an order: HR decides again. Nothing that was ended comes back but what a worker of that record is given anew.</summary>
    public async Task<bool> LiftAsync(RevocationOrder order, string by, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(order);
        var now = clock.GetCurrentInstant();
        var lifted = await database.WriteAsync(
            async s =>
            {
                if (!await OrderStore.LiftAsync(s, order.Id, by, now.ToMicroseconds(), cancel))
                    return false;
                await NoteAsync(s, "order.lifted", order, by, now, cancel);
                await WorkerStore.TouchAsync(s, [order.ResourceId], [], now.ToMicroseconds(), cancel);
                return true;
            },
            cancel);
        if (lifted)
            WakeDecisions();
        return lifted;
    }

    /// <summary>An order; null where there is none of that id.</summary>
    public Task<RevocationOrder?> FindAsync(string id, CancellationToken cancel) => database.ReadAsync(s => OrderStore.FindAsync(s, id, cancel), cancel);

    // A refusal leaves nothing behind: it takes the transaction back.
    private async Task<OrderRefusal> WriteAsync(Func<Session, Task<OrderRefusal>> work, CancellationToken cancel)
    {
        try
        {
            await database.WriteAsync(
                async s =>
                {
                    if (await work(s) is var refusal and not OrderRefusal.None)
                        throw new RefusedException(refusal);
                },
                cancel);
            return OrderRefusal.None;
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }
        catch (UniquenessException)
        {
            return OrderRefusal.AlreadyInForce;
        }
    }

    private async Task<OrderRefusal> PutInForceAsync(Session session, RevocationOrder order, string by, Instant now, CancellationToken cancel)
    {
        var at = now.ToMicroseconds();
        if (await OrderStore.CountSinceAsync(session, (now - Window).ToMicroseconds(), cancel) >= configuration.Options.Revocation.OrdersPerHour)
            return OrderRefusal.TooMany;
        if (!await OrderStore.ApproveAsync(session, order.Id, by, at, cancel))
            return OrderRefusal.NotWaiting;
        await NoteAsync(session, "order.approved", order, by, now, cancel);
        await WorkerStore.TouchAsync(session, [order.ResourceId], [], at, cancel);
        await TargetStore.ProbeNowAsync(session, at, cancel);
        foreach (var target in configuration.Targets)
        {
            await DoorStore.PassAsync(
                session, target.Name, [("disable", order.ResourceId), ("delete", order.ResourceId)], isApproved: true, at, cancel);
        }

        return OrderRefusal.None;
    }

    private static async Task<bool> IsInForceAsync(Session session, string resourceId, CancellationToken cancel) =>
        (await OrderStore.OfAsync(session, resourceId, cancel)).Exists(o => o is { ApprovedAt: not null, LiftedAt: null });

    private static Task NoteAsync(Session session, string kind, RevocationOrder order, string by, Instant now, CancellationToken cancel) =>
        JournalStore.AppendAsync(
            session,
            [new(kind, order.ResourceId, by, order.Id, new JsonObject { ["order"] = order.Id, ["forCause"] = order.ForCause }.ToJsonString())],
            now.ToMicroseconds(),
            cancel);

    private void Wake(RevocationOrder order)
    {
        log.OrderedOut(order.Id, order.ResourceId);
        WakeDecisions();
    }

    private void WakeDecisions()
    {
        foreach (var source in configuration.Sources)
            alarm.Wake(new DrainKey(DrainKind.DecideWorkers, source.Name));
    }

    private sealed class RefusedException(OrderRefusal refusal) : Exception
    {
        public OrderRefusal Refusal { get; } = refusal;
    }
}
