using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Server.Jobs;

/// <summary>Makes the calls of one piece of work.</summary>
internal sealed class DeliveryCaller(ITarget target)
{
    /// <summary>Makes the calls; what a connector throws against its contract is tried again later.</summary>
    public async Task<DeliveryResult> CallAsync(DeliveryWork work, CancellationToken cancel)
    {
        try
        {
            var outcome = work switch
            {
                AccountWork account => await CallAsync(account, cancel),
                MemberWork members => await target.ChangeMembersAsync(members.RemoteGroupId, [.. members.Add.Values], [.. members.Remove.Values], cancel),
                _ => new Outcome.Done(),
            };
            return new DeliveryResult(work, outcome);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return new DeliveryResult(work, new Outcome.Retry(After: null, $"The connector failed with {e.GetType().Name}."));
        }
    }

    private Task<Outcome> CallAsync(AccountWork work, CancellationToken cancel) => work.Operation switch
    {
        Operation.Create { FindFirst: false } create => target.CreateAsync(create.Account, cancel),
        Operation.Create create => FindOrCreateAsync(create.Account, cancel),
        Operation.Update update => target.UpdateAsync(work.Kind, update.RemoteId, update.Changes, update.Active, cancel),
        Operation.Delete { RemoteId: { } id } => target.DeleteAsync(work.Kind, id, cancel),
        Operation.Delete => FindAndDeleteAsync(work, cancel),
        _ => Task.FromResult<Outcome>(new Outcome.Done()),
    };

    private async Task<Outcome> FindOrCreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        if (!target.Capabilities.FindByCorrelationKey)
            return await target.CreateAsync(account, cancel);
        var found = await target.FindAsync(account.Kind, account.CorrelationKey, cancel);
        return found is Outcome.Gone ? await target.CreateAsync(account, cancel) : found;
    }

    private async Task<Outcome> FindAndDeleteAsync(AccountWork work, CancellationToken cancel)
    {
        if (!target.Capabilities.FindByCorrelationKey)
            return new Outcome.Rejected("An account may have been created and cannot be looked for at this target.");
        var found = await target.FindAsync(work.Kind, work.Item.ResourceId, cancel);
        return found is Outcome.Exists { RemoteId: { } id } ? await target.DeleteAsync(work.Kind, id, cancel) : found;
    }
}
