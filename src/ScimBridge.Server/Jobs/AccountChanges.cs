using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// What decisions about service accounts write: the resources, what is under way, whose matter they are, the duties, the journal, what is due at
/// targets, and what receivers are told. All of it in the transaction of whatever brought it about.
/// </summary>
public sealed class AccountChanges
{
    private static readonly Duration Soon = Duration.FromHours(24);
    private readonly BridgeConfiguration _configuration;
    private readonly Changes _changes;
    private readonly Instant _now;
    private readonly List<ServiceAccountWrite> _writes = [];
    private readonly List<ServiceAccountMark> _marks = [];
    private readonly List<Notification> _told = [];

    /// <summary>Starts an empty set.</summary>
    /// <param name="configuration">The configuration; one with service accounts.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="correlation">What it belongs to, from the HR batch or request on.</param>
    /// <param name="now">When.</param>
    public AccountChanges(BridgeConfiguration configuration, string actor, string correlation, Instant now)
    {
        _configuration = configuration;
        _now = now;
        _changes = new Changes(now, actor, correlation, []);
    }

    /// <summary>Those of the decisions that undo what a rollback takes back (<see cref="Reinstatement"/>).</summary>
    public List<AccountDecision> Reinstated { get; } = [];

    /// <summary>How many accounts become others.</summary>
    public int Count => _writes.Count;

    /// <summary>The receivers that are told something.</summary>
    public IEnumerable<string> Receivers => _told.Select(n => n.Name).Distinct(StringComparer.Ordinal);

    /// <summary>When the first timer of these accounts fires; null for never.</summary>
    public Instant? NextAt => _writes.Min(w => w.NextAt);

    /// <summary>Adds a decision.</summary>
    public void Add(AccountDecision decision) => Add([decision]);

    /// <summary>Adds decisions.</summary>
    public void Add(IEnumerable<AccountDecision> decisions)
    {
        foreach (var (decision, write) in decisions.AsParallel().AsOrdered().Where(d => !d.IsEmpty).Select(d => (d, Shown(d))).ToList())
        {
            var row = decision.Row;
            if (write is not null)
                _changes.Resources.Add(write);
            _changes.Notes.AddRange(decision.Notes);
            _writes.Add(new ServiceAccountWrite(row, decision.After, decision.NextAt) { Target = row.Target, RemoteId = row.RemoteId });
            AddSteps(decision.After, row.Target, decision.Steps);
        }
    }

    /// <summary>Adds an account whose resource the caller writes.</summary>
    public void AddBeside(ServiceAccountWrite write, IReadOnlyList<CascadeStep> steps)
    {
        ArgumentNullException.ThrowIfNull(write);
        _writes.Add(write);
        AddSteps(write.After, write.Target, steps);
    }

