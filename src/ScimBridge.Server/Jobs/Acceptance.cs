using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Provisioning.Quality;
using ScimBridge.Provisioning.Safety;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What becomes of some rows of a feed.</summary>
internal sealed class Accepted
{
    /// <summary>Records that go on their worker's timeline.</summary>
    public List<AcceptedRecord> Records { get; } = [];

    /// <summary>Records that could hurt, and wait for the verdict on the batch.</summary>
    public List<HeldRecord> Suspects { get; } = [];

    /// <summary>Rows that say nothing that could be accepted.</summary>
    public List<RowFault> Faults { get; } = [];

    /// <summary>Records that are not believed.</summary>
    public List<Quarantined> Quarantined { get; } = [];

    /// <summary>Workers about whom a record came that says what was known.</summary>
    public HashSet<string> Sound { get; } = new(StringComparer.Ordinal);

    /// <summary>Workers about whom a record came that is news and is believed.</summary>
    public HashSet<string> Mended { get; } = new(StringComparer.Ordinal);

    /// <summary>Snapshots that say what was known, in other bytes.</summary>
    public List<(long Number, string Relationship, string Hash)> Seen { get; } = [];

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => Records.Count == 0 && Suspects.Count == 0 && Faults.Count == 0 && Quarantined.Count == 0 && Seen.Count == 0;
}

/// <summary>
/// Compares records with the timelines of their workers, and asks the rules. It knows what the rows before it in the same chunk came to,
/// so that the chunk's borders make no difference.
/// </summary>
internal sealed class Acceptance
{
    private readonly Reading _reading;
    private readonly AcceptanceContext _context;
    private readonly Instant _now;
    private readonly IDateTimeZoneProvider _zones;
    private readonly Preparation _preparation;
    private readonly Accepted _result = new();
    private long _seq = long.MaxValue / 2;

    public Acceptance(Reading reading, AcceptanceContext context, Instant now, IDateTimeZoneProvider zones, Preparation preparation)
    {
        _reading = reading;
        _context = context;
        _now = now;
        _zones = zones;
        _preparation = preparation;
    }

    /// <summary>Goes through the rows in their order.</summary>
    public Accepted Compare(IEnumerable<FeedItem> items)
    {
        foreach (var item in items)
        {
            _reading.Rows++;
            if (_context.SaysWhatIsKnown(item, out var worker))
                Pass(item, worker);
            else if (item.Record is { } record)
                Look(record);
            else
                Refuse(item.Fault!);
        }

        return _result;
    }

    // It says what it said the last time, and that was sound.
    private void Pass(FeedItem item, KnownWorker worker)
    {
        if (!_reading.Seen.Tick(worker.Number) && IsAgain(item.WorkerId!, _context.PersonOf(item.WorkerId!)))
            RefuseAgain(item.Row, item.WorkerId!);
        else
            _result.Sound.Add(item.WorkerId!);
    }

    private void Look(HrRecord record)
    {
        var id = _context.PersonOf(record);
        var isKnown = _context.Known.TryGetValue(id, out var worker);
        var isSnapshot = record is { EffectiveFrom: null, RecordId: null, Stated: null, Kind: not RecordKind.Rescind };
        if (isSnapshot && isKnown && !_reading.Seen.Tick(worker.Number) && IsAgain(record.Facts.WorkerId, id))
        {
            RefuseAgain(record.Row, record.Facts.WorkerId);
            return;
        }

        if (isSnapshot && isKnown && worker.RecordHash == record.Hash)
        {
            _result.Sound.Add(record.Facts.WorkerId);
            return;
        }

        var timeline = _context.TimelineOf(id);
        var assertion = Assertion.Of(record, _seq++, _now, _reading.AsOf, _reading.BatchId, _zones);
        if (assertion.Dated && timeline.Exists(a => a.RetractedAt is null && a.Hash == record.Hash && a.Slot == assertion.Slot))
        {
            // Somebody who is heard of for the first time in this chunk is not ticked off before.
            _result.Sound.Add(record.Facts.WorkerId);
            return;
        }

        var before = Timeline.Of(timeline, Instant.MaxValue);
        var after = Timeline.Of([.. timeline, assertion], Instant.MaxValue);
        var (was, comes) = (At(before, _now), At(after, _now));
        if (!assertion.Dated && Says(timeline, assertion, was, comes))
        {
            _result.Sound.Add(record.Facts.WorkerId);
            if (isSnapshot)
                _result.Seen.Add((worker.Number, record.Facts.WorkerId, record.Hash));
            return;
        }

        var doubt = Doubt(record, id, was, comes);
        if (doubt is not null)
            Quarantine(record, doubt);
        else
            _result.Mended.Add(record.Facts.WorkerId);
        if (doubt is { IsNote: false })
            return;

        if (!isKnown)
        {
            worker = new KnownWorker(_reading.NextNumber++, record.Hash, ResourceId.New(_now));
            _context.Known[id] = worker;
            if (isSnapshot)
                _reading.Seen.Tick(worker.Number);
        }

        var facts = comes?.Facts;
        var accepted = new AcceptedRecord(
            id,
            worker.Number,
            isKnown ? null : worker.ResourceId,
            record.Row,
            // After anything else, the snapshot that was seen last is news when it comes again.
            isSnapshot ? record.Hash : "",
            facts?.ManagerId,
            facts?.Department,
            facts?.Country,
            assertion);
        var effect = EffectOf(before, after, was, comes, assertion);
        if (effect != Effect.None && !_reading.Passes)
        {
            _result.Suspects.Add(new HeldRecord(accepted, effect, MoveOf(was, comes)));
            return;
        }

        _result.Records.Add(accepted);
        timeline.Add(assertion);
        _context.Reports(id, facts?.ManagerId);
    }

