using System.Diagnostics;
using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>(account, step, now) -> the account after the step.</summary>
public static class StepEffect
{
    /// <summary>The account after all steps, in their order.</summary>
    public static ServiceAccount Of(ServiceAccount account, IEnumerable<CascadeStep> steps, Instant now)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return steps.Aggregate(account, (a, s) => Of(a, s, now));
    }

    /// <summary>The account after a step.</summary>
    /// <exception cref="InvalidOperationException">The step leads along no edge of <see cref="StateEdges"/>.</exception>
    public static ServiceAccount Of(ServiceAccount account, CascadeStep step, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        return step switch
        {
            CascadeStep.AssignProvisional s => account with
            {
                Accountable = [.. account.Accountable, new Accountable(s.Role, s.PersonId, now) { Basis = AccountableBasis.Provisional }],
            },
            CascadeStep.SetHandover s => account with { Handovers = [.. account.Handovers.Where(h => h.Role != s.Handover.Role), s.Handover] },
            CascadeStep.AskSuccessor s => OfHandover(account, s.Role, h => h with { Asked = s.Successor, AnswerBy = s.AnswerBy }),
            CascadeStep.Accept s => Accepted(account, s, now),
            CascadeStep.MoveOn s => OfHandover(account, s.Role, h => h with { Asked = null, AnswerBy = null, PassedOver = [.. h.PassedOver, s.PersonId] }),
            CascadeStep.EndHandover s => OffOrphanQueue(account, s.Role) with { Handovers = [.. account.Handovers.Where(h => h.Role != s.Role)] },
            CascadeStep.Relieve s => Relieved(account, a => a.Role == s.Role && a.PersonId == s.PersonId, now),
            CascadeStep.GiveBack s => account with
            {
                Accountable = [.. account.Accountable.Where(a => !(a.Role == s.Held.Role && a.PersonId == s.Held.PersonId)), s.Held],
            },
            CascadeStep.SetActing s => account with
            {
                Accountable =
                [
                    .. account.Accountable.Where(a => !(a.Role == s.Role && a.ActingFor == s.For)),
                    new Accountable(s.Role, s.PersonId, now) { Basis = AccountableBasis.Acting, ActingFor = s.For, ExpiresAt = s.Until },
                ],
            },
            CascadeStep.AskReturn s => OfActing(account, s.Role, s.ActingId, a => a with { ReturnBy = s.By, ExpiresAt = null }),
            CascadeStep.ConfirmReturn s => OfActing(account, s.Role, s.ActingId, a => a with { Confirmed = [.. a.Confirmed.Union([s.PersonId])] }),
            CascadeStep.EndActing s => Relieved(account, a => IsActing(a, s.Role, s.PersonId), now),
            // A nearer day that somebody was given stands.
            CascadeStep.Attest s => account with { AttestBy = account.AttestBy is { } by && by < s.By ? by : s.By },
            CascadeStep.Attested => account with { AttestBy = null, AttestedAt = now, BlockedAt = null },
            CascadeStep.RotateCredential s => WithDuty(account, s.Duty),
            CascadeStep.RevokeCredential s => WithDuty(account, s.Duty),
            CascadeStep.Unverifiable s => OfCredential(
                account, s.KeyId, c => c with { State = CredentialState.Unverifiable, Risk = new RiskAcceptance(s.OwnerId, AcceptedAt: null) }),
            CascadeStep.Adopt => Moved(account, AccountUse.InUse, now, StateReason.Adopted) with { AttestedAt = now },
            CascadeStep.Restrict s => Moved(account, AccountUse.Restricted, now, s.Reason),
            CascadeStep.Disable s => Moved(account, AccountUse.Disabled, now, s.Reason) with { ScreamTestUntil = null },
            CascadeStep.ScreamTest s => account with { ScreamTestUntil = s.Until, Orphan = account.Orphan is { } o ? o with { EndedAt = now } : null },
            CascadeStep.ScheduleDeletion s => Moved(account, AccountUse.ScheduledDelete, now, reason: null) with { DeleteAt = s.At },
            CascadeStep.Delete => Moved(account, AccountUse.Deleted, now, reason: null),
            CascadeStep.Undo => Undone(account, now),
            CascadeStep.Escalate s => Escalated(account, s, now),
            CascadeStep.PutOnOrphanQueue s => account with
            {
                // A second role does not wind the clock up again.
                Orphan = account.Orphan is { } orphan
                    ? orphan with { Roles = [.. orphan.Roles.Union([s.Role])] }
                    : new OrphanEntry([s.Role], now) { TriageBy = s.TriageBy, EndBy = s.EndBy },
            },
            CascadeStep.Notify or CascadeStep.PrepareRotation or CascadeStep.BlockCheckOut or CascadeStep.CheckUse or CascadeStep.ListChildren => account,
            _ => throw new UnreachableException($"{step} is no step."),
        };
    }

    private static ServiceAccount Accepted(ServiceAccount account, CascadeStep.Accept step, Instant now)
    {
        var handover = account.HandoverOf(step.Role);
        // What was provisional ends; a co-sponsor who becomes the sponsor is not their own second.
        var without = Relieved(account, a => a.Role == step.Role && (a.Basis == AccountableBasis.Provisional || a.PersonId == step.PersonId), now);
        without = Relieved(without, a => step.Role == AccountableRole.Sponsor && a.Role == AccountableRole.CoSponsor && a.PersonId == step.PersonId, now);
        if (handover is { IsAddition: false })
            without = Relieved(without, a => a.Role == step.Role && a.PersonId == handover.From, now);
        return OffOrphanQueue(without, step.Role) with
        {
            Accountable =
            [
                .. without.Accountable,
                new Accountable(step.Role, step.PersonId, now) { Basis = AccountableBasis.Succession, AcceptedAt = now, IsBySilence = step.BySilence },
            ],
            Handovers = [.. without.Handovers.Where(h => h.Role != step.Role)],
        };
    }

    private static ServiceAccount OffOrphanQueue(ServiceAccount account, AccountableRole role)
    {
        if (account.Orphan is not { } orphan)
            return account;
        List<AccountableRole> left = [.. orphan.Roles.Where(r => r != role)];
        return left.Count > 0 ? account with { Orphan = orphan with { Roles = left } } : account with { Orphan = null, ScreamTestUntil = null };
    }

    // Who was a technical owner may have seen what was never tracked: that they are none any more does not make them forget it.
    private static ServiceAccount Relieved(ServiceAccount account, Func<Accountable, bool> who, Instant now)
    {
        List<Accountable> gone = [.. account.Accountable.Where(who)];
        if (gone.Count == 0)
            return account;
        List<Accountable> owners = [.. gone.Where(a => a is { Role: AccountableRole.TechnicalOwner, Basis: not AccountableBasis.Provisional })];
        return account with
        {
            Accountable = [.. account.Accountable.Where(a => !who(a))],
            Credentials = owners.Count == 0 ? account.Credentials : [.. account.Credentials.Select(c => Remembered(c, owners, now))],
        };
    }

    private static Credential Remembered(Credential credential, List<Accountable> owners, Instant now)
    {
        if (credential.IsTracked || credential.IsSettled)
            return credential;
        var unknown = owners.Where(o => credential.KnownTo.All(k => k.PersonId != o.PersonId)).Select(o => o.PersonId).Distinct();
        return credential with { KnownTo = [.. credential.KnownTo, .. unknown.Select(id => new Knowledge(id, now, Evidence.Assumed))] };
    }

    // One duty for a credential: a nearer deadline takes the place of a farther one, never the other way.
    private static ServiceAccount WithDuty(ServiceAccount account, RotationDuty duty)
    {
        var open = account.Duties.FirstOrDefault(d => d.KeyId == duty.KeyId && d.ClosedAt is null);
        if (open is null)
            return account with { Duties = [.. account.Duties, duty] };
        var nearer = duty.DueAt < open.DueAt
            ? duty with { DisablesWhenLate = duty.DisablesWhenLate || open.DisablesWhenLate }
            : open with { DisablesWhenLate = duty.DisablesWhenLate || open.DisablesWhenLate };
        return account with { Duties = [.. account.Duties.Select(d => d == open ? nearer : d)] };
    }

    private static ServiceAccount Escalated(ServiceAccount account, CascadeStep.Escalate step, Instant now) => step.Subject switch
    {
        EscalationSubject.LateRotation => account with
        {
            Duties = [.. account.Duties.Select(d => d.KeyId == step.KeyId && d.ClosedAt is null ? d with { EscalatedAt = now } : d)],
        },
        EscalationSubject.OrphanTriage when account.Orphan is { } o => account with { Orphan = o with { TriageEscalatedAt = now } },
        EscalationSubject.OrphanEnd when account.Orphan is { } o => account with { Orphan = o with { EndedAt = now } },
        EscalationSubject.Blocked => account with { BlockedAt = now },
        _ => account,
    };

    private static ServiceAccount Moved(ServiceAccount account, AccountUse to, Instant at, StateReason? reason)
    {
        if (!StateEdges.Has(account.Use, to))
            throw new InvalidOperationException($"{account.Use} does not lead to {to}.");
        if (StateEdges.IsFinal(to))
            return account with { Use = to, Changes = [] };
        // What goes on along the way to its end goes on for the reason that it began with.
        return account with { Use = to, Changes = [.. account.Changes, new StateChange(account.Use, to, at, reason ?? account.Changes[^1].Reason)] };
    }

    private static ServiceAccount Undone(ServiceAccount account, Instant now)
    {
        if (account.Changes is not [.., var last])
            throw new InvalidOperationException($"There is nothing to undo: {account.Use}.");
        List<StateChange> before = [.. account.Changes.SkipLast(1)];
        // The time until the next step begins anew: it would be taken again at once.
        if (before is [.., { To: not AccountUse.InUse } open])
            before[^1] = open with { At = now };
        return account with { Use = last.From, Changes = before, BlockedAt = null, DeleteAt = null, ScreamTestUntil = null };
    }

    private static ServiceAccount OfHandover(ServiceAccount account, AccountableRole role, Func<Handover, Handover> change) =>
        account with { Handovers = [.. account.Handovers.Select(h => h.Role == role ? change(h) : h)] };

    private static ServiceAccount OfActing(ServiceAccount account, AccountableRole role, string actingId, Func<Accountable, Accountable> change) =>
        account with { Accountable = [.. account.Accountable.Select(a => IsActing(a, role, actingId) ? change(a) : a)] };

    private static ServiceAccount OfCredential(ServiceAccount account, string keyId, Func<Credential, Credential> change) =>
        account with { Credentials = [.. account.Credentials.Select(c => c.KeyId == keyId ? change(c) : c)] };

    private static bool IsActing(Accountable a, AccountableRole role, string personId) =>
        a.Role == role && a.PersonId == personId && a.Basis == AccountableBasis.Acting;
}
