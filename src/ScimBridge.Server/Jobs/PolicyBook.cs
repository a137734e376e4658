using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The policy of the lifecycle.</summary>
public sealed class PolicyBook : RuleBook<LifecyclePolicy>
{
    private readonly BridgeConfiguration _configuration;

    /// <summary>Creates it.</summary>
    public PolicyBook(BridgeConfiguration configuration, Database database)
        : base(database, ConfiguredLifecycle.Text(configuration.Options.Lifecycle))
    {
        _configuration = configuration;
    }

    private protected override string Name => RuleBookStore.Lifecycle;

    // Whoever was decided before policies were kept was decided by one that nobody knows any more: nothing to compare with, so nobody is hurried.
    private protected override bool MarksFirst => false;

    /// <inheritdoc/>
    public override LifecyclePolicy Read(string text) => ConfiguredLifecycle.Read(text) ?? _configuration.Policy;
}
