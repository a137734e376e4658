using System.ComponentModel;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Server.Hosting;

/// <summary>What is done at a target.</summary>
public enum TargetMode
{
    /// <summary>What is due is delivered.</summary>
    Enforce = 0,

    /// <summary>Nothing is written; what would be is shown.</summary>
    Observe = 1,
}

/// <summary>What is read back before it is believed.</summary>
public enum ReadBack
{
    /// <summary>That an account is disabled.</summary>
    Disables = 0,

    /// <summary>Every write.</summary>
    All = 1,

    /// <summary>Nothing.</summary>
    None = 2,
}

/// <summary>What the bridge itself is told about a target, beside what its connector is told; keys of the same object.</summary>
public sealed class TargetSettings
{
    // An account is no credential.
    private static readonly string[] KindsOfProbes = [.. Enum.GetValues<AccessKind>().Where(k => k != AccessKind.Account).Select(Words.Of)];

    /// <summary>What is done at the target; null where an administrator says it once they have seen what would be done.</summary>
    [Description("observe: nothing is written, and what would be is shown. enforce: what is due is delivered. Left out: observe, until an administrator says enforce.")]
    public TargetMode? Mode { get; set; }

    /// <summary>What is done at the target now.</summary>
    /// <param name="isLet">Whether somebody has let the bridge write there.</param>
    public TargetMode ModeWhere(bool isLet) => Mode ?? (isLet ? TargetMode.Enforce : TargetMode.Observe);

    /// <summary>What the target is told of users differently.</summary>
    [Description("What the target is told of users differently from others.")]
    public TargetMappingOptions Mapping { get; set; } = new();

    /// <summary>The configured ceiling of the pace.</summary>
    [Description("Calls per second that are never exceeded, for a target whose limit is known and not said. Left out: it is found out.")]
    public double? CallsPerSecond { get; set; }

    /// <summary>What is read back before it is believed.</summary>
    [Description("What is read back before it is believed: that an account is disabled, every write, or nothing.")]
    public ReadBack ReadBack { get; set; } = ReadBack.Disables;

    /// <summary>What waits at the door.</summary>
    [Description("How many accounts may be disabled or deleted before a person has to approve it.")]
    public GuardOptions Guard { get; set; } = new();

    /// <summary>Who is never touched.</summary>
    [Description("Accounts that are never touched, such as those for emergencies.")]
    public ProtectOptions Protect { get; set; } = new();

    /// <summary>How the target is compared with what it should have.</summary>
    [Description("How what the target has is compared with what it should have.")]
    public ReconcileOptions Reconcile { get; set; } = new();

    /// <summary>Who answers for what the target does not show.</summary>
    [Description("Who answers for what the target does not show: a team or a role. Left out: the administrators of the target.")]
    public string? Owner { get; set; }

    /// <summary>Where old credentials are used, by the kind of access.</summary>
    [Description("Where an old credential of a leaver is used to see that it is refused, by the kind of access: tokens, sessions and so on.")]
    public Dictionary<string, ProbeOptions> Probes { get; set; } = [];

    /// <summary>Everything that is wrong with the settings.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (CallsPerSecond is < 0.1 or > 10_000)
            yield return new("callsPerSecond", "must be from 0.1 to 10000.");
        foreach (var (kind, probe) in Probes)
        {
            if (!KindsOfProbes.Contains(kind))
                yield return new($"probes.{kind}", $"must be one of {string.Join(", ", KindsOfProbes)}.");
            foreach (var fault in probe.Faults())
                yield return fault with { Path = $"probes.{kind}{fault.Path}" };
        }

        foreach (var fault in Reconcile.Faults())
            yield return fault with { Path = "reconcile" + fault.Path };
        if (Guard.WindowHours is < 1 or > 720)
            yield return new("guard.windowHours", "must be from 1 to 720, 30 days.");
        foreach (var (name, limit) in new[] { ("disables", Guard.Disables), ("deletes", Guard.Deletes) })
        {
            if (limit is { AtLeast: < 0 } or { AtMost: < 0 } or { Percent: < 0 or > 100 })
                yield return new($"guard.{name}", "Counts are 0 or more, percent is from 0 to 100.");
        }
    }
}

/// <summary>What waits at the door of a target.</summary>
public sealed class GuardOptions
{
    private static readonly Limit UsualDisables = new(25, 10);
    private static readonly Limit UsualDeletes = new(10, 5);

    /// <summary>Whether anything waits.</summary>
    [Description("Whether more disabled or deleted accounts than the limits let pass wait for approval.")]
    public bool Enabled { get; set; } = true;

    /// <summary>The time over which is counted.</summary>
    [Description("Hours over which is counted what passed.")]
    public double WindowHours { get; set; } = 24;

    /// <summary>How many are disabled.</summary>
    [Description("How many accounts may be disabled: 25 always, more up to 10 per cent of the linked accounts.")]
    public LimitOptions? Disables { get; set; }

    /// <summary>How many are deleted.</summary>
    [Description("How many accounts and groups may be deleted: 10 always, more up to 5 per cent of those that are linked.")]
    public LimitOptions? Deletes { get; set; }

    internal Limit LimitOf(string effect) => effect == "delete"
        ? Deletes?.Over(UsualDeletes) ?? UsualDeletes
        : Disables?.Over(UsualDisables) ?? UsualDisables;
}

/// <summary>Who is never touched at a target.</summary>
public sealed class ProtectOptions
{
    /// <summary>Ids.</summary>
    [Description("Ids of the accounts at the target, or of the bridge's users.")]
    public List<string> Ids { get; set; } = [];

    /// <summary>User names.</summary>
    [Description("User names, in any case.")]
    public List<string> UserNames { get; set; } = [];

    /// <summary>Groups.</summary>
    [Description("Names of the bridge's groups whose members are protected, and that are protected themselves.")]
    public List<string> Groups { get; set; } = [];

    /// <summary>A filter.</summary>
    [Description("A SCIM filter over the bridge's users.")]
    public string? Where { get; set; }

    internal bool IsEmpty => Ids.Count == 0 && UserNames.Count == 0 && Groups.Count == 0 && Where is null;
}
