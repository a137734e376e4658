using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// A person as they were: what HR said was true at an instant, as it was known at another, from the timeline; and what the bridge and its targets had of
/// them then, from the journal.
/// </summary>
internal static class AsOfApi
{
    public static void Map(WebApplication app) => app.MapGet("/admin/v1/workers/{id}/as-of", GetAsync).RequireAuthorization(Scopes.AdminRead);

    private static async Task GetAsync(
        HttpContext http, string id, Database database, PolicyBook policies, IClock clock, IDateTimeZoneProvider zones, CancellationToken cancel)
    {
        var at = HrisRequest.AsOf(HrisRequest.Query(http.Request, "at")) ?? clock.GetCurrentInstant();
        var known = HrisRequest.AsOf(HrisRequest.Query(http.Request, "known")) ?? Instant.MaxValue;
        var (subject, worker, then) = await database.ReadAsync(
            async s =>
            {
                var subject = (ResourceIds.IsOne(id) ? await WorkerTimelineStore.FindAsync(s, id, cancel) : null)
                    ?? throw ScimError.NotFound("There is no such worker.").AsException();
                var assertions = (await RecordStore.OfWorkersAsync(s, subject.Source, [subject.WorkerId], cancel))[subject.WorkerId];
                var policy = await policies.InForceAsync(s, cancel);
                // Whatever the bridge did it has known since.
                return (subject, Timeline.Of(assertions, known).At(at, zones, policy.Preparation), await PersonThen.AtAsync(s, id, Instant.Min(at, known), cancel));
            },
            cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["id"] = id,
            ["source"] = subject.Source,
            ["workerId"] = subject.WorkerId,
            ["at"] = InstantPattern.ExtendedIso.Format(at),
            ["known"] = known == Instant.MaxValue ? null : InstantPattern.ExtendedIso.Format(known),
            ["access"] = worker is null ? null : Words.Of(worker.Access),
            ["facts"] = worker is null ? null : JsonNode.Parse(WorkerFactsJson.Write(worker.Facts)),
            ["user"] = then.User?.DeepClone(),
            ["userUnknownBecause"] = then.UnknownBecause,
            ["groups"] = new JsonArray([.. then.Groups.Select(g => (JsonNode)new JsonObject
            {
                ["id"] = g.Key, ["by"] = new JsonArray([.. g.Value.Order(StringComparer.Ordinal).Select(b => (JsonNode)b)]),
            })]),
            ["accounts"] = new JsonArray([.. then.Accounts.Select(a => (JsonNode)new JsonObject
            {
                ["target"] = a.Key, ["id"] = a.Value["account"]?.DeepClone(), ["active"] = a.Value["active"]?.DeepClone(),
            })]),
            ["serviceAccounts"] = new JsonArray([.. then.ServiceAccounts.Select(a => (JsonNode)a)]),
        });
    }
}
