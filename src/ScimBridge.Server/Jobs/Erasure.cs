using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Why a person was not erased.</summary>
public enum ErasureRefusal
{
    /// <summary>They were.</summary>
    None = 0,

    /// <summary>There is no such worker.</summary>
    Unknown,

    /// <summary>They have access, or will have, or may.</summary>
    NotLeft,

    /// <summary>The end of their access is not proven yet: who is erased cannot be looked at any more.</summary>
    CaseOpen,
}

/// <summary>
/// Erases a person who has left: the user, the accounts at targets by the deliveries, what HR said of them, and the details of the journal. That it was
/// done, by whom and why is an entry of the journal, whose chain holds as before.
/// </summary>
public sealed class Erasure(BridgeConfiguration configuration, SchemaCatalog catalog, Database database, IClock clock, IAlarm alarm)
{
    /// <summary>Erases a person.</summary>
    /// <param name="resourceId">Id of the user, whether it exists or not.</param>
    /// <param name="reason">Why; kept in the journal, so it names nobody.</param>
    /// <param name="by">Who has it done.</param>
    /// <param name="correlation">The request that it goes back to.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<ErasureRefusal> EraseAsync(string resourceId, string reason, string by, string correlation, CancellationToken cancel)
    {
        var refusal = await database.WriteAsync(s => EraseAsync(s, resourceId, reason, by, correlation, cancel), cancel);
        if (refusal != ErasureRefusal.None)
            return refusal;
        foreach (var target in configuration.Targets)
            alarm.Wake(new DrainKey(DrainKind.Deliver, target.Name));
        foreach (var source in configuration.Sources)
            alarm.Wake(new DrainKey(DrainKind.DecideWorkers, source.Name));
        return refusal;
    }

    private async Task<ErasureRefusal> EraseAsync(Session session, string resourceId, string reason, string by, string correlation, CancellationToken cancel)
    {
        if (await WorkerTimelineStore.FindAsync(session, resourceId, cancel) is not { } person)
            return ErasureRefusal.Unknown;
        var user = await ResourceStore.HoldAsync(session, catalog.User.Name, resourceId, cancel);
        var decision = await WorkerStore.LastDecisionAsync(session, person.Source, person.WorkerId, cancel);
        var body = user is null ? null : JsonNode.Parse(user.Body)!.AsObject();
        if (decision?.Access is not (nameof(AccessState.Ended)) || body?["active"]?.GetValue<bool>() == true)
            return ErasureRefusal.NotLeft;
        if ((await RevocationStore.OfAsync(session, resourceId, cancel)).Exists(c => c.State == "open"))
            return ErasureRefusal.CaseOpen;

        var now = clock.GetCurrentInstant();
        var changes = new Changes(now, by, correlation, [.. configuration.Targets.Select(t => t.Name)]) { TellsStreams = configuration.Options.Signals is not null };
        changes.Notes.Add(new ChangeNote("person.erased", resourceId, new JsonObject { ["reason"] = reason }.ToJsonString()));
        if (user is not null)
            changes.Deletes.Add(ResourceWriter.Delete(catalog.User, resourceId, user.Version, body!) with { Detail = null });
        await Commit.WriteAsync(session, changes, cancel);
        await ErasureStore.EraseAsync(session, person, cancel);
        // Whoever named them as their manager names nobody now.
        await WorkerStore.MarkReportsAsync(session, person.Source, [person.WorkerId], now.ToMicroseconds(), cancel);
        return ErasureRefusal.None;
    }
}
