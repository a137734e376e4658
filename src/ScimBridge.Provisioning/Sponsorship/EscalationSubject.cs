namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Of what somebody above is told.</summary>
public enum EscalationSubject
{
    /// <summary>A credential that was not taken out of use in time.</summary>
    LateRotation = 0,

    /// <summary>An orphan at which nobody looked in time.</summary>
    OrphanTriage,

    /// <summary>An orphan whose end state must not come by itself: the duty of the chief information security officer decides.</summary>
    OrphanEnd,

    /// <summary>A return that was not confirmed in time.</summary>
    UnconfirmedReturn,

    /// <summary>An account that would be restricted or disabled, and is exempt or still in use: somebody decides.</summary>
    Blocked,
}
