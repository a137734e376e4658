using System.ComponentModel;

namespace ScimBridge.Server.Hosting;

/// <summary>A rule of who has a role or an entitlement.</summary>
public sealed class GrantOptions
{
    /// <summary>The value.</summary>
    [Description("The value of the role or entitlement. Left out: the key of the rule.")]
    public string? Value { get; set; }

    /// <summary>What people know it by.</summary>
    [Description("What people know it by.")]
    public string? Display { get; set; }

    /// <summary>What it is for.</summary>
    [Description("What it is for.")]
    public string? Type { get; set; }

    /// <summary>Who has it.</summary>
    [Description("Who has it: a SCIM filter, as for a group.")]
    public string Where { get; set; } = "";

    /// <summary>Whether it is a privilege.</summary>
    [Description("Whether it is a privilege, which the lifecycle may withhold from those who keep the rest.")]
    public bool Privileged { get; set; }

    /// <summary>Whether it bears a licence.</summary>
    [Description("Whether it bears a licence that somebody pays for, which the lifecycle may withhold likewise.")]
    public bool Licence { get; set; }

    /// <summary>How many days it lasts.</summary>
    [Description("Days from the first day of work on after which the rule gives it no longer.")]
    public int? UntilDays { get; set; }
}
