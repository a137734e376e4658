using NodaTime;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What another policy would do at once to somebody about whom nothing else changes.</summary>
[Flags]
public enum PolicyEffect
{
    /// <summary>Nothing that anybody would notice.</summary>
    None = 0,

    /// <summary>The account may be used no longer.</summary>
    Disables = 1,

    /// <summary>Memberships that policy grants now are withheld.</summary>
    Suspends = 2,

    /// <summary>The account is deleted sooner, or is to be deleted at all.</summary>
    Deletes = 4,

    /// <summary>The account may be used that may not be now.</summary>
    Enables = 8,

    /// <summary>Memberships are granted that policy withholds now.</summary>
    Restores = 16,
}

/// <summary>Compares what two policies make of the same worker.</summary>
public static class PolicyEffects
{
    /// <summary>What the second decision does that the first did not.</summary>
    /// <param name="before">By the policy in force.</param>
    /// <param name="after">By the other.</param>
    /// <param name="classes">The classes of memberships that there are: what nobody can have nobody loses.</param>
    /// <param name="at">The instant of both.</param>
    public static PolicyEffect Of(Intent before, Intent after, Memberships classes, Instant at)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return (before.Active && !after.Active ? PolicyEffect.Disables : PolicyEffect.None)
            | ((before.Memberships & ~after.Memberships & classes) != Memberships.None ? PolicyEffect.Suspends : PolicyEffect.None)
            | (Deletion(after, at) < Deletion(before, at) ? PolicyEffect.Deletes : PolicyEffect.None)
            | (!before.Active && after.Active ? PolicyEffect.Enables : PolicyEffect.None)
            | ((after.Memberships & ~before.Memberships & classes) != Memberships.None ? PolicyEffect.Restores : PolicyEffect.None);
    }

    private static Instant Deletion(Intent intent, Instant at) => intent.Exists ? intent.DeleteAt ?? Instant.MaxValue : at;
}
