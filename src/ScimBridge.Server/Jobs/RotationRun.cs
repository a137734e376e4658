using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Vaults;
using ScimBridge.Connectors.Webhooks;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Carries out a rotation: adds, hands over, waits, removes, reads back, tries. Each step is written before the next, so that one who is
/// stopped anywhere goes on from there. A secret is in memory from the reply of the target to the vault, and nowhere else.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="vault">The vault; null for none.</param>
/// <param name="consumers">Who is told; null for nobody.</param>
/// <param name="policy">How long the parts may take.</param>
/// <param name="clock">The time.</param>
/// <param name="save">Writes the rotation as it is.</param>
internal sealed class RotationRun(
    IServiceAccountTarget target, IVault? vault, WebhookClient? consumers, RotationPolicy policy, IClock clock, Func<Rotation, CancellationToken, Task> save)
{
    private const string Shown = "GET account";

    /// <summary>Goes on with a rotation as far as it goes now; one that has ended has a result, and is not written yet.</summary>
    public async Task<(Rotation Rotation, TaskEnd End)> RunAsync(Rotation rotation, RotationPlace place, CancellationToken cancel)
    {
        while (true)
        {
            var before = rotation;
            (rotation, var end) = rotation.Stage switch
            {
                RotationStage.Planned => await BeginAsync(rotation, place, cancel),
                RotationStage.Added => await TakeUpAsync(rotation, place, cancel),
                RotationStage.HandedOver => await WaitAsync(rotation, place, cancel),
                RotationStage.SeenInUse => await RemoveAsync(rotation, place, cancel),
                _ => await ProveAsync(rotation, place, cancel),
            };
            if (rotation.Stage == RotationStage.Probed)
                return (rotation, new TaskEnd.Done());
            if (rotation != before)
                await save(rotation, cancel);
            if (end is not null)
                return (rotation, end);
        }
    }

    private async Task<(Rotation, TaskEnd?)> BeginAsync(Rotation rotation, RotationPlace place, CancellationToken cancel)
    {
        var (read, found) = await target.ReadAsync(place.Kind, place.RemoteId, cancel);
        if (read is Outcome.Gone)
            return (rotation with { Way = RotationWay.Remove, Stage = RotationStage.Removed, RemovedAt = Now }, null);
        if (found is null)
            return (rotation, Failed(read));
        if (vault is not null && rotation.OldVersion is null)
        {
            var (looked, entry) = await vault.ReadAsync(place.VaultPath, version: null, cancel);
            if (looked is not (Outcome.Done or Outcome.Gone))
                return (rotation, Failed(looked));
            // What somebody put there without a key id is the old one where there is no other that it could be.
            if (entry is not null && (entry.KeyId ?? (found.Credentials.Count(c => c.Type == rotation.Type) > 1 ? null : rotation.KeyId)) == rotation.KeyId)
                rotation = rotation with { OldVersion = entry.Version };
        }

        if (rotation.Way == RotationWay.Remove || (rotation.Way == RotationWay.Exchange && IsListed(rotation) && found.Credential(rotation.KeyId) is null && rotation.AttemptedAt is null))
            return (rotation with { Way = RotationWay.Remove, Stage = RotationStage.SeenInUse }, null);
        if (vault is null)
            return (rotation, new TaskEnd.Cannot("There is no vault to hand a new secret over in."));
        return rotation.Way == RotationWay.Replace ? await MakeAsync(rotation, place, cancel) : await AddAsync(rotation, place, found, cancel);
    }

    /// <summary>
    /// A new one beside the old one. What was asked for and never arrived is looked for first: if its secret is in the vault it is taken up,
    /// and otherwise nobody knows it, and it goes.
    /// </summary>
    private async Task<(Rotation, TaskEnd?)> AddAsync(Rotation rotation, RotationPlace place, FoundAccount found, CancellationToken cancel)
    {
        foreach (var stray in rotation.StraysAmong(found, target.Capabilities.NamesCredentials))
        {
            var (kept, entry) = await vault!.ReadAsync(place.VaultPath, version: null, cancel);
            if (entry?.KeyId == stray)
                return (rotation with { Stage = RotationStage.HandedOver, NewKeyId = stray, NewVersion = entry.Version, HandedOverAt = Now }, null);
            if (kept is not (Outcome.Done or Outcome.Gone))
                return (rotation, Failed(kept));
            if (await target.RemoveCredentialAsync(place.Kind, place.RemoteId, stray, cancel) is var removed and not Outcome.Done)
                return (rotation, Failed(removed));
        }

        rotation = rotation with { AttemptedAt = Now, KeysBefore = [.. found.Credentials.Select(c => c.KeyId).Except(rotation.StraysAmong(found, target.Capabilities.NamesCredentials))] };
        await save(rotation, cancel);
        var (outcome, added) = await target.AddCredentialAsync(place.Kind, place.RemoteId, rotation.Type, rotation.Mark, notAfter: null, cancel);
        if (added is null)
            return (rotation, Failed(outcome));
        rotation = rotation with { Stage = RotationStage.Added, NewKeyId = added.KeyId };
        await save(rotation, cancel);
        var (written, version) = await vault!.WriteAsync(place.VaultPath, added.KeyId, added.Secret, cancel);
        return written is Outcome.Done ? (HandedOver(rotation, version), null) : (rotation, Failed(written));
    }

    /// <summary>A new one in the place of the old one is made here, and kept before it is set: a lost reply is no loss.</summary>
    private async Task<(Rotation, TaskEnd?)> MakeAsync(Rotation rotation, RotationPlace place, CancellationToken cancel)
    {
        var keyId = rotation.KeyId.Split('@')[0] + "@" + rotation.Id;
        var (outcome, version) = await vault!.WriteAsync(place.VaultPath, keyId, Secret.New(), cancel);
        if (outcome is not Outcome.Done)
            return (rotation, Failed(outcome));
        return (rotation with { Stage = RotationStage.Added, NewKeyId = keyId, NewVersion = version }, null);
    }

    private async Task<(Rotation, TaskEnd?)> TakeUpAsync(Rotation rotation, RotationPlace place, CancellationToken cancel)
    {
        if (vault is null)
            return (rotation, new TaskEnd.Cannot("The vault that holds the new secret is configured no longer."));
        var (outcome, entry) = await vault.ReadAsync(place.VaultPath, rotation.NewVersion, cancel);
        if (outcome is not (Outcome.Done or Outcome.Gone))
            return (rotation, Failed(outcome));
        if (rotation.Way == RotationWay.Replace)
        {
            if (entry is null)
                return (rotation with { Stage = RotationStage.Planned, NewKeyId = null, NewVersion = null }, null);
            var set = await target.ReplaceCredentialAsync(place.Kind, place.RemoteId, rotation.Type, entry.Secret, cancel);
            return set is Outcome.Done
                ? (HandedOver(rotation, entry.Version) with { Stage = RotationStage.Removed, RemovedAt = Now }, null)
                : (rotation, Failed(set));
        }

        if (entry?.KeyId == rotation.NewKeyId)
            return (HandedOver(rotation, entry!.Version), null);
        // Its secret never came to the vault: nobody knows it.
        var removed = await target.RemoveCredentialAsync(place.Kind, place.RemoteId, rotation.NewKeyId!, cancel);
        return removed is Outcome.Done ? (rotation with { Stage = RotationStage.Planned, NewKeyId = null }, null) : (rotation, Failed(removed));
    }

    private async Task<(Rotation, TaskEnd?)> WaitAsync(Rotation rotation, RotationPlace place, CancellationToken cancel)
    {
        var wait = policy.LookEvery;
        if (consumers is not null && rotation.ToldAt is null)
        {
            var told = await consumers.PostAsync(rotation.Id, Message(rotation, place), cancel);
            if (told is Outcome.Done)
                return (rotation with { ToldAt = Now }, null);
            wait = Duration.FromMinutes(1);
        }

        if (rotation.ConfirmedAt is not null)
            return (rotation with { Stage = RotationStage.SeenInUse }, null);
        if (target.Capabilities.ShowsUse.Contains(rotation.Type))
        {
            var (read, found) = await target.ReadAsync(place.Kind, place.RemoteId, cancel);
            if (read is Outcome.Gone)
                return (rotation with { Stage = RotationStage.SeenInUse }, null);
            if (found?.Credential(rotation.NewKeyId!)?.LastUsedAt is { } used)
            {
                // One of several consumers has taken the new one up; who still uses the old one is waited for, as long as both may stand.
                rotation = rotation with { SeenAt = rotation.SeenAt ?? used };
                if (!(found.Credential(rotation.KeyId)?.LastUsedAt > rotation.SeenAt))
                    return (rotation with { Stage = RotationStage.SeenInUse }, null);
            }
        }

        if (Now >= rotation.OverlapUntil)
            return (rotation with { Stage = RotationStage.SeenInUse }, null);
        var left = rotation.OverlapUntil - Now;
        return (rotation, new TaskEnd.Later("The new credential is in the vault, and not yet seen in use.", Duration.Min(wait, left)));
    }

    private async Task<(Rotation, TaskEnd?)> RemoveAsync(Rotation rotation, RotationPlace place, CancellationToken cancel)
    {
        var removed = await target.RemoveCredentialAsync(place.Kind, place.RemoteId, rotation.KeyId, cancel);
        return removed is Outcome.Done or Outcome.Gone
            ? (rotation with { Stage = RotationStage.Removed, RemovedAt = Now }, null)
            : (rotation, Failed(removed));
    }

    /// <summary>What the target says is no proof: it is read again, and the old one is tried where that can be.</summary>
    private async Task<(Rotation, TaskEnd?)> ProveAsync(Rotation rotation, RotationPlace place, CancellationToken cancel)
    {
        if (IsListed(rotation))
        {
            var (read, found) = await target.ReadAsync(place.Kind, place.RemoteId, cancel);
            if (read is not Outcome.Gone && found is null)
                return (rotation, Failed(read));
            if (found?.Credential(rotation.KeyId) is not null)
            {
                return (rotation with { Stage = RotationStage.SeenInUse, RemovedAt = null },
                    new TaskEnd.Later("The target says that the old credential is gone, and shows it."));
            }

            rotation = rotation with { ReadBack = found is null ? $"{Shown}: there is no such account" : $"{Shown}: the key is not shown" };
        }

        if (target.Capabilities.Probes.Contains(rotation.Type) && rotation.OldVersion is { } version && vault is not null)
        {
            var (probe, end) = await ProbeAsync(rotation, place, version, cancel);
            if (end is not null)
                return (rotation, end);
            rotation = rotation with { Probe = probe };
        }

        var isSeen = rotation.ReadBack is not null || rotation.Probe is not null;
        return (rotation with
        {
            Stage = RotationStage.Probed,
            EndedAt = Now,
            Result = !isSeen ? CredentialState.Unverifiable : rotation.Way == RotationWay.Remove ? CredentialState.RevokedVerified : CredentialState.RotatedVerified,
        }, null);
    }

    private async Task<(string? Probe, TaskEnd? End)> ProbeAsync(Rotation rotation, RotationPlace place, int version, CancellationToken cancel)
    {
        var (kept, old) = await vault!.ReadAsync(place.VaultPath, version, cancel);
        if (old is null)
            return kept is Outcome.Gone ? (null, null) : (null, Failed(kept));
        var (tried, answer) = await target.ProbeAsync(place.Kind, place.RemoteId, rotation.Type, old.Secret, cancel);
        // Of an account that is gone, that it is gone is the proof.
        if (tried is Outcome.Gone)
            return (null, null);
        if (answer is null)
            return (null, Failed(tried));
        if (answer == ProbeAnswer.Accepted)
            return (null, new TaskEnd.Later("The old credential was tried, and is still taken."));
        if (rotation.NewVersion is not { } next)
            return ("the old one: refused", null);
        // Where the new one is refused too, a refusal says nothing.
        var (_, present) = await vault.ReadAsync(place.VaultPath, next, cancel);
        if (present is null)
            return ("the old one: refused", null);
        var (control, good) = await target.ProbeAsync(place.Kind, place.RemoteId, rotation.Type, present.Secret, cancel);
        if (good is null)
            return (null, Failed(control));
        return good == ProbeAnswer.Accepted
            ? ("the old one: refused, the new one: taken", null)
            : (null, new TaskEnd.Later("The old credential is refused, and so is the new one: that proves nothing."));
    }

    private byte[] Message(Rotation rotation, RotationPlace place) => System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["action"] = "rotate",
        ["rotation"] = rotation.Id,
        ["subject"] = rotation.AccountId,
        ["target"] = rotation.Target,
        ["credRef"] = new JsonObject { ["path"] = place.VaultPath, ["version"] = rotation.NewVersion, ["keyId"] = rotation.NewKeyId },
        ["deadline"] = InstantPattern.ExtendedIso.Format(rotation.OverlapUntil),
        ["callback"] = place.Callback,
    }.ToJsonString());

    private Rotation HandedOver(Rotation rotation, int version) =>
        rotation with { Stage = RotationStage.HandedOver, NewVersion = version, HandedOverAt = rotation.HandedOverAt ?? Now };

    private bool IsListed(Rotation rotation) => target.Capabilities.Lists.Contains(rotation.Type);

    private Instant Now => clock.GetCurrentInstant();

    internal static TaskEnd Failed(Outcome outcome) => outcome switch
    {
        Outcome.Retry retry => new TaskEnd.Later(retry.Reason, retry.After is { } after ? Duration.FromTimeSpan(after) : null),
        Outcome.Stop stop => new TaskEnd.Later(stop.Reason, Duration.FromMinutes(5)),
        Outcome.Rejected rejected => new TaskEnd.Later(rejected.Reason, Duration.FromMinutes(30)),
        Outcome.Gone => new TaskEnd.Later("The target does not show the account."),
        _ => new TaskEnd.Later($"The connector answered {outcome.GetType().Name}, which means nothing here."),
    };
}
