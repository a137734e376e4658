namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What receivers of notifications are told of service accounts; in the journal the same words stand for the same things.</summary>
public static class AccountNotice
{
    /// <summary>Somebody is asked to succeed.</summary>
    public const string SuccessionAsked = "serviceAccount.successionAsked";

    /// <summary>When it was last used was looked at, because it is to be disabled.</summary>
    public const string UseChecked = "serviceAccount.useChecked";

    /// <summary>A credential expires soon.</summary>
    public const string CredentialExpiring = "serviceAccount.credentialExpiring";

    /// <summary>Every one.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        SuccessionAsked, "serviceAccount.entrusted", "serviceAccount.handedOver", "serviceAccount.attestationAsked", "serviceAccount.returnAsked",
        "serviceAccount.orphaned", "serviceAccount.escalated", "serviceAccount.rotationDue", "serviceAccount.riskAsked", "serviceAccount.restricted",
        "serviceAccount.disabled", "serviceAccount.screamTest", "serviceAccount.deletionScheduled", "serviceAccount.deleted",
        "serviceAccount.managerChanged", "serviceAccount.childrenListed", UseChecked, CredentialExpiring,
    ];
}