    // A person may stand in a feed once for each working relationship, never twice for the same.
    private bool IsAgain(string relationship, string id) =>
        _context.TimelineOf(id) is var timeline && timeline.TrueForAll(a => a.Relationship == relationship);

    // A snapshot that says what the last one said is no news, and neither are single facts that are so already.
    private static bool Says(List<Assertion> timeline, Assertion assertion, Worker? was, Worker? comes)
    {
        if (assertion.Partial)
            return was is not null && comes is not null && was.Facts == comes.Facts;
        var last = timeline
            .Where(a => a is { Dated: false, RetractedAt: null } && a.Relationship == assertion.Relationship)
            .OrderBy(a => a.EffectiveFrom).ThenBy(a => a.Sequence).LastOrDefault();
        return last is { Partial: false } && last.Facts == assertion.Facts && last.Sequence <= assertion.Sequence
            && !timeline.Exists(a => a.RetractedAt is null && a.Seq > last.Seq && a.Relationship == last.Relationship);
    }

    private Doubt? Doubt(HrRecord record, string id, Worker? was, Worker? comes)
    {
        if (record.Kind == RecordKind.Rescind || comes is null || _context.Believed.Contains(record.Hash))
            return null;
        var facts = record.Stated is null ? record.Facts : comes.Facts;
        return RecordRules.Look(new RecordCase(was, comes, _now.InZone(_zones[facts.TimeZone]).Date, facts)
        {
            NumberHeldBy = facts.EmployeeNumber.Length == 0 ? null : _context.NumberHeldBy(facts.EmployeeNumber, id),
            Chain = _context.ChainOf(facts.ManagerId),
        });
    }

    // What a record does on a day to come is judged now: on that day there is nobody to ask.
    private Effect EffectOf(Timeline before, Timeline after, Worker? was, Worker? comes, Assertion assertion)
    {
        var effect = Effects.Of(was, comes);
        if (comes is null || !assertion.Dated)
            return effect;
        var then = assertion.EffectiveFrom.AtStartOfDayInZone(_zones[comes.Facts.TimeZone]).ToInstant();
        return then > _now ? effect | Effects.Of(At(before, then), At(after, then)) : effect;
    }

    private static string? MoveOf(Worker? was, Worker? comes)
    {
        var (from, to) = (DepartmentOf(was), DepartmentOf(comes));
        return from is not null && to is not null && from != to ? $"{from} -> {to}" : null;

        static string? DepartmentOf(Worker? worker) => worker?.Facts.DepartmentCode ?? worker?.Facts.Department;
    }

    private Worker? At(Timeline timeline, Instant instant) => timeline.At(instant, _zones, _preparation);

    private void Quarantine(HrRecord record, Doubt doubt)
    {
        var field = char.ToLowerInvariant(doubt.Field.ToString()[0]) + doubt.Field.ToString()[1..];
        _result.Quarantined.Add(Entry(record.Facts.WorkerId, doubt.Rule, field, doubt.Reason, record.Row, record.Hash));
        if (doubt.IsNote)
            return;
        _reading.Faults++;
        _result.Faults.Add(new RowFault(record.Row, field, record.Facts.WorkerId, doubt.Reason));
    }

    private void RefuseAgain(long row, string worker) =>
        Refuse(new RowFault(row, Column: null, worker, "The worker stands in this batch already, in an earlier row, which holds."));

    private void Refuse(RowFault fault)
    {
        // Beyond some thousand, faults are counted and not kept: it is the feed that is wrong.
        if (_reading.Faults++ >= BatchStore.FaultsKept)
            return;
        _result.Faults.Add(fault);
        if (fault.WorkerId is { } worker)
            _result.Quarantined.Add(Entry(worker, "unreadable", fault.Column, fault.Reason, fault.Row, hash: null));
    }

    private Quarantined Entry(string worker, string rule, string? field, string reason, long row, string? hash) => new(
        ResourceId.New(_now), _reading.Source, worker, rule, field, reason, _reading.BatchId, row, hash, _now.ToMicroseconds(),
        _now.ToMicroseconds());
}
