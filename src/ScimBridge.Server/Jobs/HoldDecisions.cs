using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What a person does about what is held, doubted or was wrong: approve, reject, believe, roll back.</summary>
public sealed class HoldDecisions
{
    private const int RecordsAtOnce = 5_000;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;

    /// <summary>Creates it.</summary>
    public HoldDecisions(Database database, IClock clock, IAlarm alarm)
    {
        _database = database;
        _clock = clock;
        _alarm = alarm;
    }

    /// <summary>Lets records of a hold pass, or rejects them for good; answers with how many that were.</summary>
    /// <param name="hold">The hold, open.</param>
    /// <param name="only">Ids of the records that are meant; null for all that still wait.</param>
    /// <param name="approve">Whether they pass.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<long> DecideAsync(Hold hold, IReadOnlySet<long>? only, bool approve, string by, CancellationToken cancel)
    {
        long decided = 0;
        for (long after = 0; ;)
        {
            var some = await _database.ReadAsync(s => HoldStore.OfHoldAsync(s, hold.Id, after, RecordsAtOnce, cancel), cancel);
            if (some.Count == 0)
                break;
            after = some[^1].Id;
            var meant = some.Where(h => h.Outcome is null && only?.Contains(h.Id) != false).ToList();
            if (meant.Count == 0)
                continue;
            await _database.WriteAsync(s => DecideAsync(s, hold, meant, approve, by, cancel), cancel);
            decided += meant.Count;
        }

        _alarm.Wake(new DrainKey(DrainKind.DecideWorkers, hold.Source));
        return decided;
    }

    /// <summary>Lets the rules or the policy that wait in a hold come in force, or gives them up until they are wanted again; false where they wait no longer.</summary>
    public async Task<bool> DecideRulesAsync(Hold hold, bool approve, string by, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant().ToMicroseconds();
        var name = hold.Kind switch
        {
            PolicyTrial.Kind => RuleBookStore.Lifecycle,
            GrantTrial.Kind => RuleBookStore.Grants,
            _ => RuleBookStore.Groups,
        };
        var decided = await _database.WriteAsync(
            async s =>
            {
                if (!await RuleBookStore.DecideAsync(s, name, hold.Id, approve, cancel))
                    return false;
                await HoldStore.CloseAsync(s, hold.Id, "decided", anyhow: true, by, now, cancel);
                await JournalStore.AppendAsync(
                    s, [new(hold.Kind + (approve ? ".approved" : ".rejected"), name, by, hold.Id, "{}")], now, cancel);
                return true;
            },
            cancel);
        _alarm.Wake(new DrainKey(DrainKind.EvaluateRules, name));
        return decided;
    }

    /// <summary>Lets accounts that wait at the door of a target go on, or refuses them for good; answers with how many that were.</summary>
    /// <param name="hold">The hold, open.</param>
    /// <param name="only">The resources that are meant; null for all that wait.</param>
    /// <param name="approve">Whether they go on.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<long> DecideAtDoorAsync(Hold hold, IReadOnlySet<string>? only, bool approve, string by, CancellationToken cancel)
    {
        long decided = 0;
        for (var after = ""; ;)
        {
            var some = await _database.ReadAsync(s => DoorStore.OfHoldAsync(s, hold.Id, after, RecordsAtOnce, cancel), cancel);
            if (some.Count == 0)
                break;
            after = some[^1].ResourceId;
            var meant = some.Select(i => i.ResourceId).Where(id => only?.Contains(id) != false).ToList();
            var now = _clock.GetCurrentInstant().ToMicroseconds();
            decided += await _database.WriteAsync(
                async s =>
                {
                    var count = await DoorStore.DecideAsync(s, hold, meant, approve, by, now, cancel);
                    await JournalStore.AppendAsync(
                        s, [.. meant.Select(id => new JournalEntry(approve ? "account.approved" : "account.rejected", id, by, hold.Id, "{}"))], now, cancel);
                    return count;
                },
                cancel);
        }

        _alarm.Wake(new DrainKey(DrainKind.Deliver, DoorStore.TargetOf(hold)));
        return decided;
    }

