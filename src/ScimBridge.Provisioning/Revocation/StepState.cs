namespace ScimBridge.Provisioning.Revocation;

/// <summary>How far one thing that has to end at one target has come.</summary>
public enum StepState
{
    /// <summary>Wanted, and not yet taken by the target.</summary>
    Requested,

    /// <summary>The target has said that it is done. That is no proof.</summary>
    Acknowledged,

    /// <summary>It was looked at, and there is nothing left.</summary>
    Verified,

    /// <summary>Not done in time, refused, or said to be done and not done. It goes on being tried.</summary>
    Failed,

    /// <summary>Nobody can see from here whether it has ended: somebody answers for it.</summary>
    Unverifiable,
}
