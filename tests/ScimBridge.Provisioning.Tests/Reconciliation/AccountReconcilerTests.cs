using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Tests.Planning;

namespace ScimBridge.Provisioning.Tests.Reconciliation;

public sealed class AccountReconcilerTests
{
    private static readonly IReadOnlyList<ReconciliationVector> Table = Vectors.Read<ReconciliationVector>("Reconciliation", "account-reconciler.json");

    private static readonly Arbitrary<PlanCase> Cases = Arb.From(PlanGenerators.Case);

    public static TheoryData<string> Situations { get; } = [.. Table.Select(v => v.Situation)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_gives_the_differences_stated_there(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);

        var found = AccountReconciler.Compare(vector.Account(), vector.Can());

        Assert.Equal(
            vector.Expect.Select(e => $"{e.Kind} {string.Join(',', e.What)} {e.Standing}"),
            found.Select(f => $"{f.Kind} {string.Join(',', f.What)} {f.Standing}"));
    }

    [Fact]
    public void Every_kind_that_is_of_an_account_stands_in_the_table() => Assert.Equal(
        new[]
        {
            DifferenceKind.Missing, DifferenceKind.Orphan, DifferenceKind.ReEnabled, DifferenceKind.AttributeDrift, DifferenceKind.Duplicate,
            DifferenceKind.Unmatched, DifferenceKind.Protected,
        },
        Table.SelectMany(v => v.Expect).Select(e => e.Kind).Distinct().Order());

    [Property(MaxTest = 3000)]
    public Property Account_that_is_as_it_should_be_differs_in_nothing_whatever_else_it_has() => Prop.ForAll(Cases, c =>
    {
        if (c.Mapped is null)
            return true;
        var has = (JsonObject)c.Mapped.Account.Attributes.DeepClone();
        has["itsOwn"] = "x";
        return Compare(c, has, c.Mapped.Account.Active).Count == 0;
    });

    [Property(MaxTest = 3000)]
    public Property Title_that_is_another_is_always_seen_where_the_target_lets_it_be_changed() => Prop.ForAll(Cases, c =>
    {
        if (c.Mapped is not { Account.Active: true } mapped || (c.Kind == AccountKind.Group && !c.Capabilities.Groups))
            return true;
        mapped.Account.Attributes["title"] = "as it should be";
        var has = (JsonObject)mapped.Account.Attributes.DeepClone();
        has["title"] = "as it is";
        return Compare(c, has, active: true) is [{ Kind: DifferenceKind.AttributeDrift, What: ["title"] }];
    });

    private static IReadOnlyList<Difference> Compare(PlanCase c, JsonObject has, bool active) => AccountReconciler.Compare(
        new ReconciledAccount
        {
            Kind = c.Kind,
            Mapped = c.Mapped,
            Shown = c.Mapped!.Account.Attributes,
            Link = new Link("r-1", "1", active, "{}", Awaits: null),
            Observed = new ObservedAccount(c.Kind, "1", "r-1", active, has),
        },
        c.Capabilities);
}
