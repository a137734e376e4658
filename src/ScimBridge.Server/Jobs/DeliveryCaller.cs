using System.Text.Json.Nodes;
using ScimBridge.Connectors.Http;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Jobs;

/// <summary>Makes the calls of one piece of work.</summary>
internal sealed class DeliveryCaller(ITarget target, ReadBack readBack)
{
    // What a target does not keep although it takes it is not said to be undone for ever.
    private const int TriesToConvince = 5;

    // Seconds until a target that said what is not so is told once more.
    private const int LongestDoubt = 60;

    /// <summary>Makes the calls; what a connector throws against its contract is tried again later.</summary>
    public async Task<DeliveryResult> CallAsync(DeliveryWork work, CancellationToken cancel)
    {
        var notes = CallNotes.Begin();
        try
        {
            var outcome = work switch
            {
                AccountWork account => await LookAsync(account, await CallAsync(account, cancel), cancel),
                MemberWork members => await LookAsync(
                    members,
                    await target.ChangeMembersAsync(members.RemoteGroupId, [.. members.Add.Values], [.. members.Remove.Values], cancel),
                    cancel),
                _ => new Outcome.Done(),
            };
            return new DeliveryResult(work, outcome) { Calls = notes.Calls };
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return new DeliveryResult(work, new Outcome.Retry(After: null, $"The connector failed with {e.GetType().Name}.")) { Calls = notes.Calls };
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

    /// <summary>Whether a target that says "done" shows it. That an account is disabled is not believed unread.</summary>
    private async Task<Outcome> LookAsync(AccountWork work, Outcome outcome, CancellationToken cancel)
    {
        if (outcome is not Outcome.Done done || readBack == ReadBack.None)
            return outcome;
        var disables = work is { Kind: AccountKind.User, Operation: Operation.Update { Active: false } };
        if (readBack == ReadBack.Disables && (!disables || target.Capabilities.ReadsDisables))
            return outcome;
        var id = work.Operation switch
        {
            Operation.Create => done.RemoteId,
            Operation.Update update => done.RemoteId ?? update.RemoteId,
            Operation.Delete delete => delete.RemoteId,
            _ => null,
        };
        if (id is null)
            return outcome;
        var (read, account) = await target.GetAsync(work.Kind, id, cancel);
        return (work.Operation, read) switch
        {
            (Operation.Delete, Outcome.Done) => NotDone(work, "DELETE", "deleted, and it is still there"),
            (Operation.Delete, Outcome.Gone) => outcome,
            (Operation.Create, Outcome.Gone) => NotDone(work, "POST", "created, and it is not there"),
            (_, Outcome.Retry retry) => retry with { Untouched = false, IsHeldBack = false },
            // A target that may no longer be read proves nothing. One that refuses to show this account, or shows no state, is believed.
            (_, Outcome.Stop stop) => stop,
            (_, Outcome.Done) when disables && account!.Active == true => NotDone(work, "PATCH", "disabled, and it is usable"),
            (Operation.Update { Active: true }, Outcome.Done) when account!.Active == false => NotDone(work, "PATCH", "usable, and it is disabled"),
            // What else a disabled account holds is nothing to insist on: some targets do not write to one at all.
            (Operation.Update { Active: not false } update, Outcome.Done) when IsAsBefore(work, update, account!) => NotDone(work, "PATCH", "changed, and it is as it was"),
            _ => outcome,
        };
    }

    private async Task<Outcome> LookAsync(MemberWork work, Outcome outcome, CancellationToken cancel)
    {
        if (outcome is not Outcome.Done || readBack != ReadBack.All)
            return outcome;
        var (read, members) = await target.ReadMembersAsync(work.RemoteGroupId, cancel);
        if (read is Outcome.Retry retry)
            return retry with { Untouched = false, IsHeldBack = false };
        if (read is Outcome.Stop)
            return read;
        return members is null || (work.Add.Values.All(members.Contains) && !work.Remove.Values.Any(members.Contains))
            ? outcome
            : NotDone(work, "PATCH", "changed, and its members are as they were");
    }

    // A target may write a value in its own way. What it cannot do is to show the old one, after it took the new one.
    private static bool IsAsBefore(AccountWork work, Operation.Update update, ObservedAccount account)
    {
        if (work.Item.Denied >= TriesToConvince)
            return false;
        // Of an account that was found after a lost reply it is not known what it held.
        var delivered = work.Link is { IsKnown: true } link ? JsonNode.Parse(link.Delivered) as JsonObject : null;
        return update.Changes.Any(change =>
        {
            var seen = Value(account.Attributes, change);
            return !JsonNode.DeepEquals(seen, change.Value) && (delivered is null || JsonNode.DeepEquals(seen, Value(delivered, change)));
        });
    }

    private static JsonNode? Value(JsonObject? attributes, AttributeChange change) =>
        change.Schema is null ? attributes?[change.Name] : (attributes?[change.Schema] as JsonObject)?[change.Name];

    private static Outcome.Retry NotDone(DeliveryWork work, string call, string what) => new(
        TimeSpan.FromSeconds(Math.Min(LongestDoubt, 1 << Math.Min(work.Items.Max(i => i.Denied), 6))), $"{call}: the target says that it is {what}.")
    {
        Failure = new CallFailure(
            call, 200, Explanation.NotDone, null, $"The target says that it is {what}.",
            "It is tried again. If it lasts, disable the account by hand and ask the vendor why a success is reported."),
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
