using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// One step of a cascade: a closed set. What it makes of an account is in <see cref="StepEffect"/>; what it does at a target is the server's.
/// </summary>
public abstract record CascadeStep
{
    private CascadeStep()
    {
    }

    /// <summary>Somebody holds a role while a successor is sought.</summary>
    public sealed record AssignProvisional(AccountableRole Role, string PersonId) : CascadeStep;

    /// <summary>A succession begins, in which nobody is asked yet; or one that is under way goes on on other terms.</summary>
    public sealed record SetHandover(Handover Handover) : CascadeStep;

    /// <summary>Somebody is asked to succeed.</summary>
    public sealed record AskSuccessor(AccountableRole Role, Successor Successor, Instant AnswerBy) : CascadeStep;

    /// <summary>Who was asked has accepted, or is taken to have. It ends what was provisional.</summary>
    public sealed record Accept(AccountableRole Role, string PersonId, bool BySilence = false) : CascadeStep;

    /// <summary>Who was asked is passed over: declined, silent, or unable meanwhile.</summary>
    public sealed record MoveOn(AccountableRole Role, string PersonId) : CascadeStep;

    /// <summary>A succession is none any more, on the orphan queue or before it: the role is held as it should be.</summary>
    public sealed record EndHandover(AccountableRole Role) : CascadeStep;

    /// <summary>Somebody holds a role no longer.</summary>
    public sealed record Relieve(AccountableRole Role, string PersonId) : CascadeStep;

    /// <summary>Somebody holds a role again as they did before what took it from them was taken back.</summary>
    public sealed record GiveBack(Accountable Held) : CascadeStep;

    /// <summary>Somebody stands in for who is away, until then.</summary>
    public sealed record SetActing(AccountableRole Role, string PersonId, string For, Instant Until) : CascadeStep;

    /// <summary>Who was away is back: they and who stood in are to confirm it.</summary>
    public sealed record AskReturn(AccountableRole Role, string ActingId, Instant By) : CascadeStep;

    /// <summary>One of the two has confirmed.</summary>
    public sealed record ConfirmReturn(AccountableRole Role, string ActingId, string PersonId) : CascadeStep;

    /// <summary>Nobody stands in any more.</summary>
    public sealed record EndActing(AccountableRole Role, string PersonId) : CascadeStep;

    /// <summary>Somebody is to confirm that the account is still needed.</summary>
    public sealed record Attest(Instant By) : CascadeStep;

    /// <summary>It is still needed: somebody said so.</summary>
    public sealed record Attested(string PersonId) : CascadeStep;

    /// <summary>People who answer for it are told; nothing else changes.</summary>
    public sealed record Notify(string PersonId, string Reason) : CascadeStep;

    /// <summary>A credential has to be exchanged by a deadline.</summary>
    /// <param name="Duty">The duty.</param>
    /// <param name="Overlap">Whether the old one may work beside the new one until then.</param>
    public sealed record RotateCredential(RotationDuty Duty, bool Overlap) : CascadeStep;

    /// <summary>A credential has to be revoked by a deadline: a person's own, or one of an account that is not to come back.</summary>
    public sealed record RevokeCredential(RotationDuty Duty) : CascadeStep;

    /// <summary>An exchange is prepared, so that it is short when it comes: a second key where the target can hold two.</summary>
    public sealed record PrepareRotation(string KeyId, string PersonId) : CascadeStep;

    /// <summary>A vault hands the credential out to somebody no longer.</summary>
    public sealed record BlockCheckOut(string KeyId, string PersonId) : CascadeStep;

    /// <summary>Nobody can see whether a credential has ended: somebody is to answer for it; the duty group where that is nobody.</summary>
    public sealed record Unverifiable(string KeyId, string? OwnerId) : CascadeStep;

    /// <summary>Its use and its consumers are looked at, before it is disabled.</summary>
    public sealed record CheckUse(StateReason Reason) : CascadeStep;

    /// <summary>Somebody has adopted what was found at a target.</summary>
    public sealed record Adopt : CascadeStep;

    /// <summary>It works, and gets nothing new.</summary>
    public sealed record Restrict(StateReason Reason) : CascadeStep;

    /// <summary>It works no longer.</summary>
    public sealed record Disable(StateReason Reason) : CascadeStep;

    /// <summary>It is out of use for a while, off-peak, to see who screams.</summary>
    public sealed record ScreamTest(Instant From, Instant Until) : CascadeStep;

    /// <summary>It is to be deleted then.</summary>
    public sealed record ScheduleDeletion(Instant At) : CascadeStep;

    /// <summary>It is deleted. There is no way back.</summary>
    public sealed record Delete : CascadeStep;

    /// <summary>The last change of what can be done with it is taken back.</summary>
    public sealed record Undo : CascadeStep;

    /// <summary>What the target deletes with it is listed: it does not bring it back (Entra ID, agent identities of a blueprint).</summary>
    public sealed record ListChildren(IReadOnlyList<string> Children) : CascadeStep;

    /// <summary>Somebody above is told that a deadline has passed.</summary>
    /// <param name="Subject">Of what.</param>
    /// <param name="KeyId">Of which credential; null where it is about none.</param>
    public sealed record Escalate(EscalationSubject Subject, string? KeyId = null) : CascadeStep;

    /// <summary>The chain has found nobody: the duty group answers for the role, and a clock runs.</summary>
    public sealed record PutOnOrphanQueue(AccountableRole Role, Instant TriageBy, Instant EndBy) : CascadeStep;
}
