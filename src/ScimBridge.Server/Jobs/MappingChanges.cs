using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Looks, at a start, whether a mapping is another than the one that was used last: then every worker is due for a decision, or every account at the
/// target for a delivery. What comes out the same is not written, and calls nobody.
/// </summary>
public sealed class MappingChanges(BridgeConfiguration configuration, Database database, IClock clock, ILogger<MappingChanges> log)
{
    private const string User = "user";

    /// <summary>Marks what the changes since the last start are about.</summary>
    public async Task MarkAsync(CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant().ToMicroseconds();
        await MarkAsync(
            User,
            configuration.Mapping.Hash,
            configuration.Mapping.IsPlain,
            MarkWorkersAsync,
            cancel);
        foreach (var target in configuration.Targets)
        {
            await MarkAsync(
                "target:" + target.Name,
                ConfiguredMapping.HashOf(target),
                target.Profile.IsPlain,
                s => AppliedMappingStore.MarkAccountsAsync(s, target.Name, now, "mapping:" + target.Name, cancel),
                cancel);
        }

        async Task MarkWorkersAsync(Session session)
        {
            foreach (var source in configuration.Sources)
                await AppliedMappingStore.MarkWorkersAsync(session, source.Name, now, cancel);
        }
    }

    private async Task MarkAsync(string name, string hash, bool isPlain, Func<Session, Task> mark, CancellationToken cancel)
    {
        if (await database.ReadAsync(s => AppliedMappingStore.FindAsync(s, name, cancel), cancel) == hash)
            return;
        var isAnother = await database.WriteAsync(
            async s =>
            {
                var before = await AppliedMappingStore.FindAsync(s, name, cancel);
                if (before == hash)
                    return false;
                await AppliedMappingStore.PutAsync(s, name, hash, cancel);
                // Before mappings were noted there was the default alone.
                if (before is null && isPlain)
                    return false;
                await mark(s);
                return true;
            },
            cancel);
        if (isAnother)
            log.MappingChanged(name);
    }
}
