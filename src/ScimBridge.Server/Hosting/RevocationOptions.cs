using System.ComponentModel;
using NodaTime;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Server.Hosting;

/// <summary>What the end of access demands, and who may have it at once.</summary>
public sealed class RevocationOptions
{
    private const double MostMinutes = 60 * 24 * 366;

    /// <summary>The time until all of it is to be verified.</summary>
    [Description("Minutes from the decision until every target is to have shown that nothing is left; later, somebody is told.")]
    public double ObjectiveMinutes { get; set; } = 5;

    /// <summary>What ends.</summary>
    [Description("What ends, of what a target can end or show; the account always does. factors and devices only where they are named.")]
    public List<AccessKind> Kinds { get; set; } =
        [AccessKind.Account, AccessKind.Sessions, AccessKind.Tokens, AccessKind.Grants, AccessKind.Memberships, AccessKind.Roles];

    /// <summary>When it is looked at again.</summary>
    [Description("Minutes after the proof at which it is looked at again, ascending: 5 minutes, an hour, a day, a week and 30 days.")]
    public List<double> CheckAfterMinutes { get; set; } = [5, 60, 60 * 24, 60 * 24 * 7, 60 * 24 * 30];

    /// <summary>What happens to memberships that somebody else gave.</summary>
    [Description("Whether memberships that the bridge has not given are taken from who leaves as well.")]
    public bool TakeAllMemberships { get; set; } = true;

    /// <summary>How many people may be ordered out within an hour.</summary>
    [Description("How many people may be ordered out at once within an hour; the orders go past what holds mass changes.")]
    public int OrdersPerHour { get; set; } = 10;

    /// <summary>Whether one person may order it for cause.</summary>
    [Description("Whether one person alone may order somebody out for cause. Otherwise a second one has to approve each order.")]
    public bool OneMayOrderForCause { get; set; }

    /// <summary>The policy of these options.</summary>
    internal RevocationPolicy ToPolicy() => new()
    {
        Kinds = new HashSet<AccessKind>([AccessKind.Account, .. Kinds]),
        Objective = Duration.FromMinutes(ObjectiveMinutes),
        Checks = [.. CheckAfterMinutes.Select(Duration.FromMinutes)],
    };

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (ObjectiveMinutes is not (> 0 and <= MostMinutes))
            yield return new(".objectiveMinutes", "must be more than 0, and a year at most.");
        for (var i = 0; i < CheckAfterMinutes.Count; i++)
        {
            if (CheckAfterMinutes[i] is not (> 0 and <= MostMinutes) || (i > 0 && CheckAfterMinutes[i] <= CheckAfterMinutes[i - 1]))
                yield return new($".checkAfterMinutes[{i}]", "must be more than the one before, and a year at most.");
        }

        if (OrdersPerHour is < 0 or > 10_000)
            yield return new(".ordersPerHour", "must be from 0, for none, to 10000.");
    }
}
