using System.ComponentModel;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Server.Hosting;

/// <summary>How many people a change of rules may hit.</summary>
public sealed class ChangeSafetyOptions
{
    private static readonly Limit Usual = new(10, 5, 500);

    /// <summary>Whether anything is held.</summary>
    [Description("Whether a change that would hit many people is held until somebody approves it.")]
    public bool Enabled { get; set; } = true;

    /// <summary>As many always pass.</summary>
    [Description("As many people a change may always hit. Left out: 10.")]
    public int? AtLeast { get; set; }

    /// <summary>Per cent of those who have access.</summary>
    [Description("More people as long as they are no more than so many per cent of those who have access. Left out: 5.")]
    public double? Percent { get; set; }

    /// <summary>More never pass.</summary>
    [Description("More people never, however large the company. Left out: 500.")]
    public int? AtMost { get; set; }

    /// <summary>How many people, of so many with access, a change may hit without asking.</summary>
    internal int LimitOf(long population) =>
        new Limit(AtLeast ?? Usual.AtLeast, Percent ?? Usual.Percent, AtMost ?? Usual.AtMost).For(population);

    internal IEnumerable<ConfigurationFault> Faults(string path)
    {
        if (this is { AtLeast: < 0 } or { AtMost: < 0 } or { Percent: < 0 or > 100 })
            yield return new(path, "Counts are 0 or more, percent is from 0 to 100.");
    }
}
