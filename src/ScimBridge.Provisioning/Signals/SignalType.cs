namespace ScimBridge.Provisioning.Signals;

/// <summary>What a receiver of Shared Signals can be told. Each is one event of RISC 1.0, CAEP 1.0, RFC 9967 or SSF 1.0: see <see cref="SignalEvents"/>.</summary>
public enum SignalType
{
    /// <summary>An account was disabled (RISC 1.0, 2.3).</summary>
    AccountDisabled,

    /// <summary>An account was enabled (RISC 1.0, 2.4).</summary>
    AccountEnabled,

    /// <summary>An account is gone for good (RISC 1.0, 2.2).</summary>
    AccountPurged,

    /// <summary>The address by which others know an account is another one (RISC 1.0, 2.5).</summary>
    IdentifierChanged,

    /// <summary>Whoever holds a session of this subject is to end it (CAEP 1.0, 3.1).</summary>
    SessionRevoked,

    /// <summary>What tokens say of a subject is not true any more (CAEP 1.0, 3.2).</summary>
    TokenClaimsChange,

    /// <summary>A credential came, changed or went (CAEP 1.0, 3.3).</summary>
    CredentialChange,

    /// <summary>A resource was created (RFC 9967, 2.4).</summary>
    ResourceCreated,

    /// <summary>Attributes of a resource changed, by whatever method (RFC 9967, 2.4).</summary>
    ResourceChanged,

    /// <summary>A resource was deleted (RFC 9967, 2.4).</summary>
    ResourceDeleted,

    /// <summary>A resource is active from now on (RFC 9967, 2.4).</summary>
    ResourceActivated,

    /// <summary>A resource is not active from now on (RFC 9967, 2.4).</summary>
    ResourceDeactivated,

    /// <summary>Nothing happened: the stream works (SSF 1.0, 8.1.4.1).</summary>
    Verification,

    /// <summary>The status of the stream itself is another one (SSF 1.0, 8.1.5).</summary>
    StreamUpdated,
}
