using System.ComponentModel;
using System.Text.Json;
using NodaTime;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// What the organisation does about joiners, movers, leaves and leavers. Whoever says something about joiners says something about movers
/// and leavers too, if only <c>{}</c> for what is usual: a policy that lets people in and forgets them is refused.
/// </summary>
public sealed class LifecycleOptions
{
    /// <summary>Joiners.</summary>
    [Description("Joiners. Asks for mover and leaver beside it; {} takes what is usual.")]
    public JoinerOptions? Joiner { get; set; }

    /// <summary>Movers.</summary>
    [Description("Movers: those whose place, job or kind of relationship becomes another.")]
    public MoverOptions? Mover { get; set; }

    /// <summary>Leaves.</summary>
    [Description("Leaves, by type.")]
    public LeaveOptions? Leave { get; set; }

    /// <summary>Contracts that run out.</summary>
    [Description("Contracts that run out.")]
    public ContractOptions? Contract { get; set; }

    /// <summary>Leavers.</summary>
    [Description("Leavers. At the end of access the account is disabled and loses its memberships, whatever stands here.")]
    public LeaverOptions? Leaver { get; set; }

    /// <summary>What is otherwise for some types of workers.</summary>
    [Description("What is otherwise for a type of worker: a phase that is named takes the place of the one above, whole.")]
    public Dictionary<string, WorkerTypeOptions> WorkerTypes { get; set; } = [];

    /// <summary>The policy; of options without faults.</summary>
    internal LifecyclePolicy Policy()
    {
        var usual = Of(new WorkerPolicy(), Joiner, Mover, Leave, Contract, Leaver);
        return new LifecyclePolicy(
            usual,
            WorkerTypes.ToDictionary(
                t => Word<WorkerType>(t.Key)!.Value, t => Of(usual, t.Value.Joiner, t.Value.Mover, t.Value.Leave, t.Value.Contract, t.Value.Leaver)));
    }

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        string[] missing = [.. new[] { ("joiner", Joiner is null), ("mover", Mover is null), ("leaver", Leaver is null) }.Where(p => p.Item2).Select(p => p.Item1)];
        if (Joiner is not null && missing.Length > 0)
        {
            yield return new("", $"speaks of joiners and not of {string.Join(" and ", missing.Select(m => m + "s"))}: "
                + $"{string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} missing. {{}} takes what is usual.");
        }

        foreach (var fault in FaultsOf("", Joiner, Leave, Contract, Leaver).Concat(TooSoon("", Contract, Leaver)))
            yield return fault;
        foreach (var (name, own) in WorkerTypes)
        {
            var at = StrictJson.Member(".workerTypes", name);
            if (Word<WorkerType>(name) is null or WorkerType.Unknown)
                yield return new(at, $"must be one of {Words<WorkerType>(t => t != WorkerType.Unknown)}.");
            foreach (var fault in FaultsOf(at, own.Joiner, own.Leave, own.Contract, own.Leaver))
                yield return fault;
            if (own.Contract is null && own.Leaver is null)
                continue;
            foreach (var fault in TooSoon(at, own.Contract ?? Contract, own.Leaver ?? Leaver))
                yield return fault;
        }
    }

    private static WorkerPolicy Of(
        WorkerPolicy policy, JoinerOptions? joiner, MoverOptions? mover, LeaveOptions? leave, ContractOptions? contract, LeaverOptions? leaver)
    {
        if (joiner is not null)
            policy = policy with { Preparation = Duration.FromDays(joiner.PrepareDays) };
        if (mover is not null)
            policy = policy with { UrgentRemovals = mover.Removals == RemovalUrgency.Urgent };
        if (leave is not null)
            policy = policy with { Leave = leave.Default, LeaveByType = leave.ByType.ToDictionary(t => Word<LeaveType>(t.Key)!.Value, t => t.Value) };
        if (contract is not null)
            policy = policy with { ContractGrace = Duration.FromDays(contract.GraceDays) };
        return leaver is null ? policy : policy with
        {
            DeleteAfter = Days(leaver.DeleteAfterDays),
            DeleteAfterByType = leaver.ByType.ToDictionary(t => Word<TerminationType>(t.Key)!.Value, t => Days(t.Value.DeleteAfterDays)),
        };
    }

    private static IEnumerable<ConfigurationFault> FaultsOf(
        string at, JoinerOptions? joiner, LeaveOptions? leave, ContractOptions? contract, LeaverOptions? leaver)
    {
        if (joiner?.PrepareDays is < 0 or > 365)
            yield return new($"{at}.joiner.prepareDays", "must be from 0 to 365.");
        if (contract?.GraceDays is < 0 or > 90)
            yield return new($"{at}.contract.graceDays", "must be from 0 to 90.");
        foreach (var (name, action) in leave?.ByType ?? [])
        {
            var path = StrictJson.Member($"{at}.leave.byType", name);
            var fault = Word<LeaveType>(name) switch
            {
                null => $"must be one of {Words<LeaveType>(t => t != LeaveType.Garden)}.",
                LeaveType.Garden => "is no leave to choose for: access ends where garden leave begins, and leaver says what becomes of the account.",
                LeaveType.Disciplinary when action != LeaveAction.Suspend => "can be suspend only: who is barred by the employer has no access.",
                _ => null,
            };
            if (fault is not null)
                yield return new(path, fault);
        }

        foreach (var (path, days) in Deletions(leaver))
        {
            if (days is < 1 or > 3650)
                yield return new($"{at}.leaver{path}", "must be from 1 to 3650; null or left out: never.");
        }

        foreach (var name in (leaver?.ByType ?? []).Keys.Where(n => Word<TerminationType>(n) is null))
            yield return new(StrictJson.Member($"{at}.leaver.byType", name), $"must be one of {Words<TerminationType>(_ => true)}.");
    }

    private static IEnumerable<ConfigurationFault> TooSoon(string at, ContractOptions? contract, LeaverOptions? leaver) =>
        Deletions(leaver).Where(d => d.Days < contract?.GraceDays).Select(d => new ConfigurationFault(
            $"{at}.leaver{d.Path}", $"would delete accounts before the {contract!.GraceDays} days of contract.graceDays are over."));

    private static IEnumerable<(string Path, int? Days)> Deletions(LeaverOptions? leaver) => leaver is null
        ? []
        : [
            (".deleteAfterDays", leaver.DeleteAfterDays),
            .. leaver.ByType.Select(t => (StrictJson.Member(".byType", t.Key) + ".deleteAfterDays", t.Value.DeleteAfterDays)),
        ];

    private static Duration? Days(int? days) => days is { } d ? Duration.FromDays(d) : null;

    private static T? Word<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().Where(v => Word(v) == word).Select(v => (T?)v).FirstOrDefault();

    private static string Words<T>(Predicate<T> allowed)
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Where(v => allowed(v)).Select(Word));

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

