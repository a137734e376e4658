using NodaTime;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Gives the entries of the journal their places in the chain, in blocks, a second or so after they were written; signs its head at times; and cuts off
/// what is older than it has to be. A block is one row: killed at any moment, it goes on behind the last.
/// </summary>
public sealed class Seal : IDrain
{
    /// <summary>The name under which it runs.</summary>
    public const string Name = "journal";

    private const int EntriesAtOnce = 5_000;

    // A transaction that writes entries lasts for milliseconds; for one that reads a feed, the next run is early enough.
    private const int Looks = 40;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    private readonly BridgeConfiguration _configuration;
    private readonly Anchors _anchors;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<Seal> _log;

    /// <summary>Creates the drain.</summary>
    public Seal(BridgeConfiguration configuration, Anchors anchors, Database database, IClock clock, IAlarm alarm, ILogger<Seal> log)
    {
        _configuration = configuration;
        _anchors = anchors;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <summary>How long after an entry its block is made.</summary>
    public static Duration Behind { get; } = Duration.FromSeconds(1);

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Seal;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        await SealAsync(lease, cancel);
        var now = _clock.GetCurrentInstant();
        if (await _database.ReadAsync(s => _anchors.DueAsync(s, cancel), cancel) is { } due && due <= now)
            await AnchorAsync(lease, cancel);
        await CutAsync(lease, now, cancel);
        return await _database.ReadAsync(s => NextAsync(s, cancel), cancel);
    }

    /// <summary>
    /// Seals what there is and signs the head, where it is not signed yet: what is done when the bridge is stopped, and before a pack is made. Where
    /// another node is at it, that one does.
    /// </summary>
    public async Task FinishAsync(CancellationToken cancel)
    {
        var lease = new Lease(_database, _clock, new DrainKey(Kind, Name).ToString(), $"{NodeName.Own}|{Guid.NewGuid():N}");
        if (!await lease.TakeAsync(cancel))
            return;
        try
        {
            await SealAsync(lease, cancel);
            await AnchorAsync(lease, cancel);
        }
        finally
        {
            await lease.AbandonAsync();
        }
    }

    /// <summary>When there will be something to do; null for never.</summary>
    public async Task<Instant?> NextAsync(Session session, CancellationToken cancel) => await JournalSealStore.IsBehindAsync(session, cancel)
        ? _clock.GetCurrentInstant() + Behind
        : await _anchors.DueAsync(session, cancel);

    private async Task SealAsync(Lease lease, CancellationToken cancel)
    {
        while (await SettledAsync(cancel) is var until && await SealAsync(until, lease, cancel))
        {
            // More may have come in.
        }
    }

    // The number up to which nothing can come any more: whoever had taken one when it was looked for has written by now, or never will.
    private async Task<long> SettledAsync(CancellationToken cancel)
    {
        var last = await _database.ReadAsync(s => JournalSealStore.LastSeqAsync(s, cancel), cancel);
        var writing = await _database.ReadAsync(s => JournalSealStore.WritersAsync(s, cancel), cancel);
        for (var i = 0; writing.Count > 0; i++)
        {
            if (i == Looks)
                return 0;
            await Task.Delay(Look, cancel);
            writing.IntersectWith(await _database.ReadAsync(s => JournalSealStore.WritersAsync(s, cancel), cancel));
        }

        return last;
    }

    private async Task<bool> SealAsync(long until, Lease lease, CancellationToken cancel)
    {
        var any = false;
        while (true)
        {
            var now = _clock.GetCurrentInstant().ToMicroseconds();
            var some = await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    var head = await JournalSealStore.BeginAsync(s, now, cancel);
                    var entries = await JournalStore.AfterAsync(s, head.LastSeq, until, head.Position, EntriesAtOnce, cancel);
                    if (entries.Count > 0)
                        await JournalSealStore.AddAsync(s, JournalBlock.Of(head, entries, now), cancel);
                    return entries.Count;
                },
                cancel);
            any |= some > 0;
            if (some < EntriesAtOnce)
                return any;
        }
    }

    private async Task AnchorAsync(Lease lease, CancellationToken cancel)
    {
        if (await _database.ReadAsync(s => _anchors.MakeAsync(s, cancel), cancel) is not { } anchor)
            return;
        var now = _clock.GetCurrentInstant();
        var told = _configuration.Options.Notifications.Where(n => n.Value.Events.Contains(JournalAnchor.EventName)).Select(n => n.Key).ToList();
        var isNew = await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                if (!await JournalSealStore.AddAnchorAsync(s, anchor, cancel))
                    return false;
                await NotificationStore.AppendAsync(s, told.Select(receiver => Told(receiver, anchor, now)), now.ToMicroseconds(), cancel);
                return true;
            },
            cancel);
        if (!isNew)
            return;
        _log.Anchored(anchor.Block, anchor.Position, anchor.KeyId, anchor.Signature);
        foreach (var receiver in told)
            _alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
    }

    private async Task CutAsync(Lease lease, Instant now, CancellationToken cancel)
    {
        if (_configuration.Options.Journal.KeepDays is not { } days)
            return;
        var before = (now - Duration.FromDays(days)).ToMicroseconds();
        var cut = await _database.ReadAsync(s => JournalSealStore.CutAsync(s, before, cancel), cancel);
        if (cut is not null)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    await JournalSealStore.BeginAtAsync(s, cut, cancel);
                },
                cancel);
            _log.JournalCut(cut.Position, days);
        }

        // What a process that was killed has left over goes as well.
        var beginning = await _database.ReadAsync(s => JournalSealStore.BeginningAsync(s, cancel), cancel);
        var isLeft = beginning.Block > 0;
        while (isLeft)
        {
            isLeft = await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    return await JournalSealStore.DropAsync(s, beginning, EntriesAtOnce, cancel);
                },
                cancel);
        }
    }

    // What it is about is no worker: the block stands where the resource would.
    private static Notification Told(string receiver, StoredAnchor anchor, Instant now) => new(
        ResourceId.New(now), receiver, Source: "",
        new StoredEvent(
            Seq: 0, WorkerId: "", anchor.Block.ToString(System.Globalization.CultureInfo.InvariantCulture), JournalAnchor.EventName, anchor.At, anchor.At,
            RecordSeq: null, BatchId: "", "[]"),
        Attempts: 0);
}
