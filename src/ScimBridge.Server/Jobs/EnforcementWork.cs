using ScimBridge.Provisioning.Planning;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>A step, with what is known here of the account that it is about.</summary>
/// <param name="Step">The step.</param>
/// <param name="Link">The link of the account; null where there is none.</param>
/// <param name="Delivery">What of the account's delivery is open; null where nothing is.</param>
/// <param name="IsShut">Whether it is known of the account, at this target and in this case, that it is shut, or that nobody can see that.</param>
/// <param name="IsProtected">Whether the account is never touched at this target.</param>
internal sealed record EnforcementWork(RevocationStep Step, Link? Link, OpenDelivery? Delivery, bool IsShut, bool IsProtected)
{
    /// <summary>The account, as the target names it.</summary>
    public string? RemoteId => Link?.RemoteId ?? Step.RemoteId;
}