/// <summary>What is otherwise for a type of worker.</summary>
public sealed class WorkerTypeOptions
{
    /// <summary>Joiners.</summary>
    [Description("Joiners.")]
    public JoinerOptions? Joiner { get; set; }

    /// <summary>Movers.</summary>
    [Description("Movers.")]
    public MoverOptions? Mover { get; set; }

    /// <summary>Leaves.</summary>
    [Description("Leaves.")]
    public LeaveOptions? Leave { get; set; }

    /// <summary>Contracts that run out.</summary>
    [Description("Contracts that run out.")]
    public ContractOptions? Contract { get; set; }

    /// <summary>Leavers.</summary>
    [Description("Leavers.")]
    public LeaverOptions? Leaver { get; set; }
}

/// <summary>Joiners.</summary>
public sealed class JoinerOptions
{
    /// <summary>Days before the first working day at which an account is prepared.</summary>
    [Description("How many days before the first working day an account is prepared, disabled. It is usable from 00:00 of that day in the worker's zone.")]
    public int PrepareDays { get; set; } = 7;
}

/// <summary>How urgent it is that a mover loses something.</summary>
public enum RemovalUrgency
{
    /// <summary>With all other changes.</summary>
    Ordinary = 0,

    /// <summary>After leavers, before joiners.</summary>
    Urgent = 1,
}

/// <summary>Movers.</summary>
public sealed class MoverOptions
{
    /// <summary>How urgent it is that the old memberships go.</summary>
    [Description("How urgent it is that the memberships of the old place go. ordinary: with all other changes. urgent: after leavers, before joiners.")]
    public RemovalUrgency Removals { get; set; } = RemovalUrgency.Ordinary;
}

/// <summary>Leaves.</summary>
public sealed class LeaveOptions
{
    /// <summary>What a leave does.</summary>
    [Description("What a leave does whose type is not named. keep: nothing. suspendPrivileged: privileged memberships go until the return. suspend: so does the use of the account.")]
    public LeaveAction Default { get; set; } = LeaveAction.SuspendPrivileged;

    /// <summary>What a leave of a type does.</summary>
    [Description("What a leave does by its type: other, parental, medical, sabbatical, military, furlough, unpaid, paid, secondment. disciplinary always suspends; garden leave is an end of access.")]
    public Dictionary<string, LeaveAction> ByType { get; set; } = [];
}

/// <summary>Contracts that run out.</summary>
public sealed class ContractOptions
{
    /// <summary>Days in which an extension may still come.</summary>
    [Description("How many days an account whose contract ran out keeps its ordinary memberships, disabled, because an extension may still be told. Then it is a leaver's.")]
    public int GraceDays { get; set; }
}

/// <summary>Leavers.</summary>
public sealed class LeaverOptions
{
    /// <summary>Days after which the account is deleted.</summary>
    [Description("How many days after the end of access the account is deleted. null: never. Who comes back before has the same account again.")]
    public int? DeleteAfterDays { get; set; }

    /// <summary>What is otherwise for a type of end.</summary>
    [Description("What is otherwise by the type of the end: unknown, voluntary, involuntary, endOfContract, death, retirement, noShow (rescinded hires too), redundancy.")]
    public Dictionary<string, EndOptions> ByType { get; set; } = [];
}

/// <summary>What is done after an end of a type.</summary>
public sealed class EndOptions
{
    /// <summary>Days after which the account is deleted.</summary>
    [Description("How many days after the end of access the account is deleted. null: never.")]
    public int? DeleteAfterDays { get; set; }
}
