using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What is to be taken back: what a batch brought, or what of it somebody approved in a hold.</summary>
/// <param name="Source">The source.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="HoldId">The hold; null for the whole batch.</param>
public sealed record Rollback(string Source, string BatchId, string? HoldId)
{
    /// <summary>The kind of plans that take something back.</summary>
    public const string Kind = "rollback";

    /// <summary>What a plan takes back; null where it is of another kind.</summary>
    internal static Rollback? Of(StoredPlan plan)
    {
        if (plan.Kind != Kind)
            return null;
        var said = JsonNode.Parse(plan.Manifest!)!;
        return new Rollback((string)said["source"]!, (string)said["batch"]!, (string?)said["hold"]);
    }

    /// <summary>The records that it takes back, and the memberships that hands had given and that went with them.</summary>
    internal async Task<(List<RollbackRecord> Records, List<SuspendedMembership> Memberships)> FindAsync(Session session, Instant now, CancellationToken cancel)
    {
        var records = await RollbackStore.RecordsAsync(session, Source, BatchId, HoldId, cancel);
        var users = records.Select(r => r.ResourceId).Distinct(StringComparer.Ordinal).ToList();
        return (records, await RollbackStore.MembershipsAsync(session, BatchId, users, now.ToMicroseconds(), cancel));
    }

    /// <summary>As it is kept with its plan.</summary>
    internal JsonObject Write() => new() { ["source"] = Source, ["batch"] = BatchId, ["hold"] = HoldId };
}
