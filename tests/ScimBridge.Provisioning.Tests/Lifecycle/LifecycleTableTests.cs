using System.Runtime.CompilerServices;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Lifecycle;

public sealed class LifecycleTableTests
{
    private static readonly Instant Before = Sample.Instant("2026-03-01T09:00:00Z");
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");
    private static readonly LocalDate Today = new(2026, 3, 2);

    private static readonly Dictionary<string, WorkerPolicy> Policies = new(StringComparer.Ordinal)
    {
        ["usual"] = new(),
        ["strict"] = new() { Leave = LeaveAction.Suspend, UrgentRemovals = true, DeleteAfter = Duration.FromDays(90) },
        ["patient"] = new()
        {
            Leave = LeaveAction.Keep,
            LeaveByType = new Dictionary<LeaveType, LeaveAction> { [LeaveType.Parental] = LeaveAction.Suspend, [LeaveType.Military] = LeaveAction.SuspendPrivileged },
            ContractGrace = Duration.FromDays(14),
            DeleteAfter = Duration.FromDays(3650),
        },
    };

    public static TheoryData<LifecycleSignal, LeaveType?, WorkerType> Rows { get; } = All();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Worker_in_each_state_is_treated_as_the_table_promises(LifecycleSignal signal, LeaveType? leave, WorkerType type)
    {
        foreach (var state in LifecycleTable.States)
        {
            var cell = LifecycleTable.Find(signal, leave, type, state);
            Assert.True(Enum.IsDefined(cell.Action), $"{state}: no action");
            Assert.True(cell.Reason.Length > 10, $"{state}: no reason");
            // The reader of the feed quarantines a record whose type nobody mapped: it never comes to a decision.
            Assert.Equal(type == WorkerType.Unknown, cell.Action == LifecycleAction.Quarantine);
            if (type == WorkerType.Unknown)
                continue;
            foreach (var (name, policy) in Policies)
                Assert.Equal($"{state}, {name}: {Promised(cell.Action, policy, signal, leave, state)}", $"{state}, {name}: {Done(signal, leave, type, state, policy)}");
        }
    }

    [Fact]
    public void Every_signal_and_every_action_stands_in_the_table()
    {
        Assert.Equal(Enum.GetValues<LifecycleSignal>(), LifecycleTable.Signals.Select(s => s.Signal).Distinct().Order());
        var actions = from s in LifecycleTable.Signals
                      from type in Enum.GetValues<WorkerType>()
                      from state in LifecycleTable.States
                      select LifecycleTable.Find(s.Signal, s.Leave, type, state).Action;
        Assert.Equal(Enum.GetValues<LifecycleAction>(), actions.Distinct().Order());
    }

    [Fact]
    public void Document_is_the_table() => Assert.Equal(
        File.ReadAllText(Path.Combine(Source(), "LifecycleTable.md")).ReplaceLineEndings("\n"), LifecycleTableText.Markdown());

    private static TheoryData<LifecycleSignal, LeaveType?, WorkerType> All()
    {
        var all = new TheoryData<LifecycleSignal, LeaveType?, WorkerType>();
        foreach (var (signal, leave) in LifecycleTable.Signals)
        {
            foreach (var type in Enum.GetValues<WorkerType>())
                all.Add(signal, leave, type);
        }

        return all;
    }

    private static string Source([CallerFilePath] string here = "") => Path.Combine(
        Path.GetDirectoryName(here)!, "..", "..", "..", "src", "ScimBridge.Provisioning", "Lifecycle");

    // What the action means under the policy, as it is written about it.
    private static string Promised(LifecycleAction action, WorkerPolicy policy, LifecycleSignal signal, LeaveType? leave, AccessState? state)
    {
        var type = signal == LifecycleSignal.LeaveStart ? leave!.Value : state == AccessState.Restricted ? LeaveType.Parental : LeaveType.Other;
        var onLeave = policy.LeaveByType.TryGetValue(type, out var own) ? own : policy.Leave;
        return action switch
        {
            LifecycleAction.NoAccount => "none",
            LifecycleAction.Prepare => "preStart False Unprivileged",
            LifecycleAction.Work => "work True All",
            LifecycleAction.Leave when onLeave == LeaveAction.Keep => "leave True All",
            LifecycleAction.Leave when onLeave == LeaveAction.SuspendPrivileged => "leave True Unprivileged",
            LifecycleAction.Leave => "leave False Unprivileged",
            LifecycleAction.Suspend => "suspension False Unprivileged",
            LifecycleAction.EndContract when policy.ContractGrace > Duration.Zero => "contractEnd False Ordinary",
            LifecycleAction.EndContract or LifecycleAction.End => "leaver False None",
            LifecycleAction.Discard => "rescindedHire False None",
            _ => throw new ArgumentOutOfRangeException(nameof(action)),
        };
    }

