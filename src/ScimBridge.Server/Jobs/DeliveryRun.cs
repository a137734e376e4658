using System.Threading.Channels;
using NodaTime;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// One run of a delivery: takes marks in hand in order of their lanes, keeps as many calls in flight as the target takes, and writes
/// what comes of them while further calls run. A mark is in hand from being taken to being written, so that the calls of one account
/// follow one another. Whatever waits, who leaves is looked for several times a second and goes first.
/// </summary>
internal sealed class DeliveryRun
{
    // How often it is looked for who leaves, while others wait for their calls.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // Of what is as it should be already, so many marks are read and settled together: a transaction costs more than a comparison.
    private const int MostAtOnce = 1_024;

    private readonly string _target;
    private readonly DeliveryDoor _door;
    private readonly IAlarm _alarm;
    private readonly CallPace? _pace;
    private readonly int _inFlight;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly Lease _lease;
    private readonly DeliveryTally _tally;
    private readonly ILogger _log;
    private readonly DeliveryLoader _loader;
    private readonly DeliveryCaller _caller;
    private readonly Channel<DeliveryResult> _results = Channel.CreateUnbounded<DeliveryResult>();
    // What is to be written: what has needed no call, and calls that are over. Those are not under way any more, so that others start meanwhile.
    private readonly List<DeliveryResult> _unwritten = [];
    private readonly PriorityQueue<DeliveryWork, (Lane Lane, long Order)> _ready = new();
    private readonly HashSet<(string ResourceId, string MemberId)> _inHand = [];
    private readonly HashSet<string> _busyGroups = new(StringComparer.Ordinal);
    private TargetBreaker _breaker;
    private bool _isProbing;
    private int _running;
    private int _over;
    private long _order;
    private int _page;
    private Instant? _pause;
    private Instant? _held;
    private Task _nextLook = Task.CompletedTask;
    private bool _takenAll;
    private volatile bool _stopped;

    public DeliveryRun(
        string name, ITarget target, TargetProfile profile, Database database, IClock clock, Lease lease, DeliveryTally tally, ILogger log,
        TargetBreaker breaker, Instant? held, DeliveryDoor door, ReadBack readBack, IAlarm alarm)
    {
        _alarm = alarm;
        _door = door;
        _breaker = breaker;
        _isProbing = breaker.IsOpen;
        _held = held;
        _pace = target.Pace;
        _target = name;
        _inFlight = target.Capabilities.InFlight;
        _page = CallsAtOnce;
        _database = database;
        _clock = clock;
        _lease = lease;
        _tally = tally;
        _log = log;
        _loader = new DeliveryLoader(name, target.Capabilities, profile);
        _caller = new DeliveryCaller(target, readBack);
    }

    private bool IsOver => _pause is not null || _stopped || (_breaker.IsOpen && !_isProbing);

    // A plan grows old while it waits for its turn: no more are taken in hand than are called soon.
    private int CallsAtOnce => 4 * _inFlight;

    // A target of which is not known whether it is back gets one call. Of the others, those that are over and not written yet do not wait for
    // anything any more, and yet there are not to be many: nobody has looked at what they say of the target.
    private bool HasRoom => _isProbing ? _running + _over < 1 : _running < Room && _running + _over < CallsAtOnce;

    // Where the target is not to be called for everything, only for what is urgent.
    private Lane Last => _held is null ? Lane.Reconcile : Lane.Suspend;

    private int Room => Math.Min(_inFlight, _pace?.Concurrency(_inFlight) ?? _inFlight);

