using System.ComponentModel;
using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>How the journal is anchored and kept, and where evidence packs lie.</summary>
public sealed class JournalOptions
{
    private const double MostMinutes = 60 * 24 * 31;

    /// <summary>How often the head of the chain is signed.</summary>
    [Description("Minutes after which the head of the journal's chain is signed, where anything was noted since; it is signed when the bridge is stopped too.")]
    public double AnchorMinutes { get; set; } = 60;

    /// <summary>How long entries are kept.</summary>
    [Description("Days for which entries of the journal are kept; older ones are cut off at an anchor. Left out: for ever.")]
    public int? KeepDays { get; set; }

    /// <summary>Where evidence packs lie.</summary>
    [Description("The folder where evidence packs lie. Nodes that share a database share it.")]
    public string Packs { get; set; } = "data/evidence";

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (AnchorMinutes is not (> 0 and <= MostMinutes))
            yield return new(".anchorMinutes", "must be more than 0, and a month at most.");
        if (KeepDays is < 1)
            yield return new(".keepDays", "must be 1 or more.");
        if (string.IsNullOrWhiteSpace(Packs))
            yield return new(".packs", "must be a folder.");
    }
}
