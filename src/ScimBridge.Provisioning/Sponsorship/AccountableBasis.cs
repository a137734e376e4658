namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Why a person answers for an account.</summary>
public enum AccountableBasis
{
    /// <summary>Named by those who run the account.</summary>
    Assigned = 0,

    /// <summary>Asked to succeed, and accepted.</summary>
    Succession,

    /// <summary>Holds it while a successor is sought: may disable, may not make credentials. Nobody has to accept that.</summary>
    Provisional,

    /// <summary>Stands in for somebody who is away.</summary>
    Acting,
}