    /// <summary>Runs until nothing is due now, or until the target is not to be called.</summary>
    public async Task<DeliveryEnd> RunAsync(CancellationToken cancel)
    {
        Task<Settled>? settling = null;
        try
        {
            while (true)
            {
                while (_results.Reader.TryRead(out var result))
                {
                    _running--;
                    _over++;
                    _unwritten.Add(result);
                }

                if (!IsOver && !_takenAll && !IsReady() && _inHand.Count < 2 * _page)
                    await TakeAsync(Last, cancel);
                else if (!IsOver && _ready.Count > 0 && _nextLook.IsCompleted)
                    await TakeAsync(Lane.Suspend, cancel);
                while (!IsOver && IsReady() && (HasRoom || IsUncalled(_ready.Peek())))
                    Start(_ready.Dequeue(), cancel);
                if (settling is { IsCompleted: true })
                {
                    Finish(await settling);
                    settling = null;
                }
                else if (settling is null && _unwritten.Count > 0)
                {
                    settling = SettleAsync(cancel);
                }
                else if (settling is null && _running == 0)
                {
                    break;
                }
                else
                {
                    // Something comes: a result, the end of writing some, or the time to look who leaves.
                    if (_nextLook.IsCompleted)
                        _nextLook = Task.Delay(Look, cancel);
                    await (settling is null ? Task.WhenAny(Result(cancel), _nextLook)
                        : _running == 0 ? (Task)settling
                        : Task.WhenAny(settling, Result(cancel), _nextLook));
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
        return new DeliveryEnd(next is { } at ? Microseconds.ToInstant(at) : null, _pause, _held, _breaker);
    }

    private Task Result(CancellationToken cancel) => _results.Reader.WaitToReadAsync(cancel).AsTask();

    private bool IsReady() => _ready.TryPeek(out _, out var first) && first.Lane <= Last;

    private async Task TakeAsync(Lane last, CancellationToken cancel)
    {
        var instant = _clock.GetCurrentInstant();
        var now = instant.ToMicroseconds();
        var verdict = await _database.ReadAsync(
            async s =>
            {
                var items = await DueStore.NextAsync(s, _target, now, _inHand.Count + _page, cancel, last);
                // Members of a group change one call after another.
                items.RemoveAll(i => _inHand.Contains((i.ResourceId, i.MemberId)) || (i.MemberId.Length > 0 && _busyGroups.Contains(i.ResourceId)));
                return await _door.JudgeAsync(s, items.Count == 0 ? [] : Soon(await _loader.LoadAsync(s, items, cancel)), instant, cancel);
            },
            cancel);

        var work = verdict.Work;
        if (last == Last)
        {
            _takenAll = work.Count == 0 && verdict.Held.Count == 0;
            _page = work.TrueForAll(IsUncalled) ? Math.Max(CallsAtOnce, Math.Min(2 * _page, MostAtOnce)) : CallsAtOnce;
        }

        // Before a call that cannot be repeated: that it is going to be made.
        var trying = work.OfType<AccountWork>().Where(w => w.Operation is Operation.Create { FindFirst: false })
            .Select(w => Link.Trying(w.Item.ResourceId)).ToList();
        var joining = work.OfType<MemberWork>().SelectMany(w => w.Add.Keys.Select(m => (w.GroupId, m))).ToList();
        if (trying.Count > 0 || joining.Count > 0 || verdict.Passing.Count > 0 || verdict.Held.Count > 0)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await _lease.HoldAsync(s, cancel);
                    await LinkStore.PutAsync(s, _target, trying, now, cancel);
                    await LinkStore.TryMembersAsync(s, _target, joining, cancel);
                    await DoorStore.PassAsync(s, _target, verdict.Passing, isApproved: false, now, cancel);
                    if (verdict.Held.Count > 0)
                        await DoorStore.HoldAsync(s, _target, verdict.Held, ResourceId.New(instant), verdict.Reasons, now, cancel);
                },
                cancel);
        }

        if (verdict.Held.Count > 0)
            _log.HeldAtDoor(_target, verdict.Held.Count, verdict.Reasons);
        foreach (var piece in work)
        {
            foreach (var item in piece.Items)
                _inHand.Add((item.ResourceId, item.MemberId));
            if (piece is MemberWork members)
                _busyGroups.Add(members.GroupId);
            _ready.Enqueue(piece, (piece.Items.Min(i => i.Lane), _order++));
        }
    }

    private List<DeliveryWork> Soon(List<DeliveryWork> work)
    {
        var calls = 0;
        return work.FindAll(w => IsUncalled(w) || calls++ < CallsAtOnce);
    }

    private static bool IsUncalled(DeliveryWork work) =>
        work is NoWork or UnmappedWork or ProtectedWork or AccountWork { Operation: Operation.Nothing };

    private void Start(DeliveryWork work, CancellationToken cancel)
    {
        if (IsUncalled(work))
        {
            _unwritten.Add(new DeliveryResult(work, new Outcome.Done()));
            return;
        }

        _running++;
        _ = CallAsync(work, cancel);
    }

    private async Task CallAsync(DeliveryWork work, CancellationToken cancel)
    {
        DeliveryResult result;
        try
        {
            CallPace.Urge(work.Items[0].Lane <= Lane.Suspend);
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
        var results = _unwritten.ToList();
        _unwritten.Clear();
        var book = new DeliveryBook(_target, _breaker, _isProbing, _clock.GetCurrentInstant());
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
        _over -= settled.Results.Count(r => !IsUncalled(r.Work));
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
        if (settled.Book.WakesEnforcement)
            _alarm.Wake(new DrainKey(DrainKind.Enforce, _target));
        foreach (var (resource, reason) in settled.Book.Refused)
            _log.Refused(_target, resource, reason);
        if (settled.Book.Pause is { } pause && (_pause is null || pause > _pause))
        {
            _pause = pause;
            _log.TargetPaused(_target, pause, settled.Book.PauseReason);
        }

        if (settled.Book.HeldUntil is { } held)
            _held = _held is { } until ? Instant.Max(until, held) : held;
        Turn(settled.Book.Breaker);
        foreach (var (work, _) in settled.Results.Where(r => r.Outcome.Failure?.Code == Explanation.NotDone))
            _log.NotDone(_target, work.Items[0].ResourceId, work.Items[0].Denied + 1);

        foreach (var work in settled.Results.Select(r => r.Work))
        {
            foreach (var item in work.Items)
                _inHand.Remove((item.ResourceId, item.MemberId));
            if (work is MemberWork members)
                _busyGroups.Remove(members.GroupId);
        }

        _takenAll = false;
    }

    private void Turn(TargetBreaker breaker)
    {
        if (breaker.IsOpen && breaker != _breaker)
        {
            _log.TargetOpened(_target, breaker.ProbeAt, breaker.Reason);
            _isProbing = false;
        }
        else if (_breaker.IsOpen && !breaker.IsOpen)
        {
            _log.TargetClosed(_target, _breaker.OpenedAt);
            _isProbing = false;
        }

        _breaker = breaker;
    }

    private sealed record Settled(List<DeliveryResult> Results, DeliveryBook Book);
}
