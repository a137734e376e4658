using System.ComponentModel;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Server.Hosting;

/// <summary>What a reconciliation by schedule does about what it finds.</summary>
public enum ReconcileMode
{
    /// <summary>Nothing: it is shown.</summary>
    Report = 0,

    /// <summary>It sets it right.</summary>
    Enforce = 1,
}

/// <summary>What becomes of accounts that nobody of ours has.</summary>
public enum OrphanPolicy
{
    /// <summary>They are shown.</summary>
    Report = 0,

    /// <summary>They are disabled.</summary>
    Disable = 1,
}

/// <summary>How a target is compared with what it should have.</summary>
public sealed class ReconcileOptions
{
    private static readonly Limit Usual = new(25, 10);

    /// <summary>How often everything is compared.</summary>
    [Description("Hours between comparisons of everything; 0 for none but those that somebody asks for.")]
    public double EveryHours { get; set; } = 24;

    /// <summary>How often what has changed is compared.</summary>
    [Description("Minutes between comparisons of what has changed at the target, where it can say that; 0 for none.")]
    public double DeltaMinutes { get; set; } = 10;

    /// <summary>How often the privileged are compared.</summary>
    [Description("Minutes between comparisons of the members of privileged groups, each of whom is read; 0 for none.")]
    public double PrivilegedMinutes { get; set; } = 5;

    /// <summary>What is done about what is found by schedule.</summary>
    [Description("What comparisons by schedule do. report: what they find is shown. enforce: it is set right.")]
    public ReconcileMode Mode { get; set; } = ReconcileMode.Report;

    /// <summary>What becomes of accounts that nobody has.</summary>
    [Description("What enforce does about accounts that nobody of ours has. report: nothing. disable: they are disabled; they are never deleted.")]
    public OrphanPolicy Orphans { get; set; } = OrphanPolicy.Report;

    /// <summary>How long leavers are asked after.</summary>
    [Description("Days after the end of access in which a comparison of everything also reads what a leaver holds beside the account; 0 for not at all.")]
    public int LeaverDays { get; set; } = 90;

    /// <summary>How much is set right without anybody's approval.</summary>
    [Description("How many differences one comparison sets right by itself: 25 always, more up to 10 per cent of the linked accounts. Leavers who can get in are always shut out.")]
    public LimitOptions? Limit { get; set; }

    internal Limit LimitOf() => Limit?.Over(Usual) ?? Usual;

    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (EveryHours is not (0 or (>= 1 and <= 24 * 366)))
            yield return new(".everyHours", "must be from 1 to 8784, a year, or 0 for none.");
        foreach (var (name, minutes) in new[] { ("deltaMinutes", DeltaMinutes), ("privilegedMinutes", PrivilegedMinutes) })
        {
            if (minutes is not (0 or (>= 1 and <= 60 * 24 * 366)))
                yield return new($".{name}", "must be from 1 to 527040, a year, or 0 for none.");
        }

        if (LeaverDays is < 0 or > 3660)
            yield return new(".leaverDays", "must be from 0, for none, to 3660.");
        if (Limit is { AtLeast: < 0 } or { AtMost: < 0 } or { Percent: < 0 or > 100 })
            yield return new(".limit", "Counts are 0 or more, percent is from 0 to 100.");
    }
}
