using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// What the decisions of a plan for a date have come to so far: each rests on those before it, and none of them is written. Who left and has come back by the
/// date, whose contract ran out while they were on leave, or who was deleted meanwhile, is then what they will be, and not what one decision on that date
/// would make of them.
/// </summary>
internal sealed class PlannedCourse
{
    private readonly Dictionary<string, PlannedLife> _lives = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);
    private readonly List<ResourceWrite> _made = [];
    private readonly Dictionary<(string Source, string WorkerId), PlannedLife> _byWorker = [];

    /// <summary>The instant of the decisions that are being made.</summary>
    public Instant Now { get; set; }

    /// <summary>Everybody who was decided, by the id of the user.</summary>
    public IReadOnlyDictionary<string, PlannedLife> Lives => _lives;

    /// <summary>The origins of groups that decisions would have made, by id.</summary>
    public IReadOnlyDictionary<string, string> Origins => _origins;

    /// <summary>The groups that decisions would have made, in the order in which they would.</summary>
    public IReadOnlyList<ResourceWrite> Groups => _made;

    /// <summary>The group of an origin that an earlier decision would have made; null where none would.</summary>
    public string? GroupOf(string origin) => _groups.GetValueOrDefault(origin);

    /// <summary>The worker as the decisions so far have left them.</summary>
    public DueWorker Over(DueWorker worker)
    {
        var over = worker;
        if (_lives.TryGetValue(worker.ResourceId, out var life))
        {
            over = over with
            {
                ResourceBody = life.Body, ResourceVersion = life.Version, Access = life.Access, EndedAt = life.EndedAt, DecidedSeq = life.DecidedSeq, DecidedAt = life.DecidedAt,
            };
        }

        return over.ManagerResourceId is { } manager && _lives.TryGetValue(manager, out var managing)
            ? over with { ManagerHasResource = managing.Body is not null }
            : over;
    }

    /// <summary>The memberships as the decisions so far, and time, have left them.</summary>
    /// <param name="ids">Whose.</param>
    /// <param name="stored">Those that there are.</param>
    public List<Membership> Memberships(IReadOnlyCollection<string> ids, IEnumerable<Membership> stored)
    {
        var now = Now.ToMicroseconds();
        var byMember = stored.ToLookup(m => m.MemberId, StringComparer.Ordinal);
        return
        [
            .. ids.SelectMany(id => (IEnumerable<Membership>?)_lives.GetValueOrDefault(id)?.Memberships.Values ?? byMember[id])
                .Select(m => m.Until <= now ? m with { ByHand = false, Until = null } : m).Where(m => m.ByRule || m.ByHand),
        ];
    }

    /// <summary>The suspended memberships as the decisions so far have left them.</summary>
    public List<SuspendedMembership> Suspended(IReadOnlyCollection<string> ids, IEnumerable<SuspendedMembership> stored)
    {
        var byMember = stored.ToLookup(m => m.MemberId, StringComparer.Ordinal);
        return [.. ids.SelectMany(id => (IEnumerable<SuspendedMembership>?)_lives.GetValueOrDefault(id)?.Suspended.Values ?? byMember[id])];
    }

    /// <summary>Whether a worker was decided on the way while their manager was not known; null where they were not decided.</summary>
    public bool? AwaitsManager(string source, string workerId) => _byWorker.GetValueOrDefault((source, workerId))?.AwaitsManager;

    /// <summary>Takes what was decided for so; answers with the groups that it would make.</summary>
    public async Task<List<ResourceWrite>> NoteAsync(Session session, string source, IReadOnlyCollection<DueWorker> due, WorkerDecisions decisions, CancellationToken cancel)
    {
        var changes = decisions.Changes;
        var byId = due.ToDictionary(w => w.ResourceId, StringComparer.Ordinal);
        var byWorker = due.ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        await BeginAsync(session, source, [.. byId.Values.Where(w => !_lives.ContainsKey(w.ResourceId))], cancel);
        foreach (var decided in decisions.Decided)
        {
            var life = _lives[byWorker[decided.WorkerId].ResourceId];
            (life.Access, life.DecidedSeq, life.DecidedAt, life.AwaitsManager) = (decided.Access, decided.Seq, changes.At, decided.AwaitsManager);
            if (decided.Rule is not null)
                life.EndedAt = decided.EndedAt;
        }

        var made = new List<ResourceWrite>();
        foreach (var write in changes.Resources)
        {
            if (byId.ContainsKey(write.Id))
            {
                _lives[write.Id].Become(write.Body, decisions.Intents[write.Id]);
            }
            else if (write.Origin is { } origin && write.ReadVersion == 0)
            {
                (_groups[origin], _origins[write.Id]) = (write.Id, origin);
                made.Add(write);
            }
        }

        foreach (var write in changes.Memberships)
        {
            if (_lives.TryGetValue(write.MemberId, out var life))
                life.Note(write, decisions.Intents.GetValueOrDefault(write.MemberId), changes.At);
        }

        foreach (var (group, member) in changes.SuspensionsOver)
            _lives[member].Suspended.Remove(group);
        foreach (var delete in changes.Deletes.Where(d => byId.ContainsKey(d.Id)))
            _lives[delete.Id].End(decisions.Intents[delete.Id]);
        _made.AddRange(made);
        return made;
    }

    private async Task BeginAsync(Session session, string source, List<DueWorker> some, CancellationToken cancel)
    {
        if (some.Count == 0)
            return;
        var ids = some.ConvertAll(w => w.ResourceId);
        var members = (await MembershipStore.OfMembersAsync(session, ids, cancel)).ToLookup(m => m.MemberId, StringComparer.Ordinal);
        var suspended = (await MembershipStore.SuspendedAsync(session, ids, cancel)).ToLookup(m => m.MemberId, StringComparer.Ordinal);
        foreach (var worker in some)
            _byWorker[(source, worker.WorkerId)] = _lives[worker.ResourceId] = new PlannedLife(source, worker, members[worker.ResourceId], suspended[worker.ResourceId]);
    }
}
