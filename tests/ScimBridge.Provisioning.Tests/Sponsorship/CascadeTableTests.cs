using System.Runtime.CompilerServices;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

public sealed class CascadeTableTests
{
    [Fact]
    public void Document_is_the_table() => Assert.Equal(
        File.ReadAllText(Path.Combine(Source(), "CascadeTable.md")).ReplaceLineEndings("\n"), CascadeTableText.Markdown(SuccessionPolicy.Default));

    [Fact]
    public void Every_event_kind_and_criticality_has_a_cell_with_a_reason()
    {
        foreach (var (_, _, _, cell) in Cells())
        {
            Assert.True(Enum.IsDefined(cell.Accountability) && Enum.IsDefined(cell.Credentials));
            Assert.True(cell.Reason.Length > 10);
            var rotates = cell.Credentials is CredentialAction.Rotate or CredentialAction.RotateAfterTransfer or CredentialAction.RotateAtOnce
                or CredentialAction.RotateOrDisable or CredentialAction.BlockAndRotate;
            Assert.Equal(rotates, cell.RotateWithin is not null);
        }
    }

    [Fact]
    public void Every_action_stands_in_the_table()
    {
        Assert.Equal(Enum.GetValues<AccountabilityAction>(), Cells().Select(c => c.Cell.Accountability).Distinct().Order());
        Assert.Equal(Enum.GetValues<CredentialAction>(), Cells().Select(c => c.Cell.Credentials).Distinct().Order());
    }

    private static IEnumerable<(CascadeEvent Event, ServiceAccountKind Kind, Criticality Criticality, CascadeCell Cell)> Cells() =>
        from happened in Enum.GetValues<CascadeEvent>()
        from kind in Enum.GetValues<ServiceAccountKind>()
        from criticality in Enum.GetValues<Criticality>()
        select (happened, kind, criticality, CascadeTable.Find(happened, kind, criticality, SuccessionPolicy.Default));

    private static string Source([CallerFilePath] string here = "") => Path.Combine(
        Path.GetDirectoryName(here)!, "..", "..", "..", "src", "ScimBridge.Provisioning", "Sponsorship");
}
