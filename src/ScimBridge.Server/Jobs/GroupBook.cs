using ScimBridge.Provisioning.Groups;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The rules of groups.</summary>
public sealed class GroupBook : RuleBook<GroupRules>
{
    private readonly SchemaCatalog _catalog;

    /// <summary>Creates it.</summary>
    public GroupBook(BridgeConfiguration configuration, SchemaCatalog catalog, Database database)
        : base(database, configuration.Groups)
    {
        _catalog = catalog;
    }

    private protected override string Name => RuleBookStore.Groups;

    // That is when the groups are made.
    private protected override bool MarksFirst => true;

    /// <inheritdoc/>
    public override GroupRules Read(string text) => ConfiguredGroups.Read(text, _catalog);
}
