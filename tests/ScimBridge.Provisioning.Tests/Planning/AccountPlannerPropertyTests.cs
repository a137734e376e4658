using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using Outcome = ScimBridge.Provisioning.Delivery.Outcome;

namespace ScimBridge.Provisioning.Tests.Planning;

public sealed class AccountPlannerPropertyTests
{
    private static readonly Arbitrary<PlanCase> Cases = Arb.From(PlanGenerators.Case);
    private static readonly Instant Now = Sample.Instant("2026-06-30T12:00:00Z");

    [Property(MaxTest = 5000)]
    public Property Planning_again_after_the_operation_was_done_gives_nothing() => Prop.ForAll(Cases, c =>
    {
        var operation = Plan(c, c.Link);
        return operation is Operation.Nothing || Plan(c, Settle(c, operation, new Outcome.Done("1"))) is Operation.Nothing;
    });

    [Property(MaxTest = 2000)]
    public Property Account_that_is_found_comes_to_the_same_end_as_one_that_is_made() => Prop.ForAll(Cases, c =>
    {
        if (Plan(c, c.Link) is not Operation.Create create)
            return true;
        var found = Settle(c, create, new Outcome.Exists("1"));
        var end = Settle(c, Plan(c, found), new Outcome.Done("1"));
        return Plan(c, end) is Operation.Nothing && JsonNode.DeepEquals(JsonNode.Parse(end!.Delivered), create.Account.Attributes);
    });

    [Property(MaxTest = 2000)]
    public Property Applying_the_changes_to_what_was_delivered_gives_what_is_desired() => Prop.ForAll(Cases, c =>
    {
        if (c.Mapped is null || Plan(c, c.Link) is not Operation.Update update)
            return true;
        // Who is shut there stays as they are until they return; then all that changed is written.
        if (c.Capabilities is { Disable: true, ChangesDisabled: false } && update is { Active: false, Changes.Count: 0 })
            return JsonNode.DeepEquals(JsonNode.Parse(c.Link!.Delivered), update.Account.Attributes);
        var target = JsonNode.Parse(c.Link!.Delivered)!.AsObject();
        foreach (var change in update.Changes)
            Apply(target, change);
        return JsonNode.DeepEquals(WithoutEmptyExtensions(target), WithoutEmptyExtensions(c.Mapped.Account.Attributes));
    });

    [Property(MaxTest = 2000)]
    public Property Nobody_gets_a_first_account_without_being_usable_or_about_to_start() => Prop.ForAll(Cases, c =>
        Plan(c, c.Link) is not Operation.Create create
        || create.Account.Active
        || (c.Mapped!.Prepare && c.Capabilities.Disable)
        || (c.Link is not null && create.FindFirst));

    [Property(MaxTest = 2000)]
    public Property No_verb_is_planned_that_the_target_has_not() => Prop.ForAll(Cases, c => Plan(c, c.Link) switch
    {
        Operation.Nothing => true,
        Operation.Delete => c.Capabilities.Delete && Reachable(c),
        Operation.Update update => (update.Active != false || c.Capabilities.Disable) && Reachable(c),
        _ => Reachable(c),
    });

    [Property(MaxTest = 2000)]
    public Property Only_what_is_no_more_is_deleted() => Prop.ForAll(Cases, c => Plan(c, c.Link) is not Operation.Delete || c.Mapped is null);

    [Property(MaxTest = 2000)]
    public Property Usable_account_of_one_who_is_not_to_use_it_is_disabled_where_that_can_be_done() => Prop.ForAll(Cases, c =>
        c is not { Kind: AccountKind.User, Link: { RemoteId: not null, Active: true }, Capabilities.Disable: true }
        || c.Mapped is null or { Account.Active: true }
        || Plan(c, c.Link) is Operation.Update { Active: false });

    [Property(MaxTest = 2000)]
    public Property What_is_acknowledged_is_what_was_said() => Prop.ForAll(Cases, c =>
        Plan(c, c.Link) is not Operation.Update update || update.Account.Active == (update.Active ?? c.Link!.Active));

    private static Operation Plan(PlanCase c, Link? link) => AccountPlanner.Plan(c.Mapped, link, c.Kind, c.Capabilities);

    private static Link? Settle(PlanCase c, Operation operation, Outcome outcome)
    {
        var next = Settlement.Of(operation, outcome, c.Mapped, attempts: 0, Now, jitter: 0);
        return next.Forget ? null : next.Link;
    }

    private static bool Reachable(PlanCase c) => c.Kind == AccountKind.User || c.Capabilities.Groups;

    private static void Apply(JsonObject target, AttributeChange change)
    {
        var within = target;
        if (change.Schema is not null)
        {
            within = target[change.Schema]?.AsObject() ?? [];
            target[change.Schema] = within;
        }

        if (change.Value is null)
            within.Remove(change.Name);
        else
            within[change.Name] = change.Value.DeepClone();
    }

    // An extension without attributes says nothing.
    private static JsonObject WithoutEmptyExtensions(JsonObject attributes)
    {
        var copy = attributes.DeepClone().AsObject();
        foreach (var name in attributes.Where(p => p.Key.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) && p.Value is JsonObject { Count: 0 }).Select(p => p.Key))
            copy.Remove(name);
        return copy;
    }
}
