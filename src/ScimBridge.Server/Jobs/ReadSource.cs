using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Reads the waiting batches of a source: compares each record with what is known, and appends what is news. Records that could hurt wait
/// for the end of their batch and are judged together (<see cref="Assessment"/>). A batch that was broken off is read again from its
/// beginning; what it had brought already is then unchanged.
/// </summary>
public sealed class ReadSource : IDrain
{
    // What is kept long enough to be moved about in memory costs more than a few look-ups.
    private const int RowsAtOnce = 500;
    private const int ChunksAhead = 2;
    private readonly BridgeConfiguration _configuration;
    private readonly PolicyBook _policies;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly Progress _progress;
    private readonly Assessment _assessment;
    private readonly ResourceType _user;
    private readonly IDateTimeZoneProvider _zones;
    private readonly TimeProvider _time;
    private readonly ILogger<ReadSource> _log;

    /// <summary>Creates the drain.</summary>
    public ReadSource(
        BridgeConfiguration configuration,
        PolicyBook policies,
        Database database,
        IClock clock,
        IAlarm alarm,
        Progress progress,
        Assessment assessment,
        SchemaCatalog catalog,
        IDateTimeZoneProvider zones,
        TimeProvider time,
        ILogger<ReadSource> log)
    {
        _configuration = configuration;
        _policies = policies;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _progress = progress;
        _assessment = assessment;
        _user = catalog.User;
        _zones = zones;
        _time = time;
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
            batch,
            await _database.ReadAsync(s => WorkerStore.NextNumberAsync(s, source.Name, cancel), cancel),
            !source.Settings.Safety.Enabled);
        string? error = null;
        try
        {
            reading.IsStale = batch.Mode == "full" && await _database.ReadAsync(s => BatchStore.IsStaleAsync(s, batch, cancel), cancel);
            var feed = source.Kind.Open(source.Options, new FeedFile(() => Open(batch), batch.Name)
            {
                Format = batch.Format is { } format ? Enum.Parse<FeedFormat>(format, ignoreCase: true) : null,
                Partial = batch.Partial ? true : null,
            });
            if (await feed.CheckAsync(cancel) is { } rows)
                Expect(batch, rows);
            await foreach (var items in ChunksAsync(feed, cancel))
            {
                await AcceptAsync(reading, items, lease, cancel);
                _progress.Read(batch.Id, items[^1].Position);
            }

            Expect(batch, reading.Rows);
        }
        catch (FeedException e)
        {
            // Nothing of it has been accepted, unless the file was changed between being checked and being read, or its quotes do not pair
            // up: then nothing that could hurt has passed.
            error = e.Message;
        }

        JsonObject? report = null;
        if (batch.DryRun)
            report = await _assessment.PreviewAsync(source, reading, cancel);
        else
            await _assessment.JudgeAsync(source, reading, sound: error is null, lease, cancel);
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                var now = _clock.GetCurrentInstant().ToMicroseconds();
                await BatchStore.FinishAsync(
                    s, batch.Id, reading.Rows, reading.Faults, batch.DryRun ? reading.Accepted : null, error, report?.ToJsonString(), now, cancel);
                if (error is not null || batch.DryRun)
                    return;
                await SourceStore.HeardAsync(s, source.Name, now, cancel);
                if (batch.PullCursor is { } cursor)
                    await SourceStore.AdvanceAsync(s, source.Name, cursor, cancel);
            },
            cancel);
        if (batch.PullCursor is { } fetched && source.Kind.Pull is { } open)
        {
            using var pull = open(source.Options, _time);
            await pull.SettleAsync(new PullCursor(fetched), error is null, cancel);
        }

        if (batch.Spooled)
            File.Delete(batch.Path);
        _log.BatchDone(batch.Id, source.Name, reading.Rows, reading.Faults, error);
    }

    /// <summary>The rows of a feed, chunk by chunk: the next are read while those before them are compared.</summary>
    internal static async IAsyncEnumerable<List<FeedItem>> ChunksAsync(ISource feed, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var chunks = Channel.CreateBounded<List<FeedItem>>(ChunksAhead);
        var reading = Task.Run(
            async () =>
            {
                Exception? end = null;
                try
                {
                    var items = new List<FeedItem>(RowsAtOnce);
                    await foreach (var item in feed.ReadAsync(stop.Token))
                    {
                        items.Add(item);
                        if (items.Count < RowsAtOnce)
                            continue;
                        await chunks.Writer.WriteAsync(items, stop.Token);
                        items = new List<FeedItem>(RowsAtOnce);
                    }

                    if (items.Count > 0)
                        await chunks.Writer.WriteAsync(items, stop.Token);
                }
                catch (Exception e)
                {
                    // Whatever it is, it ends the reading and is thrown there.
                    end = e;
                }

                chunks.Writer.Complete(end);
            },
            stop.Token);
        try
        {
            await foreach (var items in chunks.Reader.ReadAllAsync(cancel))
                yield return items;
        }
        finally
        {
            await stop.CancelAsync();
            // Whatever ended it has been told by way of the channel.
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Refuses a batch that has not the rows that its sender says.</summary>
    internal static void Expect(Batch batch, long rows)
    {
        if (batch.ExpectedRows is { } expected && expected != rows)
            throw new FeedException($"{batch.Name} has {rows} rows, and its sender says that there are {expected}.");
    }

    /// <summary>Opens the file of a batch.</summary>
    internal static FileStream Open(Batch batch)
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
        var now = _clock.GetCurrentInstant();
        var (context, policy) = await _database.ReadAsync(
            async s => (await AcceptanceContext.LoadAsync(s, reading, _user, items, cancel), await _policies.InForceAsync(s, cancel)), cancel);
        var found = new Acceptance(reading, context, now, _zones, policy.Preparation).Compare(items);
        if (reading.Batch.DryRun)
        {
            reading.Accepted += found.Records.Count;
            reading.Suspects.AddRange(found.Suspects);
            reading.Doubts.AddRange(found.Quarantined.Take(Reading.DoubtsShown - reading.Doubts.Count));
            return;
        }

        var sound = await _database.ReadAsync(s => QuarantineStore.AmongAsync(s, reading.Source, found.Sound, found.Mended, cancel), cancel);
        if (found.IsEmpty && sound.Count == 0)
            return;
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                var (source, at) = (reading.Source, now.ToMicroseconds());
                // What was known before and is said again stands against what waits for a decision.
                await HoldStore.SupersedeAsync(s, source, found.Seen.Select(k => (k.Number, k.Relationship)), cancel);
                await HoldStore.SupersedeAsync(s, source, found.Records, cancel);
                await RecordStore.AcceptAsync(s, source, found.Records, at, cancel);
                await HoldStore.AddAsync(s, source, found.Suspects, cancel);
                await WorkerStore.SeenAsync(
                    s, source, found.Seen.Select(k => (k.Number, k.Hash)).Concat(found.Suspects.Where(h => h.Record.Seen is not null).Select(h => (h.Record.Number, h.Record.Seen!))), cancel);
                await BatchStore.CountChangedAsync(s, reading.BatchId, found.Records.Count, cancel);
                await BatchStore.AddFaultsAsync(s, reading.BatchId, found.Faults, cancel);
                await QuarantineStore.AddAsync(s, found.Quarantined, cancel);
                await QuarantineStore.ReleaseAsync(s, source, sound, cancel);
            },
            cancel);
    }
}
