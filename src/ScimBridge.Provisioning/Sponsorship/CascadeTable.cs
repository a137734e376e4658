using NodaTime;
using static ScimBridge.Provisioning.Sponsorship.AccountabilityAction;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// What each event does to each kind of account of each criticality, and why: the cascade's promise, by which <see cref="Cascade"/> goes. It has
/// no hole: an event, a kind or a criticality that is added and stands in no row does not compile. That <see cref="Cascade"/> keeps the promise
/// in every cell is tested; that <see cref="Duties"/> does is shown by cases. <c>CascadeTable.md</c> is made of it.
/// </summary>
public static class CascadeTable
{
#pragma warning disable CS8524 // A number that has no name is none of these: only a name that is missing here is to fail the build.
    /// <summary>What is done.</summary>
    public static CascadeCell Find(CascadeEvent happened, ServiceAccountKind kind, Criticality criticality, SuccessionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var own = policy.Of(criticality);
        var answer = own.AnswerWithin;
        var isCritical = IsCritical(criticality);
        return happened switch
        {
            CascadeEvent.MovedWithinTeam => Cell(
                Attest, policy.AttestMoverWithin, CredentialAction.Nothing, null, "The team goes on answering for it; the person says whether they do."),
            CascadeEvent.Moved => Cell(
                SucceedWhileKept, answer, CredentialAction.RotateAfterTransfer, own.MoverRotateWithin,
                "Nobody takes an account along into another team; what the mover may not know any more is exchanged after the transfer."),
            CascadeEvent.ManagerChanged => Cell(
                Notify, null, CredentialAction.Nothing, null, "Who would be asked next has changed; a succession that is under way keeps its manager."),
            CascadeEvent.LeaveStarted => IsExchangedAtLeave(kind, criticality)
                ? Cell(StandIn, Duration.Zero, CredentialAction.BlockAndRotate, own.RotateWithin,
                    "A password that several people share, and whatever stops the business, is not left with somebody who is away.")
                : Cell(StandIn, Duration.Zero, CredentialAction.BlockCheckOut, null, "Somebody stands in; who is away comes back to what they knew."),
            CascadeEvent.LeaveEnded => Cell(
                ConfirmReturn, policy.ReturnWithin, CredentialAction.Nothing, null, "Both say that the role is back where it was; nothing is given back in silence."),
            CascadeEvent.TerminationScheduled => Cell(
                SucceedBeforeEnd, answer, CredentialAction.Prepare, null, "Notice is the time in which a transfer hurts nobody."),
            CascadeEvent.TerminationCancelled => Cell(
                Withdraw, null, CredentialAction.Nothing, null, "What a successor has accepted stays theirs."),
            CascadeEvent.TerminationEffective => Cell(
                Replace, answer, CredentialAction.Rotate, own.RotateWithin,
                "Authenticators are changed when somebody who knows them leaves (NIST SP 800-53 AC-2k, PS-4b; OWASP NHI1:2025).", IsParent(kind)),
            CascadeEvent.TerminatedForCause => Cell(
                Replace, answer, isCritical ? CredentialAction.RotateOrDisable : CredentialAction.RotateAtOnce, own.ForCauseWithin,
                "No overlap, and no waiting for anybody's consent: an outage is the lesser harm.", IsParent(kind)),
            CascadeEvent.ContractEnding => Cell(
                SucceedOrRestrict, policy.ContractEnding, CredentialAction.Prepare, null, "An account that only an external answers for needs somebody inside before they go."),
            CascadeEvent.ContractEnded => Cell(
                Replace, answer, CredentialAction.Rotate, own.RotateWithin, "As any other end of access.", IsParent(kind)),
            CascadeEvent.Rehired => Cell(
                AccountabilityAction.Nothing, null, CredentialAction.Nothing, null, "Nothing comes back by itself, and no duty is closed by it."),
            CascadeEvent.AccountExpired => AtEnd("Its time was set when it was made (OWASP NHI7:2025, long-lived secrets).", policy),
            CascadeEvent.AccountInactive => AtEnd("What nobody uses, nobody misses; and nobody watches.", policy),
            CascadeEvent.AttestationOverdue => AtEnd("Nobody says that it is needed (CIS 5.5).", policy),
            CascadeEvent.OrphanTriageOverdue => Cell(
                Escalate, policy.OrphanTriage, CredentialAction.Nothing, null, "An orphan waits for a day at most before somebody looks."),
            CascadeEvent.OrphanEndDue => isCritical
                ? Cell(Decide, policy.OrphanEnd, CredentialAction.Nothing, null, "Disabling it unseen could stop the business: an outage from a departed owner's token is no rarity.")
                : Cell(ScreamTest, policy.OrphanEnd, CredentialAction.RevokeWhenDisabled, null, "Whoever needs it is heard within the hour."),
        };
    }

    /// <summary>Whether an outage is grave enough that nobody accepts by silence and two people answer.</summary>
    internal static bool IsCritical(Criticality criticality) => criticality switch
    {
        Criticality.C1 or Criticality.C2 => true,
        Criticality.C3 or Criticality.C4 => false,
    };

    private static bool IsExchangedAtLeave(ServiceAccountKind kind, Criticality criticality) =>
        IsShared(kind) || criticality == Criticality.C1;

    private static bool IsShared(ServiceAccountKind kind) => kind switch
    {
        ServiceAccountKind.SharedAdminAccess => true,
        ServiceAccountKind.ServiceAccount or ServiceAccountKind.AppRegistration or ServiceAccountKind.AgentIdentity
            or ServiceAccountKind.AutomationToken or ServiceAccountKind.SshKey or ServiceAccountKind.Certificate
            or ServiceAccountKind.WebhookSecret or ServiceAccountKind.RobotUser => false,
    };

    // A target deletes what an agent or a robot has made with it, and does not bring it back with it.
    private static bool IsParent(ServiceAccountKind kind) => kind switch
    {
        ServiceAccountKind.AgentIdentity or ServiceAccountKind.RobotUser => true,
        ServiceAccountKind.ServiceAccount or ServiceAccountKind.AppRegistration or ServiceAccountKind.AutomationToken
            or ServiceAccountKind.SharedAdminAccess or ServiceAccountKind.SshKey or ServiceAccountKind.Certificate
            or ServiceAccountKind.WebhookSecret => false,
    };
#pragma warning restore CS8524

    private static CascadeCell AtEnd(string reason, SuccessionPolicy policy) =>
        Cell(RestrictThenDisable, policy.DisableAfter, CredentialAction.RevokeWhenDisabled, null, reason);

    private static CascadeCell Cell(
        AccountabilityAction action, Duration? within, CredentialAction credentials, Duration? rotateWithin, string reason, bool listsChildren = false) =>
        new(action, within, credentials, rotateWithin, listsChildren, reason);
}