    /// <summary>Adds what receivers are told of an account beside its steps.</summary>
    public void Tell(string accountId, string type, JsonObject data)
    {
        foreach (var receiver in _configuration.Options.Notifications.Where(n => n.Value.Events.Contains(type)))
        {
            var happened = new StoredEvent(
                Seq: 0, WorkerId: "", accountId, type, _now.ToMicroseconds(), _now.ToMicroseconds(), RecordSeq: null, _changes.Correlation, data.ToJsonString());
            _told.Add(new Notification(ResourceId.New(_now), receiver.Key, Source: "", happened, Attempts: 0));
        }
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="ConcurrencyException">An account has moved on since it was read.</exception>
    public async Task WriteAsync(Session session, CancellationToken cancel)
    {
        await Commit.WriteAsync(session, _changes, cancel);
        await ServiceAccountStore.SaveAsync(session, _writes, _changes.At, cancel);
        await ServiceAccountTaskStore.MarkAsync(session, _marks, _changes.At, _changes.Correlation, cancel);
        await NotificationStore.AppendAsync(session, _told.Concat(await CloseCasesAsync(session, cancel)), _changes.At, cancel);
    }

    // A leaver whose last secret is gone has nothing left: the case that waited for that is closed.
    private async Task<List<Notification>> CloseCasesAsync(Session session, CancellationToken cancel)
    {
        var settled = _writes.Where(w => w.Before is not null).SelectMany(w => w.After.Credentials
            .Where(c => c.IsSettled && w.Before!.Account.Credentials.Any(b => b.KeyId == c.KeyId && !b.IsSettled)).SelectMany(w.After.Knowers));
        var closed = await RevocationStore.CloseOfAsync(session, settled.ToHashSet(StringComparer.Ordinal), _changes.At, cancel);
        return RevocationEvents.Of(_configuration, await RevocationStore.FindAsync(session, closed, cancel), RevocationNotice.Verified, _now);
    }

    // Null where clients see nothing of it.
    private ResourceWrite? Shown(AccountDecision decision)
    {
        var resource = decision.Row.Resource;
        var before = JsonNode.Parse(resource.Body)!.AsObject();
        var body = ServiceAccountResource.Show(decision.Body ?? before, decision.After, _configuration.Sponsorship!.Policy);
        return JsonNode.DeepEquals(before, body) ? null : ResourceWriter.Update(
            _configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!, resource.Id, resource.Version, before, body, Lane.Change);
    }

    private void AddSteps(ServiceAccount after, string? target, IReadOnlyList<CascadeStep> steps)
    {
        foreach (var step in steps)
        {
            var (kind, data) = CascadeWords.Of(step);
            _changes.Notes.Add(new ChangeNote(kind, after.Id, data.ToJsonString()));
            if (AccountNotice.All.Contains(kind))
                Tell(after.Id, kind, data);
        }

        // Nobody works on what is due at a system that the bridge does not reach: duties run out, and somebody answers by name.
        if (target is null || _configuration.Targets.All(t => t.Name != target))
            return;
        foreach (var (verb, key, lane, at) in steps.SelectMany(s => Due(s, after)))
            _marks.Add(new ServiceAccountMark(target, after.Id, verb, key, lane, at.ToMicroseconds()));
    }

    private IEnumerable<(ServiceAccountVerb Verb, string KeyId, Lane Lane, Instant At)> Due(CascadeStep step, ServiceAccount after) => step switch
    {
        CascadeStep.Disable => [(ServiceAccountVerb.Disable, "", Lane.Revoke, _now)],
        CascadeStep.Undo or CascadeStep.Adopt => after.Use is AccountUse.InUse or AccountUse.Restricted
            ? [(ServiceAccountVerb.Enable, "", Lane.Join, _now)]
            : [(ServiceAccountVerb.Disable, "", Lane.Revoke, _now)],
        CascadeStep.ScreamTest s => [(ServiceAccountVerb.Disable, "", Lane.Change, s.From), (ServiceAccountVerb.Enable, "", Lane.Join, s.Until)],
        CascadeStep.Delete => [(ServiceAccountVerb.Delete, "", Lane.Change, _now)],
        CascadeStep.RotateCredential s => [(ServiceAccountVerb.Rotate, s.Duty.KeyId, Urgency(s.Duty), _now)],
        CascadeStep.RevokeCredential s => [(ServiceAccountVerb.Revoke, s.Duty.KeyId, Urgency(s.Duty), _now)],
        CascadeStep.BlockCheckOut s => [(ServiceAccountVerb.Block, s.KeyId, Lane.Suspend, _now)],
        CascadeStep.CheckUse => [(ServiceAccountVerb.Use, "", Lane.Change, _now)],
        CascadeStep.PutOnOrphanQueue s => [(ServiceAccountVerb.Use, "", Lane.Change, s.EndBy - UseCheck.Before)],
        CascadeStep.PrepareRotation s => [(ServiceAccountVerb.Prepare, s.KeyId, Lane.Change, _now)],
        CascadeStep.AssignProvisional or CascadeStep.Accept or CascadeStep.GiveBack or CascadeStep.Relieve or CascadeStep.SetActing or CascadeStep.EndActing =>
            [(ServiceAccountVerb.Owners, "", Lane.Change, _now)],
        _ => [],
    };

    private Lane Urgency(RotationDuty duty) => duty.DueAt - _now <= Soon ? Lane.Revoke : Lane.Change;
}
