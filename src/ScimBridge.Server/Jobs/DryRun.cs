using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>One call that a delivery would make.</summary>
/// <param name="ResourceId">The resource, or the group.</param>
/// <param name="Operation"><c>create</c>, <c>update</c>, <c>disable</c>, <c>enable</c>, <c>delete</c>, <c>members</c>, <c>protected</c>, <c>held</c>.</param>
/// <param name="RemoteId">The account at the target; null where none is linked.</param>
/// <param name="Attributes">The names of the attributes that would be written.</param>
/// <param name="Members">How many members would come and go.</param>
/// <param name="Match">Of a creation, where the target was asked: <c>matched</c>, <c>missing</c>, <c>ambiguous</c>, <c>unknown</c>.</param>
public sealed record DryCall(
    string ResourceId, string Operation, string? RemoteId, IReadOnlyList<string> Attributes, int Members, string? Match);

/// <summary>Says what a delivery would do at a target, and writes nothing, neither there nor here.</summary>
public sealed class DryRun(
    BridgeConfiguration configuration, TargetConnections connections, Database database, UserFilter filter, IClock clock)
{
    /// <summary>The calls for what is due, most urgent first.</summary>
    /// <param name="name">The target.</param>
    /// <param name="count">At most so many marks.</param>
    /// <param name="asks">Whether the target is asked, for each account that would be created, if there is one already.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<List<DryCall>> RunAsync(string name, int count, bool asks, CancellationToken cancel)
    {
        var target = connections[name];
        var configured = configuration.Targets.First(t => t.Name == name);
        var settings = configured.Settings;
        var now = clock.GetCurrentInstant();
        var verdict = await database.ReadAsync(
            async s =>
            {
                var items = await DueStore.NextAsync(s, name, now.ToMicroseconds(), count, cancel);
                var work = await new DeliveryLoader(name, target.Capabilities, configured.Profile).LoadAsync(s, items, cancel);
                return await new DeliveryDoor(name, settings, filter).JudgeAsync(s, work, now, cancel);
            },
            cancel);
        var calls = verdict.Held.ConvertAll(i => new DryCall(i.ResourceId, "held", null, [], 0, null));
        foreach (var work in verdict.Work)
        {
            switch (work)
            {
                case ProtectedWork:
                    calls.AddRange(work.Items.Select(i => new DryCall(i.ResourceId, "protected", null, [], 0, null)));
                    break;
                case MemberWork members:
                    calls.Add(new DryCall(members.GroupId, "members", members.RemoteGroupId, [], members.Items.Count, null));
                    break;
                case AccountWork { Operation: not Operation.Nothing } account:
                    calls.Add(Describe(account, asks && account.Operation is Operation.Create && target.Capabilities.FindByCorrelationKey
                        ? Match(await target.FindAsync(account.Kind, account.Item.ResourceId, cancel))
                        : null));
                    break;
            }
        }

        return calls;
    }

    private static string Match(Outcome found) => found switch
    {
        Outcome.Exists => "matched",
        Outcome.Gone => "missing",
        Outcome.Rejected => "ambiguous",
        _ => "unknown",
    };

    private static DryCall Describe(AccountWork work, string? match) => work.Operation switch
    {
        Operation.Create create => new DryCall(work.Item.ResourceId, "create", null, [.. NamesOf(create.Account)], 0, match),
        Operation.Update update => new DryCall(
            work.Item.ResourceId,
            update.Active switch { true => "enable", false => "disable", null => "update" },
            update.RemoteId,
            [.. update.Changes.Select(c => c.Schema is null ? c.Name : $"{c.Schema}:{c.Name}")],
            0,
            null),
        Operation.Delete delete => new DryCall(work.Item.ResourceId, "delete", delete.RemoteId, [], 0, null),
        _ => throw new InvalidOperationException("Nothing is no call."),
    };

    private static IEnumerable<string> NamesOf(DesiredAccount account) => account.Attributes.Select(a => a.Key);
}
