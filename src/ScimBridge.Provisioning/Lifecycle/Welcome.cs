using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>When somebody is to be welcomed: whoever is responsible for them wants to know the user name before the first day.</summary>
public static class Welcome
{
    /// <summary>The name of the event on the wire. It is about the account and no event of the worker's life.</summary>
    public const string EventName = "worker.prepared";

    // HR is often late. Who began longer ago than this is no joiner but somebody of whom a new bridge hears for the first time.
    private static readonly Duration Late = Duration.FromDays(14);

    /// <summary>Whether an account has just come to be, or comes to life again, for somebody who is about to start or has started lately.</summary>
    public static bool IsDue(LifecycleChange change, Intent intent)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(intent);
        var isNew = !change.HasIdentity || change.Before is null or AccessState.None or AccessState.Ended;
        return isNew && intent.Exists
            && (change.Now.Access == AccessState.PreStart || (intent.Active && change.Now.AccessStart >= change.Now.AsOf - Late));
    }
}
