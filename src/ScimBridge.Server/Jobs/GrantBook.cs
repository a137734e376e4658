using ScimBridge.Provisioning.Groups;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The rules of roles and entitlements.</summary>
public sealed class GrantBook : RuleBook<GrantRules>
{
    private readonly SchemaCatalog _catalog;
    private readonly bool _hasRules;

    /// <summary>Creates it.</summary>
    public GrantBook(BridgeConfiguration configuration, SchemaCatalog catalog, Database database)
        : base(database, configuration.Grants.Text)
    {
        _catalog = catalog;
        _hasRules = configuration.Grants.Rules.Attributes.Count > 0;
    }

    private protected override string Name => RuleBookStore.Grants;

    // Before such rules were kept those of the configuration held at once; who was decided by none has nothing that they would change.
    private protected override bool MarksFirst => _hasRules;

    /// <inheritdoc/>
    public override GrantRules Read(string text) => ConfiguredGrants.Read(text, _catalog);
}
