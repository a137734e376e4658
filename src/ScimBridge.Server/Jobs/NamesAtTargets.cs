using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Keeps what the listings of a target show of names that are taken there by accounts which are nobody's of ours, so that nobody whom the bridge names
/// gets one. What it costs follows the page that was read; nothing is held beyond that.
/// </summary>
internal static class NamesAtTargets
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    /// <summary>Notes what a step of a reconciliation has shown, in the transaction that notes how far it has come.</summary>
    public static async Task NoteAsync(Session session, Reconciliation before, ReconciliationStep step, Instant now, CancellationToken cancel)
    {
        var ids = step.Sighted.Select(a => a.RemoteId).Concat(step.Vanished).Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count > 0)
        {
            var ours = await ReconciliationStore.LinkedAsync(session, before.Target, ids, cancel);
            var owners = step.Found.Where(f => f is { Kind: DifferenceKind.Unmatched or DifferenceKind.Duplicate, ResourceId: not null, RemoteId: not null })
                .DistinctBy(f => f.RemoteId, StringComparer.Ordinal).ToDictionary(f => f.RemoteId!, f => f.ResourceId, StringComparer.Ordinal);
            var foreign = step.Sighted.Where(a => !ours.ContainsKey(a.RemoteId)).DistinctBy(a => a.RemoteId, StringComparer.Ordinal)
                .Select(a => new ForeignAccount(a.RemoteId, NamesOf(a), owners.GetValueOrDefault(a.RemoteId) ?? KeyOf(a), EmployeeNumberOf(a))).ToList();
            await NameAtTargetStore.PutAsync(session, before.Target, ids, foreign, now.ToMicroseconds(), cancel);
        }

        // The names of accounts that everything was listed without are free again.
        if (step.IsPhaseOver && before.Phase == ReconciliationPhase.Users && before.StartedAt is { } began)
            await NameAtTargetStore.ForgetUnseenAsync(session, before.Target, before.Id, began, cancel);
    }

    // Whose user is not there may be one who comes: the key is that of the worker from the first record on.
    private static string? KeyOf(ObservedAccount account) => Guid.TryParse(account.CorrelationKey, out _) ? account.CorrelationKey : null;

    private static List<string> NamesOf(ObservedAccount account)
    {
        var addresses = (account.Attributes["emails"] as JsonArray ?? []).OfType<JsonObject>().Select(e => Text(e["value"]));
        return [.. addresses.Prepend(Text(account.Attributes["userName"])).OfType<string>().Select(NameFolding.Key).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    private static string? EmployeeNumberOf(ObservedAccount account) =>
        Text((account.Attributes[Enterprise] as JsonObject)?["employeeNumber"]) is { Length: > 0 } number ? number : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
