using ScimBridge.Provisioning.Workers;
using static ScimBridge.Provisioning.Lifecycle.LifecycleAction;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// What each signal does to each type of worker in each state, and why: the policy's promise. It has no hole: a signal, a state, a type of
/// worker or a type of leave that is added and stands in no row does not compile. That <see cref="LifecycleDecision"/> keeps the promise in
/// every cell is tested with a worker for each. <c>LifecycleTable.md</c> is made of it.
/// </summary>
public static class LifecycleTable
{
    /// <summary>The states, null for somebody who was never heard of.</summary>
    public static IReadOnlyList<AccessState?> States { get; } = [null, .. Enum.GetValues<AccessState>().Select(s => (AccessState?)s)];

    /// <summary>The signals; those about a leave once for each of its types.</summary>
    public static IReadOnlyList<(LifecycleSignal Signal, LeaveType? Leave)> Signals { get; } =
    [
        .. Enum.GetValues<LifecycleSignal>().SelectMany(s => s is LifecycleSignal.LeaveStart or LifecycleSignal.LeaveEnd
            ? Enum.GetValues<LeaveType>().Select(l => (s, (LeaveType?)l))
            : [(s, (LeaveType?)null)]),
    ];

    /// <summary>What is done.</summary>
    /// <param name="signal">What is said.</param>
    /// <param name="leave">The type of the leave, where it is about one.</param>
    /// <param name="type">The type of the worker, before the signal.</param>
    /// <param name="state">The state of the worker before the signal; null for somebody who was never heard of.</param>
    public static LifecycleCell Find(LifecycleSignal signal, LeaveType? leave, WorkerType type, AccessState? state)
    {
        if (Grouped(type) is not { } kind)
            return new(Quarantine, "A type that nobody mapped is never guessed.");
        var row = RowOf(signal, leave ?? LeaveType.Other, kind);
        return new(row.Of(state), row.Reason);
    }

#pragma warning disable CS8524 // A number that has no name is none of these: only a name that is missing here is to fail the build.
    /// <summary>Whether types are treated alike: those who are here under a contract, and those who are employed; null for the unknown.</summary>
    internal static Kind? Grouped(WorkerType type) => type switch
    {
        WorkerType.Unknown => null,
        WorkerType.Contingent or WorkerType.Contractor => Kind.UnderContract,
        WorkerType.Employee or WorkerType.Intern or WorkerType.Temp or WorkerType.Consultant or WorkerType.Volunteer or WorkerType.Board
            or WorkerType.RetireeWithAccess => Kind.Employed,
    };