    /// <summary>Lets a reconciliation set right what it found, or gives that up; false where it waits no longer.</summary>
    public async Task<bool> DecideReconciliationAsync(Hold hold, bool approve, string by, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant().ToMicroseconds();
        var decided = await _database.WriteAsync(
            async s =>
            {
                if (!await ReconciliationStore.DecideAsync(s, hold.BatchId, approve, now, cancel))
                    return false;
                await HoldStore.CloseAsync(s, hold.Id, "decided", anyhow: true, by, now, cancel);
                await JournalStore.AppendAsync(
                    s, [new(approve ? "reconciliation.approved" : "reconciliation.rejected", hold.BatchId, by, hold.BatchId, "{}")], now, cancel);
                return true;
            },
            cancel);
        _alarm.Wake(new DrainKey(DrainKind.Reconcile, DoorStore.TargetOf(hold)));
        return decided;
    }

    /// <summary>Ends the holds of a source that nobody decided about in time. Their rows are looked at again when they come again.</summary>
    public async Task ExpireAsync(string source, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant().ToMicroseconds();
        foreach (var hold in await _database.ReadAsync(s => HoldStore.ExpiredAsync(s, source, now, cancel), cancel))
        {
            for (long after = 0; ;)
            {
                var some = await _database.ReadAsync(s => HoldStore.OfHoldAsync(s, hold.Id, after, RecordsAtOnce, cancel), cancel);
                if (some.Count == 0)
                    break;
                after = some[^1].Id;
                var waiting = some.Where(h => h.Outcome is null).ToList();
                await _database.WriteAsync(
                    async s =>
                    {
                        var ended = await HoldStore.SettleAsync(s, waiting.Select(h => h.Id), "expired", cancel);
                        await WorkerStore.SeenAsync(s, source, waiting.Select(h => (h.Record.Number, "")), cancel);
                        await BatchStore.CountHeldAsync(s, hold.BatchId, -ended, cancel);
                    },
                    cancel);
            }

            await _database.WriteAsync(
                async s =>
                {
                    await HoldStore.CloseAsync(s, hold.Id, "expired", anyhow: true, by: null, now, cancel);
                    await JournalStore.AppendAsync(s, [new("hold.expired", hold.Id, "system", hold.BatchId, "{}")], now, cancel);
                },
                cancel);
        }
    }

    /// <summary>Believes a record that the rules doubt: it is accepted when it comes again.</summary>
    public Task BelieveAsync(Quarantined entry, string by, CancellationToken cancel) => _database.WriteAsync(
        async s =>
        {
            await QuarantineStore.BelieveAsync(s, entry.Source, entry.Hash!, cancel);
            await JournalStore.AppendAsync(
                s, [new("record.believed", entry.WorkerId, by, entry.BatchId, "{}")], _clock.GetCurrentInstant().ToMicroseconds(), cancel);
        },
        cancel);

    /// <summary>
    /// Takes back what a batch brought, or what of it was approved in a hold, in the transaction of its plan; answers with how many workers that is about.
    /// They are decided anew by what is left.
    /// </summary>
    internal async Task<int> RollBackAsync(Session session, Rollback rollback, string by, string planId, Instant now, CancellationToken cancel)
    {
        var at = now.ToMicroseconds();
        var (records, memberships) = await rollback.FindAsync(session, now, cancel);
        await RollbackStore.RetractAsync(session, rollback.Source, rollback.BatchId, records, memberships, at, cancel);
        if (rollback.HoldId is null)
        {
            await HoldStore.RejectBatchAsync(session, rollback.BatchId, at, by, cancel);
            await BatchStore.RolledBackAsync(session, rollback.BatchId, at, cancel);
        }

        var data = new JsonObject { ["plan"] = planId, ["records"] = records.Count, ["memberships"] = memberships.Count };
        await JournalStore.AppendAsync(
            session, [new(rollback.HoldId is null ? "batch.rolledBack" : "hold.rolledBack", rollback.HoldId ?? rollback.BatchId, by, rollback.BatchId, data.ToJsonString())],
            at, cancel);
        return records.Select(r => r.Number).Distinct().Count();
    }

    private async Task DecideAsync(Session session, Hold hold, List<HeldRecord> records, bool approve, string by, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        if (approve)
            await Assessment.PassAsync(session, hold.Source, records, "approved", now, cancel);
        else
            await HoldStore.SettleAsync(session, records.Select(h => h.Id), "rejected", cancel);
        if (hold.Kind != "missing")
            await BatchStore.CountHeldAsync(session, hold.BatchId, -records.Count, cancel);
        await HoldStore.CloseAsync(session, hold.Id, "decided", anyhow: false, by, now.ToMicroseconds(), cancel);
        await JournalStore.AppendAsync(
            session,
            records.Select(h => new JournalEntry(approve ? "record.approved" : "record.rejected", h.Record.WorkerId, by, hold.Id, "{}")),
            now.ToMicroseconds(),
            cancel);
    }
}
