using NodaTime;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// What streams of Shared Signals are told of credentials that have ended (CAEP 1.0, 3.3): not that a target was asked, but that it is seen to be so.
/// </summary>
internal static class EndedCredentials
{
    /// <summary>The signals of steps that have just been verified.</summary>
    public static List<Signal> Of(IEnumerable<StepSettlement> settlements, Instant now) =>
    [
        .. from s in settlements
           let type = TypeOf(s.Step.Kind)
           // What was not there has not changed.
           where type is not null && s.Change.Progress is { State: StepState.Verified, AcknowledgedAt: not null } && s.Step.Progress.State != StepState.Verified
           select new Signal(SignalType.CredentialChange, "User", s.Step.ResourceId, now, s.Step.Correlation)
           {
               Cause = SignalCause.End, Credential = new CredentialChange(type, "revoke"),
           },
    ];

    // CAEP has words for single kinds of factors; what has ended is all that there were, of whatever kind.
    private static string? TypeOf(AccessKind kind) => kind switch
    {
        AccessKind.Tokens => "token",
        AccessKind.Factors => "factor",
        _ => null,
    };
}
