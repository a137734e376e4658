using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Ends one thing at a target and looks whether it has ended. Accounts are disabled by delivery, which has its order, its pace and its
/// door; here they are looked at. Whatever else there is, is ended here, after the account, so that nothing begins anew behind it.
/// </summary>
internal sealed class EnforcementCaller(ITarget target, TargetSettings settings, bool isObserved, bool takesAllMemberships)
{
    // An account that cannot be shut is no reason to leave its sessions alone for ever.
    private const int TriesBeforeTheAccount = 4;

    private const string Search = "search by correlation key";

    private Capabilities Capabilities => target.Capabilities;

    /// <summary>Makes the calls; what a connector throws against its contract is tried again later.</summary>
    public async Task<StepFinding> LookAsync(EnforcementWork work, CancellationToken cancel)
    {
        try
        {
            // Who is looked at once more can wait for those who leave now.
            CallPace.Urge(work.Step.Progress.State != StepState.Verified);
            if (isObserved)
                return new StepFinding.Silent("The target is observed only: nothing is written there.");
            if (work.IsProtected && work.Step.Progress.State != StepState.Verified)
                return new StepFinding.Blocked("The account is protected at this target and is never touched.");
            return work.Step.Kind == AccessKind.Account ? await LookAtAccountAsync(work, cancel) : await EndAsync(work, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return new StepFinding.Unanswered($"The connector failed with {e.GetType().Name}.");
        }
    }

    private async Task<StepFinding> LookAtAccountAsync(EnforcementWork work, CancellationToken cancel)
    {
        if (!Capabilities.Disable && !Capabilities.Delete)
            return new StepFinding.Silent("Accounts can be neither disabled nor deleted at this target.");
        if (work.Step.Progress.State != StepState.Verified && NotDelivered(work) is { } open)
            return open;
        if (work.RemoteId is not { } id)
        {
            if (!Capabilities.FindByCorrelationKey)
                return new StepFinding.Silent("The target is not known to have an account, and cannot be searched.");
            var found = await target.FindAsync(AccountKind.User, work.Step.ResourceId, cancel);
            if (found is not Outcome.Exists { RemoteId: { } there })
                return found is Outcome.Gone ? Nothing(Search, "no account") : Failed(found);
            id = there;
        }

        var (outcome, account) = await target.GetAsync(AccountKind.User, id, cancel);
        return outcome switch
        {
            Outcome.Gone => await GoneAsync(work, "GET user", cancel),
            Outcome.Done when account!.Active == false => Nothing("GET user", "active: false"),
            Outcome.Done when account!.Active == true => new StepFinding.Seen(new AccessReading("GET user", "active: true", [id])) { IsAcknowledged = true },
            Outcome.Done => new StepFinding.Seen(new AccessReading("GET user", "The target does not say whether the account may be used", null)) { IsAcknowledged = true },
            _ => Failed(outcome),
        };
    }

    // "Not found" is also what a wrong address answers to everything. A search that answers, and finds nobody, shows that somebody was asked.
    private async Task<StepFinding> GoneAsync(EnforcementWork work, string call, CancellationToken cancel)
    {
        if (!Capabilities.FindByCorrelationKey)
            return new StepFinding.Silent($"{call}: the target says that there is no such account, and cannot be searched.");
        return await target.FindAsync(AccountKind.User, work.Step.ResourceId, cancel) switch
        {
            Outcome.Gone => Nothing($"{call}, {Search}", "no such account"),
            Outcome.Exists => new StepFinding.Unanswered($"{call}: the target says that there is no such account, and a search finds it."),
            var failure => Failed(failure),
        };
    }

    // What delivery has not done yet, and why; null where it says that the account is shut.
    private static StepFinding? NotDelivered(EnforcementWork work) => work.Delivery switch
    {
        { HoldId: not null } => new StepFinding.Blocked("It waits at the door of the target for a person's approval."),
        { IsDead: true } dead => new StepFinding.Blocked(dead.Reason ?? "The target refuses it."),
        { } open => new StepFinding.Waiting(open.Reason ?? "It has not been delivered yet."),
        null when work.Link is { Active: true } => new StepFinding.Waiting("It has not been delivered yet."),
        null => null,
    };

    private async Task<StepFinding> EndAsync(EnforcementWork work, CancellationToken cancel)
    {
        var (kind, verified) = (work.Step.Kind, work.Step.Progress.State == StepState.Verified);
        var (ends, shows) = (Capabilities.Revokes.Contains(kind), Capabilities.ReadsAccess.Contains(kind));
        if (!ends && !shows)
            return new StepFinding.Silent($"{kind} can be neither ended nor seen at this target.");
        // These begin anew while the account can be used. The others may go before it: some targets show nothing of an account that is shut.
        var isBegunAnew = kind is AccessKind.Sessions or AccessKind.Tokens;
        if (isBegunAnew && !work.IsShut && !verified && work.Step.Progress.Attempts < TriesBeforeTheAccount)
            return new StepFinding.Waiting("The account comes first.");
        if (work.RemoteId is not { } id)
            return work.IsShut ? Nothing(Search, "no account") : new StepFinding.Waiting("The account comes first.");
        Outcome.Rejected? refused = null;
        if (!verified && ends)
        {
            var outcome = await target.RevokeAsync(kind, id, cancel);
            if (outcome is Outcome.Gone)
                return await GoneAsync(work, "end of " + Words.Of(kind), cancel);
            // A refusal may mean that there is nothing to end: what is shown decides.
            refused = outcome as Outcome.Rejected;
            if (outcome is not Outcome.Done && (refused is null || !shows))
                return Failed(outcome);
        }

        if (!shows)
            return new StepFinding.Silent($"The target does not show whether {Words.Of(kind)} have ended.") { IsAcknowledged = true };
        var (read, reading) = await target.ReadAccessAsync(kind, id, Microseconds.ToInstant(work.Step.RequestedAt), cancel);
        if (read is Outcome.Done && kind == AccessKind.Memberships && !verified && reading is { Left.Count: > 0 } left)
            (read, reading) = await TakeAsync(id, left, work.Step.RequestedAt, cancel);
        if (read is Outcome.Gone)
            return await GoneAsync(work, "reading of " + Words.Of(kind), cancel);
        if (read is not Outcome.Done)
            return Failed(read);
        if (refused is not null && reading!.Left is { Count: > 0 })
            return new StepFinding.Blocked(refused.Reason);
        // Nobody gives themselves a membership or a role back; of the rest, only what is seen behind a shut account counts.
        return work.IsShut || verified || kind is AccessKind.Memberships or AccessKind.Roles
            ? new StepFinding.Seen(reading!) { IsAcknowledged = refused is null }
            : new StepFinding.Waiting("The account comes first.") { IsAcknowledged = refused is null };
    }

    // Delivery takes what the bridge has given; whoever leaves does not wait for it, and has nothing that others gave either.
    private async Task<(Outcome Outcome, AccessReading? Reading)> TakeAsync(string id, AccessReading left, long since, CancellationToken cancel)
    {
        if (!takesAllMemberships)
            return (new Outcome.Done(), left);
        foreach (var group in left.Left!)
        {
            if (await IsProtectedAsync(group, cancel))
                continue;
            var outcome = await target.ChangeMembersAsync(group, [], [id], cancel);
            if (outcome is Outcome.Retry or Outcome.Stop)
                return (outcome, null);
        }

        return await target.ReadAccessAsync(AccessKind.Memberships, id, Microseconds.ToInstant(since), cancel);
    }

    private async Task<bool> IsProtectedAsync(string group, CancellationToken cancel)
    {
        var protect = settings.Protect;
        if (protect.Ids.Contains(group))
            return true;
        if (protect.Groups.Count == 0)
            return false;
        var (_, account) = await target.GetAsync(AccountKind.Group, group, cancel);
        return account?.Attributes["displayName"]?.ToString() is { } name && protect.Groups.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private static StepFinding.Seen Nothing(string method, string value) => new(new AccessReading(method, value, [])) { IsAcknowledged = true };

    private static StepFinding Failed(Outcome outcome) => outcome switch
    {
        Outcome.Retry retry => new StepFinding.Unanswered(retry.Reason, retry.After),
        Outcome.Stop stop => new StepFinding.Unanswered(stop.Reason, TimeSpan.FromMinutes(1)),
        Outcome.Rejected rejected => new StepFinding.Blocked(rejected.Reason),
        _ => new StepFinding.Unanswered($"The target's connector answered {outcome.GetType().Name}, which means nothing here."),
    };
}
