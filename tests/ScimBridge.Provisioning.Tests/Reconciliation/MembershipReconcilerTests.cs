using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Reconciliation;

namespace ScimBridge.Provisioning.Tests.Reconciliation;

public sealed class MembershipReconcilerTests
{
    private static readonly ReconciledGroup Sales = new(
        "g", [new("ann", "1", IsActive: true), new("bob", "2", IsActive: true), new("new", null, IsActive: true)], new HashSet<string> { "1", "2" });

    [Fact]
    public void Group_as_it_should_be_differs_in_nothing() => Assert.Empty(MembershipReconciler.Compare(Sales));

    [Fact]
    public void Who_is_not_in_is_missing_and_who_is_in_and_should_not_be_is_too_many()
    {
        var found = MembershipReconciler.Compare(Sales with
        {
            Observed = new HashSet<string> { "1", "7", "8" }, Linked = new Dictionary<string, string> { ["7"] = "eve" },
        });

        Assert.Equal(
            ["MissingMembership bob 2", "ExtraMembership eve 7", "ExtraMembership  8"], found.Select(f => $"{f.Kind} {f.ResourceId} {f.RemoteId}"));
        Assert.All(found, f => Assert.Equal(("g", Standing.Open), (f.GroupId, f.Standing)));
        Assert.NotNull(found[2].Because);
    }

    [Fact]
    public void Who_is_not_to_be_used_is_not_missed_in_groups() => Assert.Empty(MembershipReconciler.Compare(
        Sales with { Wanted = [new("ann", "1", IsActive: true), new("bob", "2", IsActive: false)], Observed = new HashSet<string> { "1" } }));

    [Fact]
    public void What_is_due_is_pending_and_what_is_protected_is_shielded()
    {
        var found = MembershipReconciler.Compare(Sales with
        {
            Observed = new HashSet<string> { "7", "8" },
            Linked = new Dictionary<string, string> { ["7"] = "eve", ["8"] = "safe" },
            Pending = new HashSet<string> { "bob", "eve" },
            Protected = new HashSet<string> { "safe", "1" },
        });

        Assert.Equal(
            ["Protected ann Shielded", "MissingMembership bob Pending", "ExtraMembership eve Pending", "Protected safe Shielded"],
            found.Select(f => $"{f.Kind} {f.ResourceId} {f.Standing}"));
    }

    [Theory]
    [InlineData(AccessKind.Sessions, DifferenceKind.LeaverCredential)]
    [InlineData(AccessKind.Tokens, DifferenceKind.LeaverCredential)]
    [InlineData(AccessKind.Grants, DifferenceKind.LeaverCredential)]
    [InlineData(AccessKind.Factors, DifferenceKind.LeaverCredential)]
    [InlineData(AccessKind.Devices, DifferenceKind.LeaverCredential)]
    [InlineData(AccessKind.Roles, DifferenceKind.ExtraRole)]
    [InlineData(AccessKind.Memberships, DifferenceKind.ExtraMembership)]
    [InlineData(AccessKind.Account, DifferenceKind.ReEnabled)]
    public void What_a_leaver_still_holds_is_what_it_is(AccessKind kind, DifferenceKind expected)
    {
        Assert.Equal(expected, AccessReconciler.OfLeaver("r", "1", kind, new AccessReading("GET x", "2 left", ["a", "b"]))!.Kind);
        Assert.Null(AccessReconciler.OfLeaver("r", "1", kind, new AccessReading("GET x", "none", [])));
        Assert.Null(AccessReconciler.OfLeaver("r", "1", kind, new AccessReading("GET x", "it is not told", Left: null)));
    }
}
