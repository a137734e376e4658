using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Server.Hosting;

/// <summary>What is configured about service accounts.</summary>
/// <param name="options">The options, without faults.</param>
public sealed class ConfiguredSponsorship(SponsorshipOptions options)
{
    /// <summary>The name of the resource type.</summary>
    public const string TypeName = "ServiceAccount";

    /// <summary>The options.</summary>
    public SponsorshipOptions Options => options;

    /// <summary>The timers.</summary>
    public SuccessionPolicy Policy { get; } = options.Succession();

    /// <summary>What is told of a coming end.</summary>
    public NoticePolicy Notice { get; } = options.Notice();
}
