using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Does at a target what is due of service accounts there, one after another, and sees that it is so. What is due is a mark that says "look":
/// the truth is read when it runs.
/// </summary>
public sealed class Rotate : IDrain
{
    private const string Actor = "system:rotate";
    private const int AtOnce = 50;
    private static readonly Duration Longest = Duration.FromHours(1);
    private readonly BridgeConfiguration _configuration;
    private readonly TargetConnections _connections;
    private readonly VaultConnection _vault;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<Rotate> _log;

    /// <summary>Creates the drain.</summary>
    public Rotate(
        BridgeConfiguration configuration, TargetConnections connections, VaultConnection vault, Database database, IClock clock, IAlarm alarm, ILogger<Rotate> log)
    {
        _configuration = configuration;
        _connections = connections;
        _vault = vault;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Rotate;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        // Without service accounts in the configuration, what is due of those that there were rests.
        if (_configuration.Sponsorship is null || _configuration.Targets.FirstOrDefault(t => t.Name == name) is not { } configured)
            return null;
        while (true)
        {
            var now = _clock.GetCurrentInstant();
            var (tasks, rows, isObserved) = await _database.ReadAsync(
                async s =>
                {
                    var due = await ServiceAccountTaskStore.DueAsync(s, name, now.ToMicroseconds(), AtOnce, cancel);
                    var found = await ServiceAccountStore.LoadAsync(s, [.. due.Select(t => t.ResourceId).Distinct(StringComparer.Ordinal)], cancel);
                    var state = await TargetStore.FindAsync(s, name, cancel);
                    return (due, found.ToDictionary(r => r.Account.Id, StringComparer.Ordinal), configured.Settings.ModeWhere(state.EnforcedAt is not null) == TargetMode.Observe);
                },
                cancel);
            if (tasks.Count == 0)
                break;
            foreach (var task in tasks)
                await DoAsync(configured, isObserved, task, rows.GetValueOrDefault(task.ResourceId), lease, cancel);
        }

        var next = await _database.ReadAsync(s => ServiceAccountTaskStore.NextAtAsync(s, name, cancel), cancel);
        return next is { } at ? Microseconds.ToInstant(at) : null;
    }

    private async Task DoAsync(ConfiguredTarget configured, bool isObserved, ServiceAccountTask task, ServiceAccountRow? row, Lease lease, CancellationToken cancel)
    {
        Rotation? ended = null;
        TaskEnd end;
        try
        {
            // Who must be shut out goes before all else.
            CallPace.Urge(task.Lane == Lane.Revoke);
            (ended, end) = row?.RemoteId is not { } remoteId || row.Target != configured.Name || configured.Settings.Protect.Ids.Contains(remoteId)
                ? (null, new TaskEnd.Done())
                : isObserved
                    ? (null, new TaskEnd.Later("The target is observed only: nothing is written there.", Longest))
                    : await WorkAsync(configured, task, row.Account, remoteId, lease, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or LeaseLostException or ConcurrencyException))
        {
            _log.ServiceAccountFailed(e, configured.Name, task.ResourceId);
            end = new TaskEnd.Later($"The connector failed with {e.GetType().Name}.");
        }

        await SettleAsync(configured, task, ended, end, lease, cancel);
    }