    private static string Done(LifecycleSignal signal, LeaveType? leave, WorkerType type, AccessState? state, WorkerPolicy own)
    {
        var policy = new LifecyclePolicy(own);
        var was = state is { } known ? In(known, type, calledBack: signal == LifecycleSignal.LeaveEnd && leave == LeaveType.Garden) : In(AccessState.Active, type);
        List<Assertion> said = state is null ? [] : [Snapshot(1, Before, was)];
        if (state is not null)
            Assert.Equal(state, At(said, Before, policy).Access);
        said.Add(Snapshot(2, Now, After(signal, leave, was)));
        var hasIdentity = state is not (null or AccessState.None);
        var intent = LifecycleDecision.Decide(new LifecycleChange(state, hasIdentity, At(said, Now, policy)) { WasUsable = state == AccessState.Active }, policy);
        if (!intent.Exists)
            return "none";
        return $"{(intent.Rule is "joiner" or "return" or "atWork" ? "work" : intent.Rule)} {intent.Active} {intent.Memberships}";
    }

    private static Worker At(IEnumerable<Assertion> said, Instant at, LifecyclePolicy policy) =>
        Timeline.Of(said, Instant.MaxValue).At(at, Sample.Zones, policy.Preparation)!;

    private static Assertion Snapshot(long seq, Instant at, WorkerFacts facts) =>
        Assertion.Of(new HrRecord(facts, $"h{seq}", seq), seq, at, at, "b", Sample.Zones);

    // A worker of the type whose access is in that state the day before.
    private static WorkerFacts In(AccessState state, WorkerType type, bool calledBack = false)
    {
        var underContract = type is WorkerType.Contractor or WorkerType.Contingent;
        var facts = Sample.Facts with
        {
            Type = type, StartDate = new LocalDate(2024, 1, 1), Department = "Sales", ManagerId = "w-9", Country = "DK",
            ContractEndDate = underContract ? new LocalDate(2026, 12, 31) : null,
        };
        return state switch
        {
            AccessState.None => facts with { Status = EmploymentStatus.Prehire, StartDate = new LocalDate(2026, 8, 1) },
            AccessState.PreStart => facts with { Status = EmploymentStatus.Prehire, StartDate = Today.PlusDays(3) },
            AccessState.Active => facts,
            AccessState.Restricted => facts with { Status = EmploymentStatus.OnLeave, LeaveType = LeaveType.Parental },
            AccessState.Suspended => facts with { Status = EmploymentStatus.Suspended },
            AccessState.Ended when calledBack => facts with { Status = EmploymentStatus.GardenLeave },
            AccessState.Ended when underContract => facts with { ContractEndDate = new LocalDate(2026, 1, 31) },
            AccessState.Ended => facts with { Status = EmploymentStatus.Terminated, TerminationDate = new LocalDate(2026, 1, 31) },
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
    }

    // What HR says with the signal.
    private static WorkerFacts After(LifecycleSignal signal, LeaveType? leave, WorkerFacts facts) => signal switch
    {
        LifecycleSignal.Hire or LifecycleSignal.Rehire => facts with
        {
            Status = EmploymentStatus.Active, StartDate = Today, TerminationDate = null, LeaveType = null,
            ContractEndDate = facts.ContractEndDate is null ? null : new LocalDate(2026, 12, 31),
        },
        LifecycleSignal.Move => facts with { Department = "Finance", Title = "Controller" },
        LifecycleSignal.ManagerChange => facts with { ManagerId = "w-8" },
        LifecycleSignal.NameChange => facts with { FamilyName = "Dahl" },
        LifecycleSignal.CountryTransfer => facts with { Country = "US", TimeZone = "America/New_York", Company = "Corp Inc" },
        LifecycleSignal.Conversion => facts.Type is WorkerType.Contractor or WorkerType.Contingent
            ? facts with { Type = WorkerType.Employee, ContractEndDate = null }
            : facts with { Type = WorkerType.Contractor, ContractEndDate = new LocalDate(2026, 12, 31) },
        LifecycleSignal.LeaveStart when leave == LeaveType.Garden => facts with { Status = EmploymentStatus.GardenLeave },
        LifecycleSignal.LeaveStart => facts with
        {
            Status = facts.Status == EmploymentStatus.Terminated ? facts.Status : EmploymentStatus.OnLeave, LeaveType = leave,
        },
        LifecycleSignal.LeaveEnd => facts with
        {
            Status = facts.Status is EmploymentStatus.OnLeave or EmploymentStatus.Suspended or EmploymentStatus.GardenLeave ? EmploymentStatus.Active : facts.Status,
            LeaveType = null,
        },
        LifecycleSignal.GardenLeave => facts with { Status = EmploymentStatus.GardenLeave },
        LifecycleSignal.TerminationScheduled => facts with { TerminationDate = new LocalDate(2026, 12, 30) },
        LifecycleSignal.TerminationEffective => facts with { Status = EmploymentStatus.Terminated, TerminationDate = Today.PlusDays(-1) },
        LifecycleSignal.RetroactiveTermination => facts with { Status = EmploymentStatus.Terminated, TerminationDate = Today.PlusDays(-28) },
        LifecycleSignal.TerminationCancelled => facts with
        {
            Status = facts.Status == EmploymentStatus.Terminated ? EmploymentStatus.Active : facts.Status, TerminationDate = null,
        },
        LifecycleSignal.ContractEnd => facts with { ContractEndDate = Today.PlusDays(-1) },
        LifecycleSignal.ContractExtension => facts with { ContractEndDate = new LocalDate(2027, 6, 30) },
        LifecycleSignal.RescindedHire => facts with { Status = EmploymentStatus.Discarded },
        LifecycleSignal.Death => facts with { Status = EmploymentStatus.Deceased },
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };
}