    private static Row RowOf(LifecycleSignal signal, LeaveType leave, Kind kind) => signal switch
    {
        LifecycleSignal.Hire => new(
            Unheard: Work, None: Work, PreStart: Work, Active: Work, Restricted: Work, Suspended: Work, Ended: Work,
            "The first day begins at 00:00 in the worker's zone; after an end it is a rehire."),
        LifecycleSignal.Rehire => new(
            Unheard: Work, None: Work, PreStart: Work, Active: Work, Restricted: Work, Suspended: Work, Ended: Work,
            "The same account, with what policy gives today; nothing of what it had, and no old secret."),
        LifecycleSignal.Move => Follows("The account follows; what the old place gave goes as what the new one gives comes."),
        LifecycleSignal.ManagerChange => Follows("The manager is written; who is not known yet is written as soon as they are."),
        LifecycleSignal.NameChange => Follows("The name is written; the user name stays."),
        LifecycleSignal.CountryTransfer => Follows("One account goes on, in the new zone, with what the new country gives."),
        LifecycleSignal.Conversion => kind switch
        {
            Kind.Employed => Follows("One account goes on; the contract's end is its end from now on."),
            // The new relationship has no end: it takes back the end of the contract.
            Kind.UnderContract => Follows("One account goes on; an end of the contract counts no more.") with { Ended = Work },
        },
        LifecycleSignal.LeaveStart => leave switch
        {
            LeaveType.Garden => RowOf(LifecycleSignal.GardenLeave, leave, kind),
            LeaveType.Disciplinary => new(
                Unheard: Suspend, None: NoAccount, PreStart: Prepare, Active: Suspend, Restricted: Suspend, Suspended: Suspend, Ended: End,
                "Barred by the employer: whatever policy has for leaves, nothing works."),
            LeaveType.Other or LeaveType.Parental or LeaveType.Medical or LeaveType.Sabbatical or LeaveType.Military or LeaveType.Furlough
                or LeaveType.Unpaid or LeaveType.Paid or LeaveType.Secondment => new(
                Unheard: Leave, None: NoAccount, PreStart: Prepare, Active: Leave, Restricted: Leave, Suspended: Leave, Ended: End,
                "Policy says by the type of the leave what of the account stays."),
        },
        LifecycleSignal.LeaveEnd => leave switch
        {
            LeaveType.Garden => Back("Called back from garden leave: the same account, with what policy still gives.") with { Ended = Work },
            LeaveType.Disciplinary or LeaveType.Other or LeaveType.Parental or LeaveType.Medical or LeaveType.Sabbatical or LeaveType.Military
                or LeaveType.Furlough or LeaveType.Unpaid or LeaveType.Paid or LeaveType.Secondment =>
                Back("Back: what policy still gives is given, and nothing else is restored."),
        },
        LifecycleSignal.GardenLeave => new(
            Unheard: NoAccount, None: NoAccount, PreStart: Discard, Active: End, Restricted: End, Suspended: End, Ended: End,
            "Employment goes on, access does not."),
        LifecycleSignal.TerminationScheduled => kind switch
        {
            Kind.Employed => Scheduled with { Ended = Work },
            // The contract had run out before; a later last day does not make it longer.
            Kind.UnderContract => Scheduled,
        },
        LifecycleSignal.TerminationEffective => Over("The last day is over in the worker's zone."),
        LifecycleSignal.RetroactiveTermination => Over("What is told late is done at once."),
        LifecycleSignal.TerminationCancelled => kind switch
        {
            Kind.Employed => Cancelled with { Ended = Work },
            Kind.UnderContract => Cancelled,
        },
        LifecycleSignal.ContractEnd => Over("The day of the contract's end fires by itself; no record is needed.") with
        {
            Active = EndContract, Restricted = EndContract, Suspended = EndContract, Ended = kind == Kind.UnderContract ? EndContract : End,
        },
        LifecycleSignal.ContractExtension => kind switch
        {
            Kind.Employed => Follows("A longer contract takes no termination back."),
            Kind.UnderContract => Follows("The end is planned anew; a contract that had run out goes on with the same account.") with { Ended = Work },
        },
        LifecycleSignal.RescindedHire => Over("A hire that never came to be is no termination, and is told as what it is.") with
        {
            Active = Discard, Restricted = Discard, Suspended = Discard, Ended = Discard,
        },
        LifecycleSignal.Death => Over("Everything ends; nothing is sent to the person."),
    };

    private static Row Scheduled => new(
        Unheard: Work, None: NoAccount, PreStart: Prepare, Active: Work, Restricted: Leave, Suspended: Suspend, Ended: End,
        "Nothing before the day is over in the worker's zone; then the end fires by itself.");

    private static Row Cancelled => new(
        Unheard: Work, None: NoAccount, PreStart: Prepare, Active: Work, Restricted: Leave, Suspended: Suspend, Ended: End,
        "The end is planned no more; one that had come brings the same account back, without its secrets.");

    private static Row Follows(string reason) => new(
        Unheard: Work, None: NoAccount, PreStart: Prepare, Active: Work, Restricted: Leave, Suspended: Suspend, Ended: End, reason);

    private static Row Back(string reason) => new(
        Unheard: Work, None: NoAccount, PreStart: Prepare, Active: Work, Restricted: Work, Suspended: Work, Ended: End, reason);

    private static Row Over(string reason) => new(
        Unheard: NoAccount, None: NoAccount, PreStart: Discard, Active: End, Restricted: End, Suspended: End, Ended: End, reason);

    /// <summary>Types of workers that are treated alike.</summary>
    internal enum Kind
    {
        /// <summary>Employed, or here without a contract that ends.</summary>
        Employed,

        /// <summary>Here under a contract, whose end ends access.</summary>
        UnderContract,
    }

    private sealed record Row(
        LifecycleAction Unheard,
        LifecycleAction None,
        LifecycleAction PreStart,
        LifecycleAction Active,
        LifecycleAction Restricted,
        LifecycleAction Suspended,
        LifecycleAction Ended,
        string Reason)
    {
        public LifecycleAction Of(AccessState? state) => state is not { } known ? Unheard : known switch
        {
            AccessState.None => None,
            AccessState.PreStart => PreStart,
            AccessState.Active => Active,
            AccessState.Restricted => Restricted,
            AccessState.Suspended => Suspended,
            AccessState.Ended => Ended,
        };
    }
#pragma warning restore CS8524
}
