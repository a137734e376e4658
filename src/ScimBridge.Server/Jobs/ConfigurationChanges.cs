using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Notes in the journal, at a start, that the configuration is another than the one that was used last.</summary>
public sealed class ConfigurationChanges(BridgeConfiguration configuration, Database database, IClock clock)
{
    // It lies where the hashes of mappings lie.
    private const string Whole = "configuration";

    /// <summary>Notes it.</summary>
    public async Task NoteAsync(CancellationToken cancel)
    {
        var hash = configuration.Fingerprint.All;
        if (await database.ReadAsync(s => AppliedMappingStore.FindAsync(s, Whole, cancel), cancel) == hash)
            return;
        await database.WriteAsync(
            async s =>
            {
                var before = await AppliedMappingStore.FindAsync(s, Whole, cancel);
                if (before == hash)
                    return;
                await AppliedMappingStore.PutAsync(s, Whole, hash, cancel);
                var data = new JsonObject { ["before"] = before, ["after"] = hash };
                await JournalStore.AppendAsync(
                    s, [new("configuration.changed", Whole, "system:" + Environment.MachineName, hash, data.ToJsonString())],
                    clock.GetCurrentInstant().ToMicroseconds(), cancel);
            },
            cancel);
    }
}
