using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What a batch would add to one worker.</summary>
/// <param name="ResourceId">What stands for the id of the worker's resource where the bridge has not heard of the worker.</param>
/// <param name="Number">The number within the source.</param>
internal sealed record PlannedWorker(string ResourceId, long Number)
{
    /// <summary>What the batch would put on the timeline.</summary>
    public List<Assertion> Assertions { get; } = [];

    /// <summary>The records that would be taken back.</summary>
    public HashSet<long> Retracted { get; } = [];

    /// <summary>The hash of the snapshot that was seen last in it.</summary>
    public string? Seen { get; set; }

    /// <summary>Where the worker is after it.</summary>
    public WorkerPlace Place { get; set; }
}

/// <summary>
/// A batch that is read as any other and written nowhere: what it would put on the timelines lies in memory, over those that are there.
/// Its memory grows with what the batch changes, not with its rows.
/// </summary>
internal sealed class PlannedBatch
{
    // What stands for the id of a resource that does not exist: the same each time, and never an id.
    private const string NotYet = "~";
    private long _seq = long.MaxValue / 2;

    private PlannedBatch(string source) => Source = source;

    /// <summary>The source.</summary>
    public string Source { get; }

    /// <summary>The workers about whom it brings something, by the key of the person.</summary>
    public Dictionary<string, PlannedWorker> Workers { get; } = new(StringComparer.Ordinal);

    /// <summary>Persons of working relationships that it tells of, where they differ.</summary>
    public Dictionary<string, string> Persons { get; } = new(StringComparer.Ordinal);

    /// <summary>What became of its rows, and what of it would be held.</summary>
    public JsonObject Report { get; private set; } = [];

    /// <summary>Whether part of it would be held, or it takes somebody's approval anyhow.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>When what is taken back would be.</summary>
    public Instant RetractedAt { get; private init; }

    /// <summary>Memberships that would be suspended, to be given back by the decisions.</summary>
    public IReadOnlyList<SuspendedMembership> Suspended { get; private init; } = [];

    /// <summary>Whether the id stands for a resource that does not exist.</summary>
    public static bool IsNotYet(string resourceId) => resourceId.StartsWith(NotYet, StringComparison.Ordinal);

    /// <summary>Reads the batch through the source's own path, judges it, and keeps what would pass.</summary>
    /// <exception cref="FeedException">The feed as a whole is faulty: nothing of it would be read.</exception>
    public static async Task<PlannedBatch> ReadAsync(
        ConfiguredSource source,
        Batch batch,
        BridgeConfiguration configuration,
        PolicyBook policies,
        Database database,
        Assessment assessment,
        IDateTimeZoneProvider zones,
        Instant now,
        CancellationToken cancel)
    {
        var planned = new PlannedBatch(source.Name);
        var reading = new Reading(
            batch, await database.ReadAsync(s => WorkerStore.NextNumberAsync(s, source.Name, cancel), cancel), !source.Settings.Safety.Enabled)
        {
            IsStale = batch.Mode == "full" && await database.ReadAsync(s => BatchStore.IsStaleAsync(s, batch, cancel), cancel),
        };
        var feed = source.Kind.Open(source.Options, new FeedFile(() => ReadSource.Open(batch), batch.Name)
        {
            Format = batch.Format is { } format ? Enum.Parse<FeedFormat>(format, ignoreCase: true) : null,
            Partial = batch.Partial ? true : null,
        });
        if (await feed.CheckAsync(cancel) is { } rows)
            ReadSource.Expect(batch, rows);
        await foreach (var items in ReadSource.ChunksAsync(feed, cancel))
            await planned.AcceptAsync(reading, items, configuration, policies, database, zones, now, cancel);
        ReadSource.Expect(batch, reading.Rows);

        var suspects = Assessment.Numbered(reading);
        var verdict = await assessment.VerdictAsync(source, reading.IsStale, suspects, cancel);
        foreach (var passes in suspects.Where(h => !verdict.Held.Contains(h.Id)))
            planned.Add(passes.Record, now);
        planned.IsHeld = verdict.Held.Count > 0;
        planned.Report = Assessment.Preview(reading, suspects, verdict);
        planned.Report["source"] = source.Name;
        planned.Report["rows"] = reading.Rows;
        planned.Report["faults"] = reading.Faults;
        return planned;
    }

    /// <summary>A batch the other way round: what would be taken back.</summary>
    public static async Task<PlannedBatch> TakeBackAsync(Rollback rollback, Database database, Instant now, CancellationToken cancel)
    {
        var (records, memberships) = await database.ReadAsync(s => rollback.FindAsync(s, now, cancel), cancel);
        var planned = new PlannedBatch(rollback.Source) { RetractedAt = now, Suspended = memberships, IsHeld = true, Report = rollback.Write() };
        foreach (var record in records)
        {
            if (!planned.Workers.TryGetValue(record.WorkerId, out var worker))
                planned.Workers[record.WorkerId] = worker = new PlannedWorker(record.ResourceId, record.Number);
            worker.Retracted.Add(record.Seq);
        }

        planned.Report["records"] = records.Count;
        planned.Report["workers"] = planned.Workers.Count;
        planned.Report["memberships"] = memberships.Count;
        return planned;
    }

    private async Task AcceptAsync(
        Reading reading,
        List<FeedItem> items,
        BridgeConfiguration configuration,
        PolicyBook policies,
        Database database,
        IDateTimeZoneProvider zones,
        Instant now,
        CancellationToken cancel)
    {
        var (context, policy) = await database.ReadAsync(
            async s => (
                await AcceptanceContext.LoadAsync(s, reading, configuration.Catalog.User, items, cancel), await policies.InForceAsync(s, cancel)),
            cancel);
        // What earlier rows of the same batch brought is known by now, as it is where it is written.
        foreach (var person in items.Select(context.PersonOf).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!Workers.TryGetValue(person, out var before))
                continue;
            context.Known[person] = new KnownWorker(before.Number, before.Seen ?? "", before.ResourceId);
            context.TimelineOf(person).AddRange(before.Assertions);
        }

        var found = new Acceptance(reading, context, now, zones, policy.Preparation).Compare(items);
        reading.Accepted += found.Records.Count;
        reading.Suspects.AddRange(found.Suspects);
        reading.Doubts.AddRange(found.Quarantined.Take(Reading.DoubtsShown - reading.Doubts.Count));
        foreach (var record in found.Records)
            Add(record, now);
    }

    private void Add(AcceptedRecord record, Instant now)
    {
        if (!Workers.TryGetValue(record.WorkerId, out var worker))
            Workers[record.WorkerId] = worker = new PlannedWorker($"{NotYet}{Source}/{record.WorkerId}", record.Number);
        worker.Assertions.Add(record.Assertion with { Seq = _seq++, RecordedAt = now });
        worker.Seen = record.Seen ?? worker.Seen;
        worker.Place = new WorkerPlace(record.WorkerId, worker.ResourceId, record.Department, record.Country, record.ManagerId);
        if (record.Assertion.Relationship != record.WorkerId)
            Persons.TryAdd(record.Assertion.Relationship, record.WorkerId);
    }
}