    private async Task<(Rotation? Ended, TaskEnd End)> WorkAsync(
        ConfiguredTarget configured, ServiceAccountTask task, ServiceAccount account, string remoteId, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var target = _connections[configured.Name].ServiceAccounts;
        switch (task.Verb)
        {
            case ServiceAccountVerb.Rotate or ServiceAccountVerb.Revoke:
                return await RotateAsync(configured, target, task, account, remoteId, lease, cancel);
            // Somebody has been found for it, or has confirmed it: it is not to be disabled any more.
            case ServiceAccountVerb.Use when account.Orphan is null && UseCheck.DeadlineOf(account, _configuration.Sponsorship!.Policy) is null:
                return (null, new TaskEnd.Done());
            case ServiceAccountVerb.Block:
                return (null, new TaskEnd.Cannot("The vault hands secrets out to whom its own policies let: take the person out of them."));
            case ServiceAccountVerb.Prepare:
                return (null, await PrepareAsync(configured, target, account, task.KeyId, remoteId, cancel));
            case var verb:
                if (target is null)
                    return (null, new TaskEnd.Cannot("Nothing is configured of the target's service accounts."));
                var people = await _database.ReadAsync(s => RemoteIdsAsync(s, configured.Name, account, cancel), cancel);
                Task<HashSet<string>> Departed(IReadOnlyCollection<string> ids) =>
                    _database.ReadAsync(s => DiscoveryStore.DepartedAsync(s, configured.Name, ids, cancel), cancel);
                return (null, await new AccountEnforcement(target, people, Departed, now).DoAsync(verb, account, remoteId, cancel));
        }
    }

    /// <summary>People who answer for an account, or did, as far as the target has accounts of theirs.</summary>
    private static async Task<Dictionary<string, string>> RemoteIdsAsync(Session session, string target, ServiceAccount account, CancellationToken cancel)
    {
        var ids = account.Accountable.Select(a => a.PersonId).Concat(account.Duties.Select(d => d.PersonId).OfType<string>()).Concat(account.Credentials.SelectMany(account.Knowers))
            .Concat(account.CreatedBy is { } by ? [by] : []).Distinct(StringComparer.Ordinal).ToList();
        var links = await LinkStore.FindAsync(session, target, ids, cancel);
        return links.Where(l => l.Value.RemoteId is not null).ToDictionary(l => l.Key, l => l.Value.RemoteId!, StringComparer.Ordinal);
    }

    private async Task<(Rotation? Ended, TaskEnd End)> RotateAsync(
        ConfiguredTarget configured, IServiceAccountTarget? target, ServiceAccountTask task, ServiceAccount account, string remoteId, Lease lease, CancellationToken cancel)
    {
        var credential = account.Credentials.FirstOrDefault(c => c.KeyId == task.KeyId);
        var duty = account.Duties.FirstOrDefault(d => d.KeyId == task.KeyId && d.ClosedAt is null);
        var rotation = await _database.ReadAsync(s => RotationStore.OpenAsync(s, account.Id, task.KeyId, cancel), cancel);
        // One that was begun is brought to its end: there may be two good ones.
        if (rotation is null && (credential is null or { IsSettled: true } || duty is null))
            return (null, new TaskEnd.Done());
        if (target is null)
            return (null, Without(account, duty, canDisable: false, "Nothing is configured of the target's service accounts."));
        if (rotation is null)
        {
            var (type, unread) = await TypeOfAsync(target, account, task.KeyId, remoteId, cancel);
            if (unread is not null)
                return (null, unread);
            var exchanges = task.Verb == ServiceAccountVerb.Rotate && !credential!.IsPersonal;
            if (type is not { } known || WayOf(target.Capabilities, known, exchanges) is not { } way)
                return (null, Without(account, duty, target.Capabilities.Disables.Contains(account.Kind), $"The target cannot take {(type is null ? "this credential" : $"a {type}")} out of use."));
            var now = _clock.GetCurrentInstant();
            rotation = new Rotation(ResourceId.New(now), configured.Name, account.Id, task.KeyId, known, way, now)
            {
                OverlapUntil = _configuration.Options.Rotation.ToPolicy().OverlapUntil(now, duty?.DueAt), Correlation = task.Correlation,
            };
        }

        var options = _configuration.Options.Rotation;
        var place = new RotationPlace(
            account.Kind, remoteId, options.Filled(configured.Name, remoteId, account.Id),
            _configuration.Options.Server.PublicUrl is { } url ? $"{url.TrimEnd('/')}/rotations/v1/{rotation.Id}/confirmation" : null);
        var run = new RotationRun(target, _vault.Vault, _vault.Consumers, options.ToPolicy(), _clock, (r, stop) => SaveAsync(r, lease, stop));
        var (result, end) = await run.RunAsync(rotation, place, cancel);
        if (end is TaskEnd.Cannot cannot)
            return (null, Without(account, duty, target.Capabilities.Disables.Contains(account.Kind), cannot.Reason));
        return (result.Stage == RotationStage.Probed ? result : null, end);
    }

