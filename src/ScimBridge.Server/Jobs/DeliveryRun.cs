using System.Threading.Channels;
using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// One run of a delivery: takes marks in hand in order of their lanes, keeps as many calls in flight as the target takes, and writes
/// what comes of them while further calls run. A mark is in hand from being taken to being written, so that the calls of one account
/// follow one another.
/// </summary>
internal sealed class DeliveryRun
{
    private readonly string _target;
    private readonly int _inFlight;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly Lease _lease;
    private readonly DeliveryTally _tally;
    private readonly ILogger _log;
    private readonly DeliveryLoader _loader;
    private readonly DeliveryCaller _caller;
    private readonly Channel<DeliveryResult> _results = Channel.CreateUnbounded<DeliveryResult>();
    private readonly Queue<DeliveryWork> _ready = new();
    private readonly HashSet<(string ResourceId, string MemberId)> _inHand = [];
    private readonly HashSet<string> _busyGroups = new(StringComparer.Ordinal);
    private int _running;
    private Instant? _pause;
    private bool _takenAll;
    private volatile bool _stopped;

    public DeliveryRun(string name, ITarget target, TargetProfile profile, Database database, IClock clock, Lease lease, DeliveryTally tally, ILogger log)
    {
        _target = name;
        _inFlight = target.Capabilities.InFlight;
        _database = database;
        _clock = clock;
        _lease = lease;
        _tally = tally;
        _log = log;
        _loader = new DeliveryLoader(name, target.Capabilities, profile);
        _caller = new DeliveryCaller(target);
    }

    /// <summary>Runs until nothing is due now, or until the target asks for a pause.</summary>
    public async Task<(Instant? Next, Instant? Pause)> RunAsync(CancellationToken cancel)
    {
        Task<Settled>? settling = null;
        try
        {
            while (true)
            {
                if (_pause is null && !_stopped && !_takenAll && _ready.Count == 0 && _inHand.Count < 8 * _inFlight)
                    await TakeAsync(cancel);
                while (_pause is null && !_stopped && _running < _inFlight && _ready.TryDequeue(out var work))
                    Start(work, cancel);
                if (settling is { IsCompleted: true })
                {
                    Finish(await settling);
                    settling = null;
                }
                else if (settling is null && _results.Reader.TryPeek(out _))
                {
                    settling = SettleAsync(cancel);
                }
                else if (settling is null && _running == 0)
                {
                    break;
                }
                else
                {
                    // Something comes: a result, or the end of writing some.
                    await (settling is null ? Result(cancel) : _running == 0 ? settling : Task.WhenAny(settling, Result(cancel)));
                }
            }
        }
        catch
        {
            // Calls on their way are waited for, so that none of them runs beyond the lease.
            for (; _running > 0; _running--)
                await _results.Reader.ReadAsync(CancellationToken.None);
            throw;
        }

        var next = await _database.ReadAsync(s => DueStore.NextAtAsync(s, _target, cancel), cancel);
        return (next is { } at ? Microseconds.ToInstant(at) : null, _pause);
    }

    private Task Result(CancellationToken cancel) => _results.Reader.WaitToReadAsync(cancel).AsTask();

    private async Task TakeAsync(CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant().ToMicroseconds();
        var work = await _database.ReadAsync(
            async s =>
            {
                var items = await DueStore.NextAsync(s, _target, now, _inHand.Count + (4 * _inFlight), cancel);
                // Members of a group change one call after another.
                items.RemoveAll(i => _inHand.Contains((i.ResourceId, i.MemberId)) || (i.MemberId.Length > 0 && _busyGroups.Contains(i.ResourceId)));
                return items.Count == 0 ? [] : await _loader.LoadAsync(s, items, cancel);
            },
            cancel);

        _takenAll = work.Count == 0;

        // Before a call that cannot be repeated: that it is going to be made.
        var trying = work.OfType<AccountWork>().Where(w => w.Operation is Operation.Create { FindFirst: false })
            .Select(w => Link.Trying(w.Item.ResourceId)).ToList();
        if (trying.Count > 0)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await _lease.HoldAsync(s, cancel);
                    await LinkStore.PutAsync(s, _target, trying, now, cancel);
                },
                cancel);
        }

        foreach (var piece in work)
        {
            foreach (var item in piece.Items)
                _inHand.Add((item.ResourceId, item.MemberId));
            if (piece is MemberWork members)
                _busyGroups.Add(members.GroupId);
            _ready.Enqueue(piece);
        }
    }

    private void Start(DeliveryWork work, CancellationToken cancel)
    {
        _running++;
        if (work is NoWork or UnmappedWork or AccountWork { Operation: Operation.Nothing })
            _results.Writer.TryWrite(new DeliveryResult(work, new Outcome.Done()));
        else
            _ = CallAsync(work, cancel);
    }

    private async Task CallAsync(DeliveryWork work, CancellationToken cancel)
    {
        DeliveryResult result;
        try
        {
            result = await _caller.CallAsync(work, cancel);
        }
        catch (OperationCanceledException)
        {
            result = new DeliveryResult(work, new Outcome.Retry(After: null, "The bridge was stopped."));
        }

        // A target that refuses everybody is called no more, even before that is written.
        _stopped |= result.Outcome is Outcome.Stop;
        await _results.Writer.WriteAsync(result, CancellationToken.None);
    }

    private async Task<Settled> SettleAsync(CancellationToken cancel)
    {
        var results = new List<DeliveryResult>();
        while (_results.Reader.TryRead(out var result))
        {
            _running--;
            results.Add(result);
        }

        var book = new DeliveryBook(_target, _clock.GetCurrentInstant());
        foreach (var result in results)
            book.Enter(result, Random.Shared.NextDouble());
        await _database.WriteAsync(
            async s =>
            {
                await _lease.HoldAsync(s, cancel);
                await book.WriteAsync(s, cancel);
            },
            cancel);
        return new Settled(results, book);
    }

    private void Finish(Settled settled)
    {
        var counts = settled.Book.Counts;
        _tally.Add(_target, c => new DeliveryCounts(
            c.Calls + counts.Calls,
            c.Created + counts.Created,
            c.Updated + counts.Updated,
            c.Disabled + counts.Disabled,
            c.Deleted + counts.Deleted,
            c.Memberships + counts.Memberships,
            c.Retries + counts.Retries,
            c.Failed + counts.Failed));
        foreach (var (resource, reason) in settled.Book.Refused)
            _log.Refused(_target, resource, reason);
        if (settled.Book.Pause is { } pause && (_pause is null || pause > _pause))
        {
            _pause = pause;
            _log.TargetPaused(_target, pause, settled.Book.PauseReason);
        }

        foreach (var work in settled.Results.Select(r => r.Work))
        {
            foreach (var item in work.Items)
                _inHand.Remove((item.ResourceId, item.MemberId));
            if (work is MemberWork members)
                _busyGroups.Remove(members.GroupId);
        }

        _takenAll = false;
    }

    private sealed record Settled(List<DeliveryResult> Results, DeliveryBook Book);
}
