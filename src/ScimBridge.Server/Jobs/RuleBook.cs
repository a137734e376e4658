using NodaTime;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// The rules of groups. Those in force stand in the database, so that all nodes decide by the same ones; a node says at its start what its
/// configuration wants, and <see cref="EvaluateRules"/> does what follows.
/// </summary>
public sealed class RuleBook
{
    private readonly BridgeConfiguration _configuration;
    private readonly SchemaCatalog _catalog;
    private readonly Database _database;
    private InForce? _inForce;

    /// <summary>Creates it.</summary>
    public RuleBook(BridgeConfiguration configuration, SchemaCatalog catalog, Database database)
    {
        _configuration = configuration;
        _catalog = catalog;
        _database = database;
    }

    /// <summary>Whether it goes by what the configuration wants, in force or not: for what would be if it were.</summary>
    public bool AsWanted { get; init; }

    /// <summary>The rules by which decisions are made now.</summary>
    public async Task<GroupRules> InForceAsync(Session session, CancellationToken cancel)
    {
        var text = (AsWanted ? null : (await RuleBookStore.FindAsync(session, cancel))?.InForce) ?? _configuration.Groups;
        if (_inForce is not { } last || last.Text != text)
            _inForce = last = new InForce(text, Read(text));
        return last.Rules;
    }

    /// <summary>The rules of a text.</summary>
    public GroupRules Read(string text) => ConfiguredGroups.Read(text, _catalog);

    /// <summary>Says what the configuration wants. A hold of what was wanted before is over.</summary>
    public Task WantAsync(Instant now, CancellationToken cancel) => _database.WriteAsync(
        async s =>
        {
            if (await RuleBookStore.WantAsync(s, _configuration.Groups, cancel) is { } held)
                await HoldStore.CloseAsync(s, held, "superseded", anyhow: true, by: null, now.ToMicroseconds(), cancel);
        },
        cancel);

    private sealed record InForce(string Text, GroupRules Rules);
}
