using System.ComponentModel;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Server.Hosting;

/// <summary>A rule of who is in which group.</summary>
public sealed class GroupOptions
{
    /// <summary>The group's name.</summary>
    [Description("The group's name. Where there is a group for each value of an attribute, {value} in it stands for the value.")]
    public string DisplayName { get; set; } = "";

    /// <summary>Who is in it.</summary>
    [Description("Who is in the group: a SCIM filter over the user, its extensions and what HR says, e.g. department eq \"Sales\" and userType eq \"contractor\". An attribute of an extension may be named without its URN where no other has the name.")]
    public string? Where { get; set; }

    /// <summary>The attribute for each value of which there is a group.</summary>
    [Description("An attribute of text, such as department: there is a group for each value of it.")]
    public string? Each { get; set; }

    /// <summary>Whether being in it is a privilege.</summary>
    [Description("Whether being in the group is a privilege, which the lifecycle may withhold from those who keep the rest.")]
    public bool Privileged { get; set; }

    /// <summary>Whether it bears a licence.</summary>
    [Description("Whether the group bears a licence that somebody pays for, which the lifecycle may withhold likewise.")]
    public bool Licence { get; set; }

    /// <summary>How many days it lasts.</summary>
    [Description("Days from the first day of work on after which the rule gives the membership no longer.")]
    public int? UntilDays { get; set; }
}

/// <summary>How much a change of the rules may take.</summary>
public sealed class GroupSafetyOptions
{
    private static readonly Limit Usual = new(10, 5, 500);

    /// <summary>Whether anything is held.</summary>
    [Description("Whether rules that would take memberships from many people are held until somebody approves them.")]
    public bool Enabled { get; set; } = true;

    /// <summary>As many always pass.</summary>
    [Description("From as many people memberships may always be taken by a change of the rules. Left out: 10.")]
    public int? AtLeast { get; set; }

    /// <summary>Per cent of those who have access.</summary>
    [Description("From more people as long as they are no more than so many per cent of those who have access. Left out: 5.")]
    public double? Percent { get; set; }

    /// <summary>More never pass.</summary>
    [Description("From more people never, however large the company. Left out: 500.")]
    public int? AtMost { get; set; }

    /// <summary>From how many people, of so many with access, memberships are taken without asking.</summary>
    internal int LimitOf(long population) =>
        new Limit(AtLeast ?? Usual.AtLeast, Percent ?? Usual.Percent, AtMost ?? Usual.AtMost).For(population);

    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (this is { AtLeast: < 0 } or { AtMost: < 0 } or { Percent: < 0 or > 100 })
            yield return new("$.groupSafety", "Counts are 0 or more, percent is from 0 to 100.");
    }
}
