using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Feeds;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Plans;

/// <summary>Takes back what was wrong, as an administrator does: by a plan that is shown and then executed.</summary>
internal static class Rollbacks
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static Task RollBackAsync(this TestBridge bridge, Batch batch, string by = "client:chief") =>
        RollBackAsync(bridge.Get<WhatIf>(), bridge.Get<PlanExecution>(), new Rollback(batch.Source, batch.Id, HoldId: null), by);

    public static Task RollBackAsync(this TestBridge bridge, Hold hold) =>
        RollBackAsync(bridge.Get<WhatIf>(), bridge.Get<PlanExecution>(), new Rollback(hold.Source, hold.BatchId, hold.Id), "client:chief");

    public static Task RollBackAsync(this FeedBridge bridge, Batch batch) =>
        RollBackAsync(bridge.Get<WhatIf>(), bridge.Get<PlanExecution>(), new Rollback(batch.Source, batch.Id, HoldId: null), "client:chief");

    private static async Task RollBackAsync(WhatIf whatIf, PlanExecution execution, Rollback rollback, string by)
    {
        var plan = await whatIf.MakeAsync(new PlanRequest { Rollback = rollback }, by, None);
        Assert.True(plan.NeedsApproval);
        Assert.IsType<PlanOutcome.Executed>(await execution.ExecuteAsync(plan, file: null, by, None));
    }
}
