using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Moves an account between usable and disabled. What leads there depends on where it stands, and some of it goes on after Okta has
/// answered: the account is looked at until it is there, for a while.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserLifecycle"/>
/// </summary>
internal sealed class OktaLifecycle(OktaClient client, OktaTargetOptions options, TimeProvider clock)
{
    private const string Deprovisioned = "DEPROVISIONED";

    private static readonly TimeSpan[] Looks =
        [TimeSpan.Zero, TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(350), TimeSpan.FromMilliseconds(700), TimeSpan.FromMilliseconds(1500)];

    /// <summary>When a change that takes longer is looked at again.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    /// <summary>Whether one can sign in, or could after setting a password; null for a status that is not known here.</summary>
    public static bool? IsUsable(OktaUser user) => user.Status switch
    {
        "ACTIVE" or "PASSWORD_EXPIRED" or "LOCKED_OUT" or "RECOVERY" or "PROVISIONED" => true,
        "STAGED" or "SUSPENDED" or Deprovisioned => false,
        _ => null,
    };

    public static bool IsDeactivated(OktaUser user) => user.Status == Deprovisioned;

    public static bool IsDeactivating(OktaUser user) => user.TransitioningToStatus == Deprovisioned;

    /// <summary>Reads a user by id, as it is now.</summary>
    public async Task<(OktaUser? User, Outcome? Failure)> ReadAsync(string id, CancellationToken cancel)
    {
        var route = OktaRoute.User(id);
        var reply = await client.SendAsync(HttpMethod.Get, route, default, cancel);
        if (reply.Failure is { } failure)
            return (null, failure);
        return reply.As(OktaJson.Default.OktaUser) is { Id: { Length: > 0 } } user
            ? (user, null)
            : (null, OktaFailures.Unreadable($"GET {route.Name}", reply.Status));
    }

    /// <summary>Makes the account usable; null where it is.</summary>
    public Task<Outcome?> EnableAsync(OktaUser user, CancellationToken cancel)
    {
        var mail = options.ActivationEmail ? "?sendEmail=true" : "?sendEmail=false";
        return user switch
        {
            { TransitioningToStatus: Deprovisioned } => Task.FromResult<Outcome?>(StillAtWork("deactivated")),
            { Status: "SUSPENDED" } => MoveAsync(user.Id, "unsuspend", "", u => IsUsable(u) == true, "unsuspended", cancel),
            { Status: "STAGED" or Deprovisioned } => MoveAsync(user.Id, "activate", mail, u => IsUsable(u) == true, "activated", cancel),
            _ => Task.FromResult<Outcome?>(null),
        };
    }

    /// <summary>Makes the account unusable; null where it is.</summary>
    public Task<Outcome?> DisableAsync(OktaUser user, CancellationToken cancel)
    {
        var suspends = options.Disable == OktaDisabling.Suspend;
        return user.Status switch
        {
            // One who has never begun cannot sign in, and being deactivated would only make the beginning harder.
            Deprovisioned or "STAGED" => Task.FromResult<Outcome?>(null),
            "SUSPENDED" when suspends => Task.FromResult<Outcome?>(null),
            "ACTIVE" when suspends && user.TransitioningToStatus is null =>
                MoveAsync(user.Id, "suspend", "", u => IsUsable(u) == false, "suspended", cancel),
            _ => DeactivateAsync(user, cancel),
        };
    }

    /// <summary>Deactivates, whatever the account's status; null where it is.</summary>
    public Task<Outcome?> DeactivateAsync(OktaUser user, CancellationToken cancel) => user switch
    {
        { Status: Deprovisioned } => Task.FromResult<Outcome?>(null),
        { TransitioningToStatus: Deprovisioned } => WatchAsync(user.Id, IsDeactivated, "deactivated", cancel),
        _ => MoveAsync(user.Id, "deactivate", "?sendEmail=false", IsDeactivated, "deactivated", cancel),
    };

    private async Task<Outcome?> MoveAsync(
        string id, string verb, string query, Func<OktaUser, bool> isThere, string participle, CancellationToken cancel)
    {
        // An account with many applications takes longer to deactivate than anybody waits for an answer.
        var reply = await client.SendAsync(
            HttpMethod.Post, OktaRoute.Lifecycle(id, verb, query), default, cancel, respondAsync: verb == "deactivate");
        switch (reply.Failure)
        {
            case null:
                return await WatchAsync(id, isThere, participle, cancel);
            case Outcome.Rejected or Outcome.Gone:
                // The verbs are refused, with 400, 403 or 404, where somebody was faster; then all is as it should be.
                var (user, failure) = await ReadAsync(id, cancel);
                return user is null ? failure : isThere(user) ? null : reply.Failure is Outcome.Gone ? NotFor(verb, user) : reply.Failure;
            default:
                return reply.Failure;
        }
    }

    private async Task<Outcome?> WatchAsync(string id, Func<OktaUser, bool> isThere, string participle, CancellationToken cancel)
    {
        foreach (var pause in Looks)
        {
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, clock, cancel);
            var (user, failure) = await ReadAsync(id, cancel);
            if (user is null)
                return failure!.AfterOthers();
            if (isThere(user))
                return null;
        }

        return StillAtWork(participle);
    }

    private static Outcome.Retry StillAtWork(string participle) =>
        new(Later, $"Okta says that the account is being {participle}, and is not done yet.");

    private static Outcome.Rejected NotFor(string verb, OktaUser user) =>
        new($"POST users/{{id}}/lifecycle/{verb}: 404. Okta does not do this to an account that is {user.Status}.");
}
