using System.ComponentModel;

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
