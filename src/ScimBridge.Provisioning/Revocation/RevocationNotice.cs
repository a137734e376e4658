namespace ScimBridge.Provisioning.Revocation;

/// <summary>What others are told of the end of access, by its name on the wire.</summary>
public static class RevocationNotice
{
    /// <summary>Everything has been shown to have ended, or somebody answers for it.</summary>
    public const string Verified = "worker.revocationVerified";

    /// <summary>The time is over, and not everything has been shown to have ended.</summary>
    public const string Late = "worker.revocationLate";

    /// <summary>What was shown to have ended is there again.</summary>
    public const string Reopened = "worker.accessReopened";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Verified, Late, Reopened];
}