    private Task SaveAsync(Rotation rotation, Lease lease, CancellationToken cancel) => _database.WriteAsync(
        async s =>
        {
            await lease.HoldAsync(s, cancel);
            await RotationStore.SaveAsync(s, rotation, cancel);
        },
        cancel);

    /// <summary>What the target says of the credential's type; what it does not list, only the one who wrote it into the inventory knows.</summary>
    private async Task<(CredentialType? Type, TaskEnd? Unread)> TypeOfAsync(
        IServiceAccountTarget target, ServiceAccount account, string keyId, string remoteId, CancellationToken cancel)
    {
        var (outcome, found) = await target.ReadAsync(account.Kind, remoteId, cancel);
        if (found?.Credential(keyId) is { } shown)
            return (shown.Type, null);
        if (outcome is not (Provisioning.Delivery.Outcome.Done or Provisioning.Delivery.Outcome.Gone))
            return (null, RotationRun.Failed(outcome));
        var rows = await _database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [account.Id], cancel), cancel);
        var element = (JsonNode.Parse(rows[0].Resource.Body)!["credentials"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(c => (string?)c["value"] == keyId);
        return (Enum.TryParse<CredentialType>((string?)element?["type"], ignoreCase: true, out var type) ? type : null, null);
    }

    private static RotationWay? WayOf(ServiceAccountCapabilities capabilities, CredentialType type, bool exchanges) => (exchanges, capabilities.RetirementOf(type)) switch
    {
        (true, Retirement.Rotate) => RotationWay.Exchange,
        (_, not Retirement.None) when capabilities.Replaces.Contains(type) => RotationWay.Replace,
        (_, not Retirement.None) when capabilities.Removes.Contains(type) => RotationWay.Remove,
        _ => null,
    };

    /// <summary>What cannot be taken out of use: the account is disabled at the deadline where that is decided and can be, and otherwise somebody answers for it.</summary>
    private static TaskEnd Without(ServiceAccount account, RotationDuty? duty, bool canDisable, string reason) =>
        duty is { DisablesWhenLate: true } && canDisable && account.Exemption is null ? new TaskEnd.Later(reason + " The account is disabled at the deadline.", Longest) : new TaskEnd.Cannot(reason);

    private async Task<TaskEnd> PrepareAsync(
        ConfiguredTarget configured, IServiceAccountTarget? target, ServiceAccount account, string keyId, string remoteId, CancellationToken cancel)
    {
        if (target is null)
            return new TaskEnd.Cannot("Nothing is configured of the target's service accounts.");
        if (_vault.Vault is not { } vault)
            return new TaskEnd.Cannot("There is no vault to hand a new secret over in.");
        var (type, unread) = await TypeOfAsync(target, account, keyId, remoteId, cancel);
        if (unread is not null)
            return unread;
        if (type is not { } known || WayOf(target.Capabilities, known, exchanges: true) is not (RotationWay.Exchange or RotationWay.Replace))
            return new TaskEnd.Cannot("The target cannot exchange this credential.");
        var (outcome, _) = await vault.ReadAsync(_configuration.Options.Rotation.Filled(configured.Name, remoteId, account.Id), version: null, cancel);
        return outcome is Provisioning.Delivery.Outcome.Done or Provisioning.Delivery.Outcome.Gone
            ? new TaskEnd.Done("serviceAccount.rotationPrepared", "the target and the vault can be reached")
            : RotationRun.Failed(outcome);
    }

    private async Task SettleAsync(ConfiguredTarget configured, ServiceAccountTask task, Rotation? ended, TaskEnd end, Lease lease, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var changes = await _database.WriteAsync(s => SettleAsync(s, configured, task, ended, end, lease, cancel), cancel);
                foreach (var receiver in changes?.Receivers ?? [])
                    _alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
                if (changes is not null)
                    _alarm.Wake(new DrainKey(DrainKind.Cascade, CascadeDue.Name));
                break;
            }
            catch (ConcurrencyException)
            {
                // Somebody else wrote the resource between our reading and our writing: what was seen stays true.
                _log.DecidingAgain(configured.Name);
            }
        }

        if (ended is { Result: CredentialState.RotatedVerified or CredentialState.RevokedVerified, OldVersion: { } version } && _vault.Vault is { } vault)
        {
            var row = await _database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [task.ResourceId], cancel), cancel);
            // What is worth nothing any more need not lie about; where it cannot be forgotten now, it is worth nothing all the same.
            if (row is [{ RemoteId: { } remoteId }])
                await vault.ForgetAsync(_configuration.Options.Rotation.Filled(configured.Name, remoteId, task.ResourceId), version, cancel);
        }
    }

    private async Task<AccountChanges?> SettleAsync(
        Session session, ConfiguredTarget configured, ServiceAccountTask task, Rotation? ended, TaskEnd end, Lease lease, CancellationToken cancel)
    {
        await lease.HoldAsync(session, cancel);
        var now = _clock.GetCurrentInstant();
        var rows = await ServiceAccountStore.HoldAsync(session, [task.ResourceId], cancel);
        if (rows is not [var row])
            return null;
        var decision = ended is not null ? OfRotation(row, ended, now) : OfTask(row, task, end, now);
        AccountChanges? changes = null;
        if (decision is not null)
        {
            changes = new AccountChanges(_configuration, Actor, task.Correlation, now);
            changes.Add(decision);
            if (end is TaskEnd.Looked)
                changes.Tell(decision.After.Id, AccountNotice.UseChecked, JsonNode.Parse(decision.Notes[0].Data)!.AsObject());
            await changes.WriteAsync(session, cancel);
        }

        if (ended is not null)
            await RotationStore.SaveAsync(session, ended, cancel);
        if (end is TaskEnd.Later later)
        {
            var wait = later.After ?? Duration.Min(Duration.FromSeconds(15 * Math.Pow(2, Math.Min(task.Attempts, 10))), Longest);
            await ServiceAccountTaskStore.FailedAsync(session, configured.Name, [(task, (now + Duration.Max(wait, Duration.FromSeconds(1))).ToMicroseconds(), later.Reason)], cancel);
        }
        else if (end is TaskEnd.Looked && UseCheck.NextAt(decision!.After, _configuration.Sponsorship!.Policy, now) is { } next)
        {
            // Once more shortly before the deadline.
            await ServiceAccountTaskStore.DoneAsync(session, configured.Name, [task], cancel);
            await ServiceAccountTaskStore.MarkAsync(
                session, [new(configured.Name, task.ResourceId, task.Verb, task.KeyId, task.Lane, next.ToMicroseconds())], now.ToMicroseconds(), task.Correlation, cancel);
        }
        else if (end is TaskEnd.Cannot cannot)
        {
            await ServiceAccountTaskStore.FailedAsync(session, configured.Name, [(task, null, cannot.Reason)], cancel);
        }
        else
        {
            await ServiceAccountTaskStore.DoneAsync(session, configured.Name, [task], cancel);
        }

        return changes;
    }

    /// <summary>What was seen of a credential closes its duty; what takes its place is known to the vault alone.</summary>
    private static AccountDecision OfRotation(ServiceAccountRow row, Rotation ended, Instant now)
    {
        var after = row.Account;
        IReadOnlyList<CascadeStep> steps = [];
        if (ended.Result == CredentialState.Unverifiable)
        {
            steps = [new CascadeStep.Unverifiable(ended.KeyId, SponsorOf(after))];
            after = StepEffect.Of(after, steps, now);
        }
        else
        {
            after = RotationProof.Seen(after, ended.KeyId, ended.Result!.Value, now);
        }

        var body = JsonNode.Parse(row.Resource.Body)!.AsObject();
        if (ended is { NewKeyId: { } keyId, Way: not RotationWay.Remove } && after.Credentials.All(c => c.KeyId != keyId))
        {
            var old = after.Credentials.FirstOrDefault(c => c.KeyId == ended.KeyId);
            after = after with { Credentials = [.. after.Credentials, new Credential(keyId) { Retirement = old?.Retirement ?? Retirement.Rotate, IsTracked = true }] };
            if (body["credentials"] is not JsonArray credentials)
                body["credentials"] = credentials = [];
            credentials.Add(new JsonObject { ["value"] = keyId, ["type"] = Words.Of(ended.Type), ["createdAt"] = InstantPattern.ExtendedIso.Format(ended.HandedOverAt ?? now) });
            body["lastRotatedAt"] = InstantPattern.ExtendedIso.Format(now);
        }

        var data = new JsonObject
        {
            ["rotation"] = ended.Id, ["target"] = ended.Target, ["credential"] = ended.KeyId, ["newCredential"] = ended.NewKeyId, ["way"] = Words.Of(ended.Way),
            ["result"] = Words.Of(ended.Result!.Value), ["readBack"] = ended.ReadBack, ["probe"] = ended.Probe, ["seenInUse"] = ended.SeenAt is not null,
            ["confirmed"] = ended.ConfirmedAt is not null,
        };
        return new AccountDecision(row, after, steps, now) { Body = body, Notes = [new ChangeNote("serviceAccount.credentialSeen", after.Id, data.ToJsonString())] };
    }

    private AccountDecision? OfTask(ServiceAccountRow row, ServiceAccountTask task, TaskEnd end, Instant now)
    {
        switch (end)
        {
            case TaskEnd.Looked looked:
                var seen = new JsonObject
                {
                    ["target"] = row.Target, ["lastUsedAt"] = looked.LastUsedAt is { } at ? InstantPattern.ExtendedIso.Format(at) : null, ["readBack"] = looked.Seen,
                    ["deadline"] = UseCheck.DeadlineOf(row.Account, _configuration.Sponsorship!.Policy) is { } by ? InstantPattern.ExtendedIso.Format(by) : null,
                };
                return new AccountDecision(row, UseCheck.Seen(row.Account, looked.LastUsedAt), [], row.NextAt)
                {
                    Notes = [new ChangeNote(AccountNotice.UseChecked, row.Account.Id, seen.ToJsonString())],
                };
            case TaskEnd.Done { Kind: { } kind, Seen: var shown }:
                return new AccountDecision(row, row.Account, [], row.NextAt)
                {
                    Notes = [new ChangeNote(kind, row.Account.Id, new JsonObject { ["target"] = row.Target, ["readBack"] = shown }.ToJsonString())],
                };
            case TaskEnd.Cannot cannot:
                var credential = row.Account.Credentials.FirstOrDefault(c => c.KeyId == task.KeyId);
                var isOpen = task.Verb is ServiceAccountVerb.Rotate or ServiceAccountVerb.Revoke && credential is { IsSettled: false, Risk: null };
                IReadOnlyList<CascadeStep> steps = isOpen ? [new CascadeStep.Unverifiable(task.KeyId, SponsorOf(row.Account))] : [];
                var note = new ChangeNote("serviceAccount.notDoneAtTarget", row.Account.Id, new JsonObject
                {
                    ["target"] = row.Target, ["verb"] = Words.Of(task.Verb), ["credential"] = task.KeyId.Length == 0 ? null : task.KeyId, ["reason"] = cannot.Reason,
                }.ToJsonString());
                return new AccountDecision(row, StepEffect.Of(row.Account, steps, now), steps, steps.Count > 0 ? now : row.NextAt) { Notes = [note] };
            default:
                return null;
        }
    }

    private static string? SponsorOf(ServiceAccount account) =>
        account.Accountable.Where(a => a.Role == AccountableRole.Sponsor).OrderByDescending(a => a.IsSettled).FirstOrDefault()?.PersonId;
}
