using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Reads the waiting batches of a source: compares each record with the one that holds and appends those that differ. A batch that was
/// broken off is read again from its beginning; what it had brought already is then unchanged.
/// </summary>
public sealed class ReadSource : IDrain
{
    private const int RowsAtOnce = 2_000;
    private readonly BridgeConfiguration _configuration;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly Progress _progress;
    private readonly ILogger<ReadSource> _log;

    /// <summary>Creates the drain.</summary>
    public ReadSource(
        BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, Progress progress, ILogger<ReadSource> log)
    {
        _configuration = configuration;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _progress = progress;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.ReadSource;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        var source = _configuration.Sources.First(s => s.Name == name);
        while (await _database.ReadAsync(s => BatchStore.NextAsync(s, name, cancel), cancel) is { } batch)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    await BatchStore.BeginAsync(s, batch.Id, cancel);
                },
                cancel);
            _log.BatchBegun(batch.Id, name, batch.Name);
            await ReadAsync(source, batch, lease, cancel);
            _alarm.Wake(new DrainKey(DrainKind.DecideWorkers, name));
        }

        return null;
    }

    private async Task ReadAsync(ConfiguredSource source, Batch batch, Lease lease, CancellationToken cancel)
    {
        var reading = new Reading(
            batch, source.Name, await _database.ReadAsync(s => WorkerStore.NextNumberAsync(s, source.Name, cancel), cancel));
        string? error = null;
        try
        {
            var feed = source.Kind.Open(source.Options, new FeedFile(() => Open(batch), batch.Name));
            await feed.CheckAsync(cancel);
            var items = new List<FeedItem>(RowsAtOnce);
            await foreach (var item in feed.ReadAsync(cancel))
            {
                items.Add(item);
                if (items.Count < RowsAtOnce)
                    continue;
                await AcceptAsync(reading, items, lease, cancel);
                _progress.Read(batch.Id, item.Position);
                items.Clear();
            }

            await AcceptAsync(reading, items, lease, cancel);
        }
        catch (FeedException e)
        {
            // Nothing of it has been accepted, unless the file was changed between being checked and being read.
            error = e.Message;
        }

        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await BatchStore.FinishAsync(
                    s, batch.Id, reading.Rows, reading.Faults, error, _clock.GetCurrentInstant().ToMicroseconds(), cancel);
            },
            cancel);
        if (batch.Spooled)
            File.Delete(batch.Path);
        _log.BatchDone(batch.Id, source.Name, reading.Rows, reading.Faults, error);
    }

    private static FileStream Open(Batch batch)
    {
        try
        {
            return new FileStream(
                batch.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeedException($"{batch.Name} cannot be read: {e.Message}", e);
        }
    }

    private async Task AcceptAsync(Reading reading, List<FeedItem> items, Lease lease, CancellationToken cancel)
    {
        var known = await _database.ReadAsync(
            s => WorkerStore.FindAsync(
                s, reading.Source, items.Where(i => i.Record is not null).Select(i => i.Record!.Facts.WorkerId).Distinct(StringComparer.Ordinal).ToArray(), cancel),
            cancel);
        var now = _clock.GetCurrentInstant();
        var chunk = reading.Compare(items, known, now);
        if (chunk.Accepted.Count == 0 && chunk.Faults.Count == 0)
            return;
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await WorkerStore.AcceptAsync(s, reading.Source, reading.BatchId, chunk.Accepted, now.ToMicroseconds(), cancel);
                await BatchStore.CountChangedAsync(s, reading.BatchId, chunk.Accepted.Count, cancel);
                await BatchStore.AddFaultsAsync(s, reading.BatchId, chunk.Faults, cancel);
            },
            cancel);
    }

    /// <summary>The state of one reading. Its memory grows by one bit a worker and not with the feed.</summary>
    private sealed class Reading(Batch batch, string source, long nextNumber)
    {
        private readonly Ticks _seen = new();
        private long _nextNumber = nextNumber;

        public string Source { get; } = source;

        public string BatchId { get; } = batch.Id;

        public long Rows { get; private set; }

        public long Faults { get; private set; }

        public (List<AcceptedRecord> Accepted, List<RowFault> Faults) Compare(
            List<FeedItem> items, Dictionary<string, KnownWorker> known, Instant now)
        {
            var accepted = new List<AcceptedRecord>();
            var faults = new List<RowFault>();
            foreach (var (record, fault, _) in items)
            {
                Rows++;
                if (record is null)
                {
                    Fault(fault!);
                    continue;
                }

                var facts = record.Facts;
                var isKnown = known.TryGetValue(facts.WorkerId, out var worker);
                if (isKnown && !_seen.Tick(worker.Number))
                {
                    Fault(new RowFault(
                        record.Row, Column: null, facts.WorkerId, "The worker stands in this batch already, in an earlier row, which holds."));
                    continue;
                }

                if (isKnown && worker.RecordHash == record.Hash)
                    continue;
                if (!isKnown)
                {
                    worker = new KnownWorker(_nextNumber++, record.Hash);
                    known[facts.WorkerId] = worker;
                    _seen.Tick(worker.Number);
                }

                accepted.Add(new AcceptedRecord(
                    facts.WorkerId,
                    worker.Number,
                    isKnown ? null : ResourceId.New(now),
                    record.Row,
                    record.Hash,
                    facts.ManagerId,
                    WorkerFactsJson.Write(facts)));
            }

            return (accepted, faults);

            void Fault(RowFault found)
            {
                if (Faults++ < BatchStore.FaultsKept)
                    faults.Add(found);
            }
        }
    }
}
