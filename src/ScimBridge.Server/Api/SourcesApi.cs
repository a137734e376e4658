using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>How the sources are: when they spoke, who is missing, what waits.</summary>
internal static class SourcesApi
{
    private const int HoldsShown = 100;

    public static void Map(WebApplication app) =>
        app.MapGet("/admin/v1/sources", GetAsync).RequireAuthorization(Scopes.AdminRead);

    private static async Task GetAsync(
        HttpContext http, BridgeConfiguration configuration, Database database, SourceHealth health, CancellationToken cancel)
    {
        var sources = new JsonArray();
        foreach (var source in configuration.Sources)
        {
            var pulse = await health.LookAsync(source, cancel);
            sources.Add((JsonNode)await database.ReadAsync(
                async s =>
                {
                    var (quarantined, oldest) = await QuarantineStore.CountAsync(s, source.Name, cancel);
                    var holds = await HoldStore.ListAsync(s, source.Name, "open", before: null, HoldsShown, cancel);
                    return new JsonObject
                    {
                        ["name"] = source.Name,
                        ["kind"] = source.Kind.Name,
                        ["workers"] = await WorkerStore.CountAsync(s, source.Name, cancel),
                        ["withAccess"] = await WorkerStore.CountWithAccessAsync(s, source.Name, null, null, cancel),
                        ["missing"] = await WorkerStore.CountMissingAsync(s, source.Name, cancel),
                        ["awaitingManager"] = await WorkerStore.CountAwaitingAsync(s, source.Name, cancel),
                        ["quarantined"] = quarantined,
                        ["quarantinedSince"] = oldest is { } since ? InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(since)) : null,
                        ["openHolds"] = holds.Count,
                        ["heldRecords"] = holds.Sum(h => h.Records),
                        ["heardAt"] = pulse.HeardAt is { } heard ? InstantPattern.ExtendedIso.Format(heard) : null,
                        ["silent"] = pulse.IsSilent,
                        ["pullError"] = (await SourceStore.FindAsync(s, source.Name, cancel)).PullError,
                    };
                },
                cancel));
        }

        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["sources"] = sources });
    }
}
