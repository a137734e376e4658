using NodaTime;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What a leave does to the account.</summary>
public enum LeaveAction
{
    /// <summary>The account stays usable.</summary>
    Keep = 0,

    /// <summary>The account is suspended until the return.</summary>
    Suspend = 1,
}

/// <summary>The organisation's choices about joiners and leaves.</summary>
/// <param name="Preparation">How long before the first working day an account is prepared, disabled.</param>
/// <param name="Leave">What a leave does to the account.</param>
public sealed record LifecyclePolicy(Duration Preparation, LeaveAction Leave);
