using System.Runtime.CompilerServices;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

public sealed class CascadeTableTests
{
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");

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

    [Fact]
    public void Account_of_each_kind_and_criticality_is_treated_as_the_table_promises()
    {
        foreach (var (happened, kind, criticality, cell) in Cells().Where(c => c.Event < CascadeEvent.AccountExpired))
        {
            var steps = Cascade.Of(Account(kind, criticality), new PersonEvent(happened, "s") { LeavesDepartment = true }, After(happened), SuccessionPolicy.Default, Now);

            Assert.Equal($"{happened} {kind} {criticality}: {Promised(cell)}", $"{happened} {kind} {criticality}: {Done(steps)}");
        }
    }

    private static string Promised(CascadeCell cell)
    {
        var people = cell.Accountability switch
        {
            AccountabilityAction.Nothing or AccountabilityAction.Withdraw or AccountabilityAction.ConfirmReturn => "",
            AccountabilityAction.Notify => "notify",
            AccountabilityAction.Attest => $"attest {cell.Within}",
            AccountabilityAction.SucceedWhileKept => $"ask {cell.Within}",
            AccountabilityAction.SucceedBeforeEnd or AccountabilityAction.SucceedOrRestrict => "ask",
            AccountabilityAction.Replace => $"ask {cell.Within} provisional relieve",
            AccountabilityAction.StandIn => "acting",
            _ => throw new ArgumentException(cell.ToString(), nameof(cell)),
        };
        var credentials = cell.Credentials switch
        {
            CredentialAction.Nothing or CredentialAction.RotateAfterTransfer => "",
            CredentialAction.BlockCheckOut => "block",
            CredentialAction.BlockAndRotate => $"block rotate {cell.RotateWithin} overlap",
            CredentialAction.Prepare => "prepare",
            CredentialAction.Rotate => $"rotate {cell.RotateWithin} overlap",
            CredentialAction.RotateAtOnce => $"rotate {cell.RotateWithin}",
            CredentialAction.RotateOrDisable => $"rotate {cell.RotateWithin} or disable",
            _ => throw new ArgumentException(cell.ToString(), nameof(cell)),
        };
        return $"{people} | {credentials} | {cell.ListsChildren}";
    }

    private static string Done(IReadOnlyList<CascadeStep> steps)
    {
        var isReplaced = steps.Any(s => s is CascadeStep.AssignProvisional);
        // How long there is to answer is the criticality's, whatever happened; before an end that is far it is not the row's deadline.
        var hasNotice = steps.Any(s => s is CascadeStep.PrepareRotation);
        var people = steps.Select(s => s switch
        {
            CascadeStep.Notify => "notify",
            CascadeStep.Attest a => $"attest {a.By - Now}",
            CascadeStep.AskSuccessor a => hasNotice ? "ask" : $"ask {a.AnswerBy - Now}",
            CascadeStep.AssignProvisional => "provisional",
            CascadeStep.Relieve => "relieve",
            CascadeStep.SetActing => "acting",
            _ => null,
        });
        var credentials = steps.Select(s => s switch
        {
            CascadeStep.BlockCheckOut => "block",
            CascadeStep.PrepareRotation => "prepare",
            CascadeStep.RotateCredential r => $"rotate {r.Duty.DueAt - Now}{(r.Overlap ? " overlap" : "")}{(r.Duty.DisablesWhenLate ? " or disable" : "")}",
            _ => null,
        });
        Assert.Equal(isReplaced, steps.Any(s => s is CascadeStep.Relieve));
        return $"{string.Join(' ', people.OfType<string>())} | {string.Join(' ', credentials.OfType<string>())} | {steps.Any(s => s is CascadeStep.ListChildren)}";
    }

    private static ServiceAccount Account(ServiceAccountKind kind, Criticality criticality) => new("sa-1", kind, criticality)
    {
        Accountable =
        [
            new(AccountableRole.Sponsor, "s", Now) { AcceptedAt = Now }, new(AccountableRole.TechnicalOwner, "t", Now) { AcceptedAt = Now },
        ],
        CreatedBy = "s",
        Children = ["a-1"],
        Credentials = [new("k1") { IsTracked = true, KnownTo = [new("s", Now, Evidence.Created)] }],
    };

    private static People After(CascadeEvent happened)
    {
        var sponsor = new Person("s") { ManagerId = "m", IsExternal = happened is CascadeEvent.ContractEnding or CascadeEvent.ContractEnded };
        return new(
        [
            new("t"), new("m") { ManagerId = "d" }, new("d"),
            happened switch
            {
                CascadeEvent.TerminationEffective or CascadeEvent.TerminatedForCause or CascadeEvent.ContractEnded => sponsor with { IsGone = true },
                CascadeEvent.TerminationScheduled or CascadeEvent.ContractEnding => sponsor with { LeavesAt = Now + Duration.FromDays(60) },
                CascadeEvent.LeaveStarted => sponsor with { IsAway = true },
                _ => sponsor,
            },
        ]);
    }

    private static IEnumerable<(CascadeEvent Event, ServiceAccountKind Kind, Criticality Criticality, CascadeCell Cell)> Cells() =>
        from happened in Enum.GetValues<CascadeEvent>()
        from kind in Enum.GetValues<ServiceAccountKind>()
        from criticality in Enum.GetValues<Criticality>()
        select (happened, kind, criticality, CascadeTable.Find(happened, kind, criticality, SuccessionPolicy.Default));

    private static string Source([CallerFilePath] string here = "") => Path.Combine(
        Path.GetDirectoryName(here)!, "..", "..", "..", "src", "ScimBridge.Provisioning", "Sponsorship");
}
