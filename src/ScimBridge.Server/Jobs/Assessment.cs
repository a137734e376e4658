using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Safety;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Judges what of a batch could hurt, when all of it has been read: what is ordinary passes, the rest is held until a person decides.
/// Who is missing from a full feed that proved itself complete becomes a case for a person too; nobody's access ever ends by absence.
/// </summary>
public sealed class Assessment
{
    private const int RecordsAtOnce = 5_000;
    private const int LongestChain = 100;
    private const int Shown = 100;
    private const string Missing = "missing";
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly UserFilter _privileged;
    private readonly Counted<long> _people;
    private readonly ILogger<Assessment> _log;

    /// <summary>Creates the assessment.</summary>
    public Assessment(Database database, IClock clock, UserFilter privileged, Counted<long> people, ILogger<Assessment> log)
    {
        _people = people;
        _database = database;
        _clock = clock;
        _privileged = privileged;
        _log = log;
    }

    /// <summary>Judges the suspects of a batch that was read.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reading">What was read.</param>
    /// <param name="sound">The batch is what its sender says; of one that is not, nothing that could hurt passes.</param>
    /// <param name="lease">The lease of the reader.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task JudgeAsync(ConfiguredSource source, Reading reading, bool sound, Lease lease, CancellationToken cancel)
    {
        var waiting = await WaitingAsync(reading.BatchId, cancel);
        if (!sound)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    await HoldStore.SettleAsync(s, waiting.Select(h => h.Id), "rejected", cancel);
                    // The same rows are looked at again when they come in a sound feed.
                    await WorkerStore.SeenAsync(s, source.Name, waiting.Select(h => (h.Record.Number, "")), cancel);
                },
                cancel);
            return;
        }

        if (waiting.Count > 0)
            await DecideAsync(source, reading, waiting, lease, cancel);
        if (reading.Batch is { Mode: "full", ExpectedRows: not null })
            await MissAsync(source, reading, lease, cancel);
    }

    /// <summary>What would come of a batch; nothing is written.</summary>
    internal async Task<JsonObject> PreviewAsync(ConfiguredSource source, Reading reading, CancellationToken cancel)
    {
        var records = Numbered(reading);
        return Preview(reading, records, await VerdictAsync(source, reading.IsStale, records, cancel));
    }

    /// <summary>The suspects of a dry run, numbered as if they had been put aside.</summary>
    internal static List<HeldRecord> Numbered(Reading reading) => [.. reading.Suspects.Select((h, i) => h with { Id = i + 1 })];

    /// <summary>What would come of a batch whose suspects have been judged.</summary>
    internal static JsonObject Preview(Reading reading, IReadOnlyList<HeldRecord> records, Verdict verdict) => new()
    {
        ["accepted"] = reading.Accepted + records.Count - verdict.Held.Count,
        ["held"] = verdict.Held.Count,
        ["effects"] = Figures(records),
        ["reasons"] = Reasons(verdict, reading.IsStale),
        ["wouldHold"] = new JsonArray([.. records.Where(r => verdict.Held.Contains(r.Id)).Take(Shown).Select(Describe)]),
        ["wouldPass"] = new JsonArray([.. records.Where(r => !verdict.Held.Contains(r.Id)).Take(Shown).Select(Describe)]),
        ["quarantine"] = new JsonArray([.. reading.Doubts.Select(d => (JsonNode)new JsonObject
        {
            ["row"] = d.Row, ["workerId"] = d.WorkerId, ["rule"] = d.Rule, ["field"] = d.Field, ["reason"] = d.Reason,
        })]),
    };

    /// <summary>One held record as people see it: who, what, and no personal data beside the key.</summary>
    internal static JsonNode Describe(HeldRecord held) => new JsonObject
    {
        ["id"] = held.Id == 0 ? null : held.Id.ToString(CultureInfo.InvariantCulture),
        ["workerId"] = held.Record.WorkerId,
        ["row"] = held.Record.Row,
        ["effects"] = new JsonArray([.. NamesOf(held.Effect).Select(n => (JsonNode)n)]),
        ["department"] = held.Record.Department,
        ["move"] = held.Move,
        ["outcome"] = held.Outcome,
    };

    private async Task<List<HeldRecord>> WaitingAsync(string batchId, CancellationToken cancel)
    {
        var all = new List<HeldRecord>();
        while (true)
        {
            var after = all.Count == 0 ? 0 : all[^1].Id;
            var some = await _database.ReadAsync(s => HoldStore.OfBatchAsync(s, batchId, after, RecordsAtOnce, cancel), cancel);
            all.AddRange(some);
            if (some.Count < RecordsAtOnce)
                return all;
        }
    }

    private async Task DecideAsync(
        ConfiguredSource source, Reading reading, List<HeldRecord> waiting, Lease lease, CancellationToken cancel)
    {
        var batch = reading.Batch;
        var verdict = await VerdictAsync(source, reading.IsStale, waiting, cancel);
        var now = _clock.GetCurrentInstant();
        var passed = waiting.Where(h => !verdict.Held.Contains(h.Id)).ToList();
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await PassAsync(s, source.Name, passed, "passed", now, cancel);
                await HoldStore.PassedAsync(s, source.Name, Today(now), Each().Select(e => (e, (long)passed.Count(h => h.Effect.HasFlag(e)))), cancel);
                if (verdict.Held.Count == 0)
                    return;
                var kind = verdict.Reorganisations.Count > 0 && verdict.Trips.All(t => t.Effect == Effect.Moves) ? "reorganisation" : "breaker";
                var hold = new Hold(
                    ResourceId.New(now), source.Name, batch.Id, kind, Reasons(verdict, reading.IsStale).ToJsonString(), "open", verdict.Held.Count,
                    now.ToMicroseconds(), (now + Duration.FromHours(source.Settings.Safety.HoldHours)).ToMicroseconds(), null);
                await HoldStore.OpenAsync(s, hold, verdict.Held.Order(), cancel);
                await BatchStore.CountHeldAsync(s, batch.Id, verdict.Held.Count, cancel);
                await JournalStore.AppendAsync(s, [new("hold.opened", hold.Id, $"hr:{source.Name}", batch.Id, hold.Reasons)], now.ToMicroseconds(), cancel);
            },
            cancel);
        if (verdict.Held.Count > 0)
            _log.Held(verdict.Held.Count, batch.Id, source.Name);
    }

    /// <summary>Puts records on their workers' timelines that waited until now.</summary>
    internal static async Task PassAsync(
        Session session, string source, IReadOnlyCollection<HeldRecord> records, string outcome, Instant now, CancellationToken cancel)
    {
        var still = await HoldStore.SettleAsync(session, records.Select(h => h.Id), outcome, cancel);
        if (still != records.Count)
            throw new ConcurrencyException("A held record was decided or overtaken meanwhile.");
        await RecordStore.AcceptAsync(
            session, source, [.. records.Select(h => h.Record with
            {
                Assertion = h.Record.Assertion with { RecordedAt = now },
                // After what is no snapshot of HR's, the one that was seen last is news when it comes again.
                Seen = h.Record.Assertion is { Hash: Missing } or { Dated: true } or { Partial: true } ? "" : null,
            })], now.ToMicroseconds(), cancel);
        foreach (var batch in records.GroupBy(h => h.Record.Assertion.BatchId, StringComparer.Ordinal))
            await BatchStore.CountChangedAsync(session, batch.Key, batch.Count(), cancel);
    }

    /// <summary>Which of the suspects of a batch would be held, and why.</summary>
    internal async Task<Verdict> VerdictAsync(
        ConfiguredSource source, bool stale, IReadOnlyCollection<HeldRecord> records, CancellationToken cancel)
    {
        if (records.Count == 0)
            return new Verdict([], new HashSet<long>(), []);
        var limits = stale ? SafetyLimits.Nothing : source.Settings.Safety.Limits();
        var today = Today(_clock.GetCurrentInstant());
        return await _database.ReadAsync(
            async s =>
            {
                var suspects = await SuspectsAsync(s, source, records, cancel);
                return Breaker.Judge(suspects, limits, await Population.LoadAsync(
                    s, source.Name, suspects, limits, today, _people, () => _privileged.CountAsync(s, source.Settings.Safety.Privileged!, cancel), cancel));
            },
            cancel);
    }

    private async Task<List<Suspect>> SuspectsAsync(
        Session session, ConfiguredSource configured, IReadOnlyCollection<HeldRecord> records, CancellationToken cancel)
    {
        var source = configured.Name;
        // Before the record: where the worker is now, and who is above.
        var placed = (await WorkerStore.PlacesAsync(session, source, [.. records.Select(r => r.Record.WorkerId).Distinct(StringComparer.Ordinal)], cancel))
            .ToDictionary(p => p.WorkerId, StringComparer.Ordinal);
        var privileged = configured.Settings.Safety.Privileged is { } filter
            ? await _privileged.AmongAsync(session, filter, placed.Values.Select(p => p.ResourceId), cancel)
            : [];
        var concerned = await ServiceAccountStore.ConcernedAsync(session, [.. placed.Values.Select(p => p.ResourceId)], cancel);
        var managers = placed.Values.ToDictionary(p => p.WorkerId, p => p.ManagerId, StringComparer.Ordinal);
        var open = Unknown(managers.Values);
        for (var step = 0; step < LongestChain && open.Count > 0; step++)
        {
            foreach (var (worker, manager) in await WorkerStore.ManagersAsync(session, source, open, cancel))
                managers[worker] = manager;
            foreach (var unknown in open)
                managers.TryAdd(unknown, null);
            open = Unknown(open.Select(o => managers[o]));
        }

        return records.Select(r =>
        {
            var strata = new List<string>();
            if (placed.TryGetValue(r.Record.WorkerId, out var place))
            {
                if (place.Department is { } department)
                    strata.Add("department:" + department);
                if (place.Country is { } country)
                    strata.Add("country:" + country);
                var above = place.ManagerId;
                for (var step = 0; above is not null && step < LongestChain && !strata.Contains("manager:" + above); step++)
                {
                    strata.Add("manager:" + above);
                    above = managers.GetValueOrDefault(above);
                }

                if (privileged.Contains(place.ResourceId))
                    strata.Add(Breaker.Privileged);
                if (concerned.Contains(place.ResourceId))
                    strata.Add(Breaker.ServiceAccounts);
            }

            return new Suspect(r.Id, r.Effect, strata, r.Move);
        }).ToList();

        List<string> Unknown(IEnumerable<string?> ids) =>
            [.. ids.OfType<string>().Where(m => !managers.ContainsKey(m)).Distinct(StringComparer.Ordinal)];
    }

    private async Task MissAsync(ConfiguredSource source, Reading reading, Lease lease, CancellationToken cancel)
    {
        var expected = await _database.ReadAsync(s => WorkerStore.ExpectedAsync(s, source.Name, cancel), cancel);
        var gone = expected.Where(w => w.MissingSince is null && !reading.Seen.Has(w.Number)).ToList();
        var back = expected.Where(w => w.MissingSince is not null && reading.Seen.Has(w.Number)).ToList();
        if (gone.Count == 0 && back.Count == 0)
            return;
        var now = _clock.GetCurrentInstant();
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await WorkerStore.MissingAsync(
                    s,
                    source.Name,
                    gone.Select(w => (w.Number, (long?)now.ToMicroseconds())).Concat(back.Select(w => (w.Number, (long?)null))),
                    cancel);
                await HoldStore.SupersedeAsync(s, source.Name, back.Select(w => (w.Number, w.WorkerId)), cancel);
                if (gone.Count > 0)
                    await OpenCaseAsync(s, source, reading, gone.ConvertAll(w => (w.Number, w.WorkerId)), now, cancel);
            },
            cancel);
        _log.Missing(gone.Count, reading.BatchId, source.Name);
    }

    // A case is a hold over the records that a person may want: that these people have left.
    private static async Task OpenCaseAsync(
        Session session, ConfiguredSource source, Reading reading, List<(long Number, string WorkerId)> gone, Instant now, CancellationToken cancel)
    {
        var timelines = await RecordStore.OfWorkersAsync(session, source.Name, gone.ConvertAll(w => w.WorkerId), cancel);
        var held = new List<HeldRecord>();
        foreach (var (number, worker) in gone)
        {
            var last = timelines[worker].Where(a => a.RetractedAt is null && !a.Partial).OrderBy(a => a.EffectiveFrom).ThenBy(a => a.Sequence).LastOrDefault();
            if (last is null)
                continue;
            var facts = WorkerFactsJson.Read(last.Facts) with { Status = EmploymentStatus.Terminated, TerminationDate = null, LastDayOfWork = null };
            var assertion = last with
            {
                RecordedAt = now, BatchId = reading.BatchId, Dated = false, Partial = false, Kind = RecordKind.Change, Hash = Missing,
                Slot = $"~missing/{now.ToUnixTimeTicks()}", Sequence = reading.AsOf.ToUnixTimeTicks(),
                EffectiveFrom = reading.AsOf.InUtc().Date, Facts = WorkerFactsJson.Write(facts),
            };
            held.Add(new HeldRecord(
                new AcceptedRecord(worker, number, null, Row: 0, Seen: "", facts.ManagerId, facts.Department, facts.Country, assertion), Effect.Terminates, Move: null));
        }

        await HoldStore.AddAsync(session, source.Name, held, cancel);
        var ids = (await HoldStore.OfBatchAsync(session, reading.BatchId, 0, int.MaxValue, cancel)).ConvertAll(h => h.Id);
        var hold = new Hold(
            ResourceId.New(now), source.Name, reading.BatchId, "missing",
            new JsonArray(new JsonObject { ["effect"] = "missing", ["count"] = held.Count, ["population"] = reading.Rows }).ToJsonString(),
            "open", held.Count, now.ToMicroseconds(), (now + Duration.FromDays(365)).ToMicroseconds(), null);
        await HoldStore.OpenAsync(session, hold, ids, cancel);
        await JournalStore.AppendAsync(session, [new("hold.opened", hold.Id, $"hr:{source.Name}", reading.BatchId, hold.Reasons)], now.ToMicroseconds(), cancel);
    }

    /// <summary>Why records are held, in figures.</summary>
    internal static JsonArray Reasons(Verdict verdict, bool stale) =>
    [
        .. stale ? [new JsonObject { ["feed"] = "stale" }] : Array.Empty<JsonNode>(),
        .. verdict.Trips.Select(t => (JsonNode)new JsonObject
        {
            ["effect"] = NamesOf(t.Effect).First(),
            ["stratum"] = t.Stratum,
            ["count"] = t.Count,
            ["limit"] = t.Limit,
            ["population"] = t.Population,
            ["days"] = t.Days,
        }),
        .. verdict.Reorganisations.Select(r => (JsonNode)new JsonObject { ["effect"] = "moves", ["move"] = r.Move, ["count"] = r.Count }),
    ];

    private static JsonObject Figures(IReadOnlyCollection<HeldRecord> records) =>
        new(Each().Select(e => KeyValuePair.Create(NamesOf(e).First(), (JsonNode?)records.Count(r => r.Effect.HasFlag(e)))));

    private static IEnumerable<Effect> Each() => Enum.GetValues<Effect>().Where(e => e != Effect.None);

    private static IEnumerable<string> NamesOf(Effect effect) =>
        Each().Where(e => effect.HasFlag(e)).Select(e => char.ToLowerInvariant(e.ToString()[0]) + e.ToString()[1..]);

    private static long Today(Instant now) => now.ToUnixTimeSeconds() / 86_400;
}
